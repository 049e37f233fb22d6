import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { press, spoken } from '../support/caller.ts';
import { promptFile, soundOf } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import type { Exchange } from '../support/exchange.ts';
import { liveTest } from '../support/live.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { answers, rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import type { OutgoingCall } from '../support/sip/outgoing-call.ts';
import { heardFile, likenessTo } from '../support/sip/spoken.ts';
import { heardFor, toneLengthMs, wavSamples } from '../support/tone-length.ts';

const outside = '+46701234568';
const ANNA_HZ = 640;
const BEEP_HZ = 1_000;
const CARRIER_HZ = 900;
const NEXT_YEAR = new Date().getFullYear() + 1;

liveTest('prompts that the sysadmin has recorded are heard', async (t, exchange) => {
  await fillOffice(exchange);
  const carrier = await addCarrier(t, exchange, 'first');
  const anna = await plugIn(t, exchange, '100');
  anna.agent.onCall(rings);
  const dial = (to = '+46812345600') =>
    carrier.call({ to, proxy: exchange.trunk, from: { user: outside, displayName: '' } });
  await soundOf(exchange, 'Anna Berg');
  await exchange.vaxel('activity', 'set', '100', 'lunch');
  const spoken = await soundOf(exchange, 'är på lunch,');

  await t.test('a phrase, on the next call, and why says so', async (t) => {
    const file = copyOf(t, exchange, 'pin-refused');
    await exchange.vaxel('prompt', 'set', 'sv', 'är på lunch', file);
    const call = await dial();
    await call.answered();
    await heardFile(call, promptFile(exchange, 'pin-refused'));
    t.ok(likenessTo(call, spoken) < 0.5, 'and the voice is not heard saying it');
    await call.hangup();
    t.match(lastTrace(exchange), /“är på lunch,”/);
    await eventually('it told', async () => {
      const { sentences = [] } = (await exchange.vaxel('why', 'last')) as {
        readonly sentences?: readonly string[];
      };
      return sentences.includes('Inspelat av er: ”är på lunch,”.');
    });
  });

  await t.test('a prompt of FreeSWITCH’s own, and spoken again when it is removed', async (t) => {
    const file = copyOf(t, exchange, 'pin-refused');
    const words = 'Numret du har ringt finns inte.';
    const nobody = async () => {
      const call = await dial('+46812345699');
      await call.ended();
      return call;
    };
    const prompt = promptFile(exchange, 'refuse-unknown');
    const changed = async (what: string, before: Buffer) =>
      eventually(what, () => !readFileSync(prompt).equals(before), 60_000);

    const voice = readFileSync(prompt);
    await exchange.vaxel('prompt', 'set', 'sv', words, file);
    await changed('the recording in its place', voice);
    await heardFile(await nobody(), file);
    const recording = readFileSync(prompt);
    await exchange.vaxel('prompt', 'remove', 'sv', words);
    await changed('the voice in its place', recording);
    const again = await nobody();
    await heardFile(again, prompt);
    t.ok(likenessTo(again, file) < 0.5);
  });
});

