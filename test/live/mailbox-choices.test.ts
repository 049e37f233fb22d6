import { readFileSync } from 'node:fs';
import type { Test } from 'tap';
import { press, spoken } from '../support/caller.ts';
import { promptFile, soundOf } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import { liveTest } from '../support/live.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import type { OutgoingCall } from '../support/sip/outgoing-call.ts';
import { heardFile } from '../support/sip/spoken.ts';
import { speakBriefly } from '../support/speak-briefly.ts';
import { heardFor, toneLengthMs, wavSamples } from '../support/tone-length.ts';

const outside = '+46701234568';
const BEEP_HZ = 1_000;
const CARRIER_HZ = 900;

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
  const offered = ['Tryck två för Björn Ek,', 'tre för att kopplas vidare.'];
  const menu = await Promise.all(offered.map((text) => soundOf(exchange, text)));
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
  /** The caller has spoken for so long after the tone. */
  const speaking = async (ms: number) => {
    const call = await dial();
    await heardFor(call, BEEP_HZ, 500);
    await spoken(call, ms);
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
    await exchange.vaxel('activity', 'clear', '101');
  });

  await t.test('what is offered is said after the greeting', async () => {
    const call = await dial();
    await heardFile(call, promptFile(exchange, 'greeting'));
    for (const part of menu) await heardFile(call, part);
    await call.hangup();
  });

  await speakBriefly(exchange, { texts: offered });

  await t.test('while speaking: what was said is kept, and it leads on', async (t) => {
    const call = await speaking(3_500);
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
    const call = await speaking(2_500);
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
    const call = await speaking(2_500);
    await call.hangup();
    await played.done('leave-message', '100');
    await eventually('it counted', async () => (await messages()) === 3);
    t.pass();
  });
});
