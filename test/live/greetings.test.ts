import { readFileSync } from 'node:fs';
import { press, spoken } from '../support/caller.ts';
import { promptFile } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import { liveTest } from '../support/live.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { answers } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import type { OutgoingCall } from '../support/sip/outgoing-call.ts';
import { heardFile, likenessTo } from '../support/sip/spoken.ts';
import { speakBriefly } from '../support/speak-briefly.ts';
import { heardFor, toneLengthMs, wavSamples } from '../support/tone-length.ts';

const outside = '+46701234568';
const ANNA_HZ = 640;
const BEEP_HZ = 1_000;
const NEXT_YEAR = new Date().getFullYear() + 1;

liveTest('greetings are recorded by telephone, for each occasion', async (t, exchange) => {
  await fillOffice(exchange);
  await speakBriefly(exchange, { spoken: ['greeting'] });
  await exchange.vaxel('user', 'pin', '100', '--pin', '8305');
  await exchange.vaxel('rule', 'set', '100', 'busy', 'voicemail');
  const carrier = await addCarrier(t, exchange, 'first');
  const anna = await plugIn(t, exchange, '100', ANNA_HZ);
  const bjorn = await plugIn(t, exchange, '101', 700);
  anna.agent.onCall(answers(0));
  const played = await listenToMailboxes(exchange);
  t.teardown(() => {
    played.close();
  });
  const dial = () =>
    carrier.call({
      ...{ to: '+46812345600', proxy: exchange.trunk },
      from: { user: outside, displayName: '' },
    });
  /** Presses once something of the last menu is played, which may be one sound of many files. */
  const after = async (call: OutgoingCall, since: number, prompt: string, keys: string) => {
    await eventually(prompt, () =>
      played
        .prompts()
        .slice(since)
        .some((path) => path.split(/[!/]/).includes(`${prompt}.wav`) || path === `sv/${prompt}`),
    );
    const next = played.prompts().length;
    await press(call, keys);
    return next;
  };
  const greetings = async () =>
    (await exchange.vaxel('greeting', 'list', '100')) as readonly Record<string, unknown>[];
  const whileBusy = async () => {
    const talking = await bjorn.call('100');
    await talking.answered();
    await heard(talking, ANNA_HZ);
    const call = await dial();
    await call.answered();
    return { call, talking };
  };

  await t.test(
    'from her own phone: chosen, spoken, heard, kept, and heard by callers',
    async (t) => {
      const call = await anna.call('*98');
      await call.answered();
      let since = await after(call, 0, 'menu-exit', '#');
      since = await after(call, since, 'greetings-menu', '2');
      since = await after(call, since, 'greeting-record', '1');
      await heardFor(call, BEEP_HZ, 500);
      await spoken(call, 3_000);
      await press(call, '5');
      since = await after(call, since, 'recording-save', '1');
      await heard(call, ANNA_HZ);
      since = await after(call, since, 'recording-save', '2');
      await after(call, since, 'saved', '0');
      await call.ended();
      t.match(await greetings(), [{ occasion: 'busy', label: 'telephone' }]);
      const [kept] = await greetings();
      const samples = wavSamples(readFileSync(String(kept?.['file'])));
      const length = toneLengthMs(samples, ANNA_HZ);
      t.ok(length > 2_000 && length < 8_000, `she was recorded for ${length} ms`);

      const { call: busy, talking } = await whileBusy();
      await heard(busy, ANNA_HZ);
      t.ok(likenessTo(busy, promptFile(exchange, 'greeting')) < 0.5, 'in place of the usual one');
      await busy.hangup();
      await talking.hangup();
    },
  );

  await t.test('from outside with her PIN: removed, and the usual one is back', async (t) => {
    const { call, talking } = await whileBusy();
    await heard(call, ANNA_HZ);
    let since = played.prompts().length;
    await press(call, '*');
    since = await after(call, since, 'enter-pin', '8305#');
    since = await after(call, since, 'menu-exit', '#');
    since = await after(call, since, 'greetings-menu', '2');
    since = await after(call, since, 'greeting-remove', '3');
    await after(call, since, 'deleted', '0');
    await call.ended();
    t.strictSame(await greetings(), []);
    await talking.hangup();
    const { call: busy, talking: again } = await whileBusy();
    await heardFile(busy, promptFile(exchange, 'greeting'));
    await busy.hangup();
    await again.hangup();
  });

  await t.test('a temporary one, and one for lunch; what is thrown away is nowhere', async (t) => {
    const call = await anna.call('*98');
    await call.answered();
    const record = async (from: number) => {
      const since = await after(call, from, 'greeting-record', '1');
      await eventually('the tone', () =>
        played
          .prompts()
          .slice(since)
          .some((path) => path.startsWith('tone_stream')),
      );
      await spoken(call, 3_000);
      await press(call, '5');
      return since;
    };
    let since = await after(call, 0, 'menu-exit', '#');
    since = await after(call, since, 'greetings-menu', '5');
    since = await after(call, since, 'greetings-until', `${NEXT_YEAR}1224#`);
    since = await record(since);
    since = await after(call, since, 'recording-save', '2');
    since = await after(call, since, 'saved', '4');
    since = await after(call, since, 'greetings-which', '1#');
    since = await record(since);
    since = await after(call, since, 'recording-save', '2');
    since = await after(call, since, 'saved', '3');
    since = await record(since);
    since = await after(call, since, 'recording-discard', '0');
    await after(call, since, 'deleted', '0');
    await call.ended();
    const all = await greetings();
    t.strictSame(all.map(({ occasion }) => occasion).sort(), ['activity', 'always']);
    const [end] = all.flatMap(({ endsAt }) => (typeof endsAt === 'number' ? [endsAt] : []));
    t.equal(new Date(end ?? 0).getUTCFullYear(), NEXT_YEAR);
  });

  await t.test('who is not let in does not come to the greetings', async (t) => {
    const call = await bjorn.call('*98100');
    await call.answered();
    const from = played.prompts().length;
    let since = await after(call, 0, 'enter-pin', '1111#');
    for (let n = 0; n < 2; n += 1) since = await after(call, since, 'enter-pin', '1111#');
    await call.ended();
    t.notOk(
      played
        .prompts()
        .slice(from)
        .some((path) => path.includes('greetings-menu')),
    );
    t.ok(played.prompts().slice(from).includes('sv/goodbye'));
  });
});
