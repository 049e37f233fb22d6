import { rings } from '../support/sip/behaviours.ts';
import { heard, heardSpeech } from '../support/sip/hearing.ts';
import { eventually } from '../support/eventually.ts';
import { liveTest } from '../support/live.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';

/** The daemon looks twice a second, and speaks a name in a second or two. */
const TOLD_WITHIN_MS = 20_000;

liveTest('without a daemon FreeSWITCH tells what was true last', async (t, exchange) => {
  await fillOffice(exchange);
  const carrier = await addCarrier(t, exchange, 'first', 900);
  const anna = await plugIn(t, exchange, '100', 500);
  const bjorn = await plugIn(t, exchange, '101', 740);
  for (const { agent } of [anna, bjorn]) agent.onCall(rings);
  const dial = (user = '+46701234568') =>
    carrier.call({ to: '+46812345600', proxy: exchange.trunk, from: { user } });
  const person = `100@${exchange.domain}`;
  const kept = async (key: string) => exchange.esl.api(`hash select/vaxel/${key}`).catch(() => '');
  const held = async (key: string) => kept(`${key}-${person}`);
  const hold = (key: string, value: string) =>
    exchange.esl.api(`hash insert/vaxel/${key}/${value}`);

  const first = await dial();
  const rang = await anna.agent.nextCall();
  await rang.answer();
  await first.answered();
  await first.hangup();
  await rang.ended();
  const why = await eventually('explanation of the first call', async () => {
    const told = (await exchange.vaxel('why', 'last', '--for', '100')) as {
      readonly sentences?: readonly string[];
    };
    return (
      told.sentences?.some((line) => /svarade \d\d:\d\d/.test(line)) === true && told.sentences
    );
  });
  t.match(why, [/\+46701234568 ringde Anna Berg\.$/, /^Det ringde hos Anna Berg/, /svarade/]);

  await exchange.vaxel('activity', 'set', '100', 'lunch', '--until', '+90m');
  const away = await eventually(
    'activity in FreeSWITCH',
    async () => (await held('away')) || undefined,
    TOLD_WITHIN_MS,
  );
  t.match(away, /^\d{10}\|answered\|/);

  const daemon = await exchange.daemonPid();
  process.kill(exchange.pid, 'SIGSTOP');
  try {
    process.kill(daemon, 'SIGKILL');
    await eventually('dead daemon', async () => !(await exchange.isWhole()));

    await t.test('a closed activity is spoken, and no phone rings', async () => {
      const call = await dial();
      await call.answered();
      await heardSpeech(call);
      await call.hangup();
    });

    await t.test('toll fraud: who may not call abroad does not do so now either', async (t) => {
      t.match(await (await anna.call('+5378301234')).ended(), { kind: 'refused', status: 403 });
      t.notOk(carrier.seen.some(({ dialled }) => dialled === '+5378301234'));
      const call = await anna.call('+4722123456');
      await eventually('call to Norway', () =>
        carrier.seen.some(({ dialled }) => dialled === '+4722123456'),
      );
      await call.hangup();
    });

    await t.test('a VIP rings through it', async (t) => {
      await hold(`caller-${person}-+46702222222`, 'vip');
      const call = await dial('0702222222');
      const ringing = await anna.agent.nextCall();
      t.equal(ringing.from.user, '0702222222', 'in whatever spelling the trunk sends');
      await call.hangup();
      await ringing.ended();
    });

    await t.test('who is blocked hears busy', async (t) => {
      await hold(`caller-@${exchange.domain}-+46703333333`, 'blocked');
      t.match(await (await dial('+46703333333')).ended(), { kind: 'refused', status: 486 });
    });

    await t.test('an activity that has ended holds no call up', async () => {
      await hold(`away-${person}`, '1700000000|answered|');
      const call = await dial();
      const ringing = await anna.agent.nextCall();
      await ringing.answer();
      await heard(call, 500);
      await call.hangup();
      await ringing.ended();
    });

    await t.test('a forward sends the call on, and a ring of forwards ends', async () => {
      await hold(`forward-${person}`, '9999999999|extension|101');
      const call = await dial();
      const ringing = await bjorn.agent.nextCall();
      await call.hangup();
      await ringing.ended();
      await hold(`forward-101@${exchange.domain}`, '9999999999|extension|100');
      const round = await dial();
      await round.answered();
      await heardSpeech(round);
      await round.hangup();
    });

    await t.test('a forward out leaves by the trunk', async (t) => {
      await hold(`forward-${person}`, '9999999999|out|sofia/gateway/first/+46709999999');
      const call = await dial();
      await eventually('call out', () =>
        carrier.seen.some(({ dialled }) => dialled === '+46709999999'),
      );
      t.pass('it is offered to the carrier');
      await call.hangup();
    });
  } finally {
    process.kill(exchange.pid, 'SIGCONT');
  }

  await eventually('daemon again', () => exchange.isWhole(), 60_000);
  await eventually(
    'what it knows in place of what was left',
    async () => (await held('forward')) === '' && /^\d{10}\|answered\|/.test(await held('away')),
    TOLD_WITHIN_MS,
  );
  await eventually(
    'nobody is a VIP who is none',
    async () => (await kept(`caller-${person}-+46702222222`)) === '',
    TOLD_WITHIN_MS,
  );
  const alone = (await exchange.vaxel('why', 'last')) as { readonly sentences: readonly string[] };
  t.ok(alone.sentences.length > 0);
});
