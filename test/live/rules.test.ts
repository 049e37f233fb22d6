import { press, spoken } from '../support/caller.ts';
import { promptFile, soundOf } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import { liveTest } from '../support/live.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { refuses, rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import { heardFile } from '../support/sip/spoken.ts';
import { speakBriefly } from '../support/speak-briefly.ts';
import { heardFor } from '../support/tone-length.ts';

const known = '+46701234568';
const spam = '+46701234570';
const ANNA_HZ = 500;
const BEEP_HZ = 1_000;

liveTest('rules of a person', async (t, exchange) => {
  await fillOffice(exchange);
  await exchange.vaxel('contact', 'add', 'Åsa Öberg', '--number', known, '--for', '100');
  await exchange.vaxel('contact', 'add', 'Spam', '--number', spam, '--for', '100', '--block');
  const carrier = await addCarrier(t, exchange, 'first');
  const desk = await plugIn(t, exchange, '100', ANNA_HZ);
  const late = await plugIn(t, exchange, '100', 600);
  const never = await plugIn(t, exchange, '100', 700);
  const bjorn = await plugIn(t, exchange, '101', 800);
  for (const phone of [desk, late, never]) phone.agent.onCall(rings);
  const played = await listenToMailboxes(exchange);
  t.teardown(() => {
    played.close();
  });
  const dial = (user: string) =>
    carrier.call({ to: '+46812345600', proxy: exchange.trunk, from: { user, displayName: '' } });

  await t.test('a ring plan: one device first, another later, a third not at all', async (t) => {
    await exchange.vaxel('ring', 'set', '100', `${desk.account.id}=0`, `${late.account.id}=5`);
    await exchange.vaxel('rule', 'device', late.account.id, '--shows', 'number');
    const call = await dial(known);
    const first = await desk.agent.nextCall();
    t.equal(late.agent.calls.length, 0, 'not before the first');
    const second = await late.agent.nextCall();
    t.match(first.from, { user: known, displayName: 'Åsa Öberg' }, 'S044: the name first');
    t.match(second.from, { user: known, displayName: known }, 'S044: the number first');
    await second.answer();
    await heard(call, 600);
    t.match(await first.ended(), { kind: 'cancelled' });
    await call.hangup();
    t.equal(never.agent.calls.length, 0);
  });

  await t.test('a ring plan: where the first answers, the other does not ring', async (t) => {
    const before = late.agent.calls.length;
    const call = await dial(known);
    const first = await desk.agent.nextCall();
    await first.answer();
    await heard(call, ANNA_HZ);
    await spoken(call, 6_000);
    await call.hangup();
    t.equal(late.agent.calls.length, before);
  });

  await t.test('a ring plan: where the first is busy, the other rings', async () => {
    desk.agent.onCall(refuses(486));
    const call = await dial(known);
    const ringing = await late.agent.nextCall();
    await ringing.answer();
    await heard(call, 600);
    await call.hangup();
    desk.agent.onCall(rings);
    await exchange.vaxel('ring', 'clear', '100');
  });

  await t.test(
    'spoken: a blocked caller hears that nobody answers, and no phone rings',
    async (t) => {
      await exchange.vaxel('rule', 'set', '100', 'blocked', 'spoken');
      const before = desk.agent.calls.length;
      const call = await dial(spam);
      await call.earlyMedia();
      await heardFile(call, promptFile(exchange, 'refuse-no-answer'));
      t.match(await call.ended(), { kind: 'refused', status: 480 });
      t.equal(desk.agent.calls.length, before);
    },
  );

  await t.test('S036: a colleague’s phone is told what holds, to be shown', async (t) => {
    await exchange.vaxel('activity', 'set', '100', 'lunch', '--until', '23:59');
    const call = await bjorn.call('100');
    const { headers } = await call.answered();
    t.match(headers.map(({ value }) => value).join('\n'), /"Lunch till 23\.59"/);
    await call.hangup();
  });

  await speakBriefly(exchange);
  await t.test('a name recorded in the mailbox’s menu is heard in the referral', async () => {
    const menu = await desk.call('*98');
    await menu.answered();
    await played.prompt('sv/no-saved', 0);
    await press(menu, '5');
    await played.prompt('sv/settings-record-name', 0);
    await press(menu, '3');
    await heardFor(menu, BEEP_HZ, 500);
    await spoken(menu, 2_000);
    await press(menu, '#');
    await played.prompt('sv/recording-save', 0);
    await press(menu, '2');
    await played.done('record-name', '100');
    await menu.hangup();

    const call = await dial(known);
    await call.answered();
    await heard(call, ANNA_HZ);
    await heardFile(call, await soundOf(exchange, 'är på lunch,'));
    await eventually('the recording', () =>
      played.prompts().some((path) => path.includes('recorded_name.wav')),
    );
    await call.hangup();
  });
});