liveTest('greetings are recorded by telephone, for each occasion', async (t, exchange) => {
  await fillOffice(exchange);
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

liveTest('callers may press a choice at the mailbox', async (t, exchange) => {
  await fillOffice(exchange);
  await exchange.vaxel('choice', 'set', '100', '1', 'message');
  await exchange.vaxel('choice', 'set', '100', '2', 'extension:101');
  await exchange.vaxel('choice', 'set', '100', '3', 'number:0701234571');
  const carrier = await addCarrier(t, exchange, 'first', CARRIER_HZ);
  carrier.behave(rings, '+46701234571');
  const bjorn = await plugIn(t, exchange, '101', 700);
  bjorn.agent.onCall(rings);
  const played = await listenToMailboxes(exchange);
  t.teardown(() => {
    played.close();
  });
  const menu = await soundOf(exchange, 'Tryck två för Björn Ek,');
  const elsewhere = await soundOf(exchange, 'tre för att kopplas vidare.');
  const messages = async () =>
    Number(await exchange.esl.api(`vm_boxcount 100@${exchange.domain}|new`));
  const dial = async () => {
    const call = await carrier.call({
      ...{ to: '+46812345600', proxy: exchange.trunk },
      from: { user: outside, displayName: '' },
    });
    await call.answered();
    return call;
  };
  /** The greeting has begun, and lasts for some seconds. */
  const greeted = async () => {
    const since = played.prompts().length;
    const call = await dial();
    await eventually('the greeting', () => played.prompts().length > since);
    return call;
  };
  const reachesBjorn = async (t: Test, call: OutgoingCall) => {
    const ringing = await bjorn.agent.nextCall();
    t.equal(ringing.from.user, outside, 'with the caller’s own number');
    await ringing.answer();
    await Promise.all([heard(call, 700), heard(ringing, CARRIER_HZ)]);
    await call.hangup();
    await ringing.ended();
  };

  await t.test('in the greeting: it leads on, and nothing is recorded', async (t) => {
    const call = await greeted();
    await press(call, '2');
    await reachesBjorn(t, call);
    t.equal(await messages(), 0);
  });

  await t.test('while speaking: what was said is kept, and it leads on', async (t) => {
    const call = await dial();
    await heardFor(call, BEEP_HZ, 500);
    await spoken(call, 3_500);
    await press(call, '2');
    await reachesBjorn(t, call);
    const left = await played.done('leave-message', '100');
    t.ok(Number(left['VM-Message-Len']) >= 2, `${left['VM-Message-Len']} s were kept`);
    const samples = wavSamples(readFileSync(left['VM-File-Path'] ?? ''));
    t.ok(toneLengthMs(samples, CARRIER_HZ) > 1_500, 'of the caller’s words');
    t.equal(await messages(), 1);
  });

  await t.test('at the tone: there is nothing to keep, and it leads on all the same', async (t) => {
    const call = await dial();
    await heardFor(call, BEEP_HZ, 100);
    await press(call, '2');
    await reachesBjorn(t, call);
    t.equal(await messages(), 1);
  });

  await t.test('after another key has ended the message', async (t) => {
    const call = await dial();
    await heardFor(call, BEEP_HZ, 500);
    await spoken(call, 2_500);
    const since = played.prompts().length;
    await press(call, '5');
    await played.done('leave-message', '100');
    await eventually('saved', () =>
      played
        .prompts()
        .slice(since)
        .some((path) => path.includes('saved.wav')),
    );
    await press(call, '2');
    await reachesBjorn(t, call);
    t.equal(await messages(), 2);
  });

  await t.test('who hangs up while speaking leaves the message, as ever', async (t) => {
    const call = await dial();
    await heardFor(call, BEEP_HZ, 500);
    await spoken(call, 2_500);
    await call.hangup();
    await played.done('leave-message', '100');
    await eventually('it counted', async () => (await messages()) === 3);
    t.pass();
  });

  await t.test('a number outside sees the caller, and who sent the call on', async (t) => {
    const call = await greeted();
    await press(call, '3');
    const ringing = await carrier.nextCall();
    t.equal(ringing.from.user, outside);
    t.match(ringing.header('Diversion'), /^<sip:\+46812345600@.*>;reason=deflection/);
    await call.hangup();
    await ringing.ended();
  });

  await t.test('the colleague’s own lunch is told to who chooses him', async () => {
    await exchange.vaxel('activity', 'set', '101', 'lunch');
    // No call waits for a sound that is not there yet.
    const name = await soundOf(exchange, 'Björn Ek');
    const phrase = await soundOf(exchange, 'är på lunch,');
    const call = await greeted();
    await press(call, '2');
    await heardFile(call, name);
    await heardFile(call, phrase);
    await call.hangup();
  });

  await t.test('what is offered is said after the greeting', async () => {
    const call = await dial();
    await heardFile(call, promptFile(exchange, 'greeting'));
    await heardFile(call, menu);
    await heardFile(call, elsewhere);
    await call.hangup();
  });
});

/** A recording: some prompt's sound in a file of its own. */
function copyOf(t: Test, exchange: Exchange, name: string): string {
  const file = join(t.testdir({}), `${name}.wav`);
  copyFileSync(promptFile(exchange, name), file);
  return file;
}

function lastTrace(exchange: Exchange): string {
  const routed = exchange.daemonLog().findLast(({ msg }) => msg === 'call routed');
  return (routed?.['trace'] as readonly string[]).join(' ');
}
