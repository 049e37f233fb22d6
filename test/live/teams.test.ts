import { press } from '../support/caller.ts';
import { promptFile, soundOf } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import { watchLamp } from '../support/lamp.ts';
import { liveTest } from '../support/live.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import { heardFile } from '../support/sip/spoken.ts';

const OUTSIDE = '+46701234568';
const NUMBER = '+46812345620';
const ELSEWHERE = /SIP;cause=200;text="Call completed elsewhere"/;
const ANNA_HZ = 500;
const BJORN_HZ = 740;

liveTest('a team', async (t, exchange) => {
  await fillOffice(exchange);
  const carrier = await addCarrier(t, exchange, 'first', 900);
  const anna = await plugIn(t, exchange, '100', ANNA_HZ);
  const bjorn = await plugIn(t, exchange, '101', BJORN_HZ);
  const cecilia = await plugIn(t, exchange, '102', 860);
  const phones = [anna, bjorn, cecilia];
  for (const { agent } of phones) agent.onCall(rings);
  const set = (...line: readonly string[]) => exchange.vaxel('team', 'set', '200', ...line);
  await exchange.vaxel(
    ...['team', 'add', '200', '--name', 'Kundtjänst (växel)', '--spoken', 'Kundtjänst'],
    ...['--members', '100,101,102', '--number', NUMBER],
  );
  await exchange.vaxel('choice', 'set', '100', '2', 'extension:200');
  const lamps = {
    anna: await watchLamp(exchange, cecilia.agent, cecilia.account, '100'),
    bjorn: await watchLamp(exchange, cecilia.agent, cecilia.account, '101'),
  };
  const why = async () => {
    const told = (await exchange.vaxel('why', 'last')) as { readonly sentences: readonly string[] };
    return told.sentences.join('\n');
  };

  await t.test(
    'rings its members together; the first answer has it, nobody misses it',
    async (t) => {
      const before = cecilia.agent.calls.length;
      const call = await cecilia.call('200');
      const [atAnna, atBjorn] = await Promise.all([anna.agent.nextCall(), bjorn.agent.nextCall()]);
      t.match(atBjorn.from, { user: '102', displayName: 'Cecilia Dahl' });
      await Promise.all([lamps.anna.shows('ringing'), lamps.bjorn.shows('ringing')]);
      await atBjorn.answer();
      await call.answered();
      t.match((await atAnna.waitForCancel()).reasons.join(), ELSEWHERE);
      await Promise.all([
        heard(call, BJORN_HZ),
        lamps.anna.shows('off'),
        lamps.bjorn.shows('busy'),
      ]);
      t.equal(cecilia.agent.calls.length, before, 'who calls is not rung');
      await call.hangup();
      await lamps.bjorn.shows('off');
    },
  );

  const fromOutside = () =>
    carrier.call({
      ...{ to: NUMBER, proxy: exchange.trunk, from: { user: OUTSIDE, displayName: '' } },
    });

  await t.test('its number rings it, with the number of who calls', async (t) => {
    const call = await fromOutside();
    const atAll = await Promise.all(phones.map(({ agent }) => agent.nextCall()));
    for (const { from } of atAll) t.equal(from.user, OUTSIDE);
    await atAll[0]?.answer();
    await heard(call, ANNA_HZ);
    await call.hangup();
    await atAll[0]?.ended();
  });

  await t.test('a member at lunch is not rung, and why is told', async (t) => {
    await exchange.vaxel('activity', 'set', '100', 'lunch', '--until', '+90m');
    const before = anna.agent.calls.length;
    const call = await cecilia.call('200');
    const ringing = await bjorn.agent.nextCall();
    await ringing.answer();
    await call.answered();
    await call.hangup();
    await ringing.ended();
    t.equal(anna.agent.calls.length, before);
    const told = await eventually('explanation', async () => {
      const text = await why();
      return /gruppsamtal[\s\S]*svarade/.test(text) && text;
    });
    t.match(told, /Cecilia Dahl \(102\) ringde Kundtjänst \(växel\)\./);
    t.match(told, /Anna Berg hade Lunch till .*, och då ringer inga gruppsamtal\./);
    t.match(told, /Det var Cecilia Dahl som ringde\./);
    t.match(told, /Det ringde hos Kundtjänst \(växel\): Björn Ek\./);
    t.match(told, /Bordstelefonen .* \(Björn Ek\) svarade/);
  });

  await t.test('a caller who hears of the lunch presses a key, and reaches the team', async (t) => {
    const offer = await soundOf(exchange, 'Tryck två för Kundtjänst.');
    const call = await carrier.call({
      ...{ to: '+46812345600', proxy: exchange.trunk, from: { user: OUTSIDE, displayName: '' } },
    });
    await call.answered();
    await heardFile(call, offer);
    await press(call, '2');
    const [atBjorn, atCecilia] = await Promise.all([
      bjorn.agent.nextCall(),
      cecilia.agent.nextCall(),
    ]);
    t.equal(atCecilia.from.user, OUTSIDE, 'with the caller’s own number');
    await lamps.bjorn.shows('ringing');
    const taken = await anna.call('**101');
    await taken.answered();
    for (const each of [atBjorn, atCecilia]) {
      t.match((await each.waitForCancel()).reasons.join(), ELSEWHERE, 'picked up after a referral');
    }
    await heard(call, ANNA_HZ);
    await call.hangup();
    await taken.ended();
    await exchange.vaxel('activity', 'clear', '100');
  });

  await t.test('what is picked up is a missed call of no member', async (t) => {
    const other = await plugIn(t, exchange, '102', 980);
    const call = await cecilia.call('200');
    const atAll = await Promise.all([anna.agent.nextCall(), bjorn.agent.nextCall()]);
    await Promise.all([lamps.anna.shows('ringing'), lamps.bjorn.shows('ringing')]);
    const taken = await other.call('**101');
    await taken.answered();
    for (const each of atAll) t.match((await each.waitForCancel()).reasons.join(), ELSEWHERE);
    await heard(call, 980);
    await call.hangup();
    await taken.ended();
  });

  await t.test('nobody answers: the caller is told', async (t) => {
    await set('--ring', '5', '--members', '101');
    const call = await cecilia.call('200');
    const ringing = await bjorn.agent.nextCall();
    await call.earlyMedia();
    await heardFile(call, promptFile(exchange, 'refuse-no-answer'));
    t.match(await call.ended(), { kind: 'refused', status: 480 });
    t.notMatch((await ringing.waitForCancel()).reasons.join(), /completed elsewhere/);
  });

  await t.test('nobody answers: a message is taken where somebody’s voicemail does', async (t) => {
    await set('--no-answer', 'voicemail:101');
    const played = await listenToMailboxes(exchange);
    t.teardown(() => {
      played.close();
    });
    const call = await cecilia.call('200');
    const ringing = await bjorn.agent.nextCall();
    await call.answered();
    await ringing.waitForCancel();
    await played.prompt('sv/record-message', 0);
    await call.hangup();
  });

  await t.test('nobody answers: the call goes on to a colleague', async (t) => {
    await set('--no-answer', 'extension:100');
    const call = await cecilia.call('200');
    const ringing = await bjorn.agent.nextCall();
    await ringing.waitForCancel();
    const next = await anna.agent.nextCall();
    t.equal(next.from.user, '102');
    await next.answer();
    await heard(call, ANNA_HZ);
    await call.hangup();
    await next.ended();
  });

  await t.test('a forward leads to it, and who forwards is not rung', async (t) => {
    await set('--members', '100,101', '--no-answer', 'hang-up');
    await exchange.vaxel('forward', 'set', '100', '--when', 'always', '--to', '200');
    const before = anna.agent.calls.length;
    const call = await cecilia.call('100');
    const ringing = await bjorn.agent.nextCall();
    await ringing.answer();
    await heard(call, BJORN_HZ);
    await call.hangup();
    await ringing.ended();
    t.equal(anna.agent.calls.length, before);
    await exchange.vaxel('forward', 'clear', '100');
  });

  await t.test('without a daemon', async (t) => {
    await set('--no-answer', 'extension:100');
    await exchange.vaxel('activity', 'set', '100', 'lunch', '--until', '+90m');
    const daemon = await exchange.daemonPid();
    const underWay = await cecilia.call('200');
    const first = await bjorn.agent.nextCall();
    process.kill(exchange.pid, 'SIGSTOP');
    try {
      process.kill(daemon, 'SIGKILL');
      await eventually('dead daemon', async () => !(await exchange.isWhole()));

      await t.test('who is rung when it dies is rung on, and the end is told', async (t) => {
        await first.waitForCancel();
        await underWay.earlyMedia();
        await heardFile(underWay, promptFile(exchange, 'refuse-no-answer'));
        t.match(await underWay.ended(), { kind: 'refused', status: 480 });
      });

      await t.test('all devices of all members ring, and the first answer has it', async (t) => {
        const call = await cecilia.call('200');
        const [atAnna, atBjorn] = await Promise.all([
          anna.agent.nextCall(),
          bjorn.agent.nextCall(),
        ]);
        await atBjorn.answer();
        t.match((await atAnna.waitForCancel()).reasons.join(), ELSEWHERE);
        await heard(call, BJORN_HZ);
        // FreeSWITCH writes its table of channels a moment later.
        await eventually('leg that is marked with whose it is', async () =>
          /vaxel\/[\w-]+\/[\w-]+/.test(await exchange.esl.api('show channels')),
        );
        await call.hangup();
        await atBjorn.ended();
      });

      await t.test('its number leads to it', async (t) => {
        const call = await fromOutside();
        const [, atBjorn] = await Promise.all([anna.agent.nextCall(), bjorn.agent.nextCall()]);
        t.equal(atBjorn.from.user, OUTSIDE);
        await atBjorn.answer();
        await heard(call, BJORN_HZ);
        await call.hangup();
        await atBjorn.ended();
      });

      await t.test('nobody answers: the caller is told', async (t) => {
        const call = await cecilia.call('200');
        const ringing = await bjorn.agent.nextCall();
        await call.earlyMedia(60_000);
        await heardFile(call, promptFile(exchange, 'refuse-no-answer'));
        t.match(await call.ended(), { kind: 'refused', status: 480 });
        await ringing.ended();
      });
    } finally {
      process.kill(exchange.pid, 'SIGCONT');
    }
  });
});
