import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { press, spoken } from '../support/caller.ts';
import { asDialled, promptFile, said, soundOf } from '../support/codes.ts';
import { eventually } from '../support/eventually.ts';
import type { Exchange } from '../support/exchange.ts';
import { liveTest } from '../support/live.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { saysWaiting } from '../support/message-lamp.ts';
import { addCarrier, fillOffice, type Phone, plugIn } from '../support/phones.ts';
import { answers, refuses, rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import { heardFile, likenessTo } from '../support/sip/spoken.ts';
import type { Subscription } from '../support/sip/subscription.ts';
import { heardFor, toneLengthMs, wavSamples } from '../support/tone-length.ts';

const outside = '+46701234568';
const spam = '+46701234570';
const BEEP_HZ = 1_000;

liveTest('what people decide about their calls themselves', async (t, exchange) => {
  await fillOffice(exchange);
  const carrier = await addCarrier(t, exchange, 'first');
  const desk = await plugIn(t, exchange, '100');
  const app = await plugIn(t, exchange, '100');
  const bjorn = await plugIn(t, exchange, '101', 700);
  const cecilia = await plugIn(t, exchange, '102');
  for (const phone of [desk, app, bjorn]) phone.agent.onCall(rings);
  const deskKeys = await keysOf(exchange, desk);
  const appKeys = await keysOf(exchange, app);
  const played = await listenToMailboxes(exchange);
  t.teardown(() => {
    played.close();
  });
  const dial = (user: string, to = '+46812345600') =>
    carrier.call({ to, proxy: exchange.trunk, from: { user, displayName: '' } });
  const forwards = async () =>
    (await exchange.vaxel('forward', 'show', '100')) as readonly Record<string, unknown>[];

  await t.test('a phone that subscribes is told how all its keys stand', async () => {
    await deskKeys.show('dnd false', 'always off ', 'busy off ', 'no-answer off ');
  });

  await t.test('its key forwards, and the other phone of the person shows it', async (t) => {
    await deskKeys.press('forwardImmediate', true, '101');
    await Promise.all([deskKeys.show('always on 101'), appKeys.show('always on 101')]);
    t.match(await forwards(), [{ reason: 'always', on: true, source: 'phone' }]);
    const call = await cecilia.call('100');
    const ringing = await bjorn.agent.nextCall();
    t.equal(ringing.from.displayName, 'Cecilia Dahl');
    call.cancel();
    await call.ended();
    t.equal(desk.agent.calls.length + app.agent.calls.length, 0);
  });

  await t.test('a code and the command line are shown on the phones', async () => {
    const code = await app.call(asDialled('#21#'));
    await code.answered();
    await Promise.all([deskKeys.show('always off 101'), appKeys.show('always off 101')]);
    await code.ended();
    await exchange.vaxel('forward', 'set', '100', '--when', 'busy', '--to', '0701234571');
    await exchange.vaxel('forward', 'set', '100', '--when', 'no-answer', '--to', 'voicemail');
    await Promise.all(
      [deskKeys, appKeys].map((keys) => keys.show('busy on +46701234571', 'no-answer on *98')),
    );
  });

  await t.test('what may not be is shown as it was, and an echo goes nowhere', async (t) => {
    const answered = async (which: Forwarding, to: string) => {
      const before = deskKeys.told();
      await deskKeys.press(which, true, to);
      await eventually('an answer', () => deskKeys.told() === before + 1);
    };
    await answered('forwardImmediate', '112');
    await answered('forwardImmediate', CUBA);
    await deskKeys.show('always off 101');
    const others = appKeys.told();
    for (let n = 0; n < 3; n += 1) await deskKeys.press('forwardBusy', true, '+46701234571');
    await deskKeys.press('forwardBusy', false, '');
    await appKeys.show('busy off +46701234571');
    t.equal(appKeys.told(), others + 1, 'nobody else hears of what was so already');
    t.equal((await forwards()).filter(({ on }) => on === true).length, 1);
  });

  await t.test('nobody presses the key of another’s phone', async (t) => {
    for (const event of ['as-feature-event', 'AS-Feature-Event']) {
      const forged = await bjorn.agent.subscribe({
        ...{ event, domain: exchange.domain, proxy: exchange.sip, auth: bjorn.account },
        to: event === 'as-feature-event' ? bjorn.account.username : desk.account.username,
        from: desk.account.username,
      });
      await forged.refresh(forwarding('forwardImmediate', true, '101'));
    }
    // What comes after it has been seen to.
    await appKeys.press('forwardBusy', true, '102');
    await deskKeys.show('busy on 102');
    t.match(await forwards(), [{ reason: 'always', on: false }, {}, {}]);
  });

  await t.test('a forward that one may not call is refused when it is set', async (t) => {
    await said(desk, '*67*005378301234#', promptFile(exchange, 'forward-refused'));
    t.match(await exchange.vaxel('forward', 'set', '100', '--when', 'busy', '--to', CUBA), {
      error: { code: 'may-not-call' },
    });
    await deskKeys.press('forwardNoAns', true, CUBA);
    await deskKeys.press('forwardNoAns', false, '');
    await deskKeys.show('busy on 102', 'no-answer off *98');
  });

  await t.test('the greeting of each occasion is heard, as it was uploaded', async (t) => {
    const upload = async (name: string, ...more: readonly string[]) => {
      const file = join(t.testdir({}), `${name}.wav`);
      copyFileSync(promptFile(exchange, name), file);
      await exchange.vaxel('greeting', 'add', '100', '--file', file, ...more);
    };
    await exchange.vaxel('forward', 'clear', '100');
    await upload('mailbox-full', '--for', 'always');
    await upload('pin-changed', '--for', 'busy');
    await upload('record-greeting', '--for', 'no-answer', '--until', '23:59');
    await upload('over-99', '--for', 'activity:lunch');
    const all = ['mailbox-full', 'pin-changed', 'record-greeting', 'over-99'];
    const greets = async (name: string, call: Awaited<ReturnType<typeof dial>>, key?: string) => {
      await call.answered();
      await heardFile(call, promptFile(exchange, name));
      if (key !== undefined) await press(call, key);
      for (const other of all.filter((each) => each !== name)) {
        const likeness = likenessTo(call, promptFile(exchange, other));
        t.ok(likeness < 0.5, `${name} is heard and not ${other}`);
      }
    };

    await exchange.vaxel('activity', 'set', '100', 'lunch');
    const away = await dial(outside);
    await greets('over-99', away);
    await away.hangup();
    await exchange.vaxel('activity', 'set', '100', 'möte');
    const meeting = await dial(outside);
    await greets('mailbox-full', meeting);
    await meeting.hangup();
    await exchange.vaxel('activity', 'clear', '100');

    for (const phone of [desk, app]) phone.agent.onCall(answers(0));
    await exchange.vaxel('rule', 'set', '100', 'busy', 'voicemail');
    const talking = await bjorn.call('100');
    await talking.answered();
    await heard(talking, 440);
    const busy = await dial(outside);
    await greets('pin-changed', busy);
    const since = played.prompts().length;
    await played.prompt('sv/record-message', 0);
    await busy.hangup();
    await talking.hangup();
    t.notOk(played.prompts().slice(since).includes('sv/greeting'), 'in place of the usual one');

    await exchange.vaxel('rule', 'clear', '100');
    for (const phone of [desk, app]) phone.agent.onCall(refuses(480));
    const nobody = await dial(outside);
    await greets('record-greeting', nobody, '*');
    await played.prompt('sv/enter-pin', 0);
    await nobody.hangup();
  });

  await t.test('a voice menu sets the status, and its end', async (t) => {
    const lunch = await soundOf(exchange, 'Lunch');
    const call = await desk.call(asDialled('*23#'));
    await call.answered();
    await heardFile(call, promptFile(exchange, 'status-menu'));
    const since = played.prompts().length;
    await press(call, '1#');
    // To compare sound takes a busy machine longer than the menu waits for digits.
    await eventually('what was set, said', () => played.prompts().length > since);
    await press(call, '2359');
    t.match(await call.ended(), { kind: 'bye', by: 'them' });
    t.match(played.prompts().at(-1), END);
    await heardFile(call, promptFile(exchange, 'status-set'));
    await heardFile(call, lunch);
    t.match(await exchange.vaxel('activity', 'show', '100'), { source: 'menu' });
    const { endsAt } = (await exchange.vaxel('activity', 'show', '100')) as { endsAt: number };
    t.equal(new Date(endsAt).toLocaleTimeString('sv-SE', STOCKHOLM), '23:59:00');
  });

  await t.test('the digits of a code are the organisation’s to choose', async (t) => {
    await exchange.vaxel('setting', 'set', 'code-activity', '25');
    await said(desk, '*25*0#', promptFile(exchange, 'status-set'));
    const old = await desk.call(asDialled('*23*1#'));
    t.match(await old.ended(), { kind: 'refused', status: 404 });
  });

  await t.test('silence: a blocked caller hears it ring, and nothing does', async (t) => {
    for (const phone of [desk, app]) phone.agent.onCall(rings);
    await exchange.vaxel('contact', 'add', 'Spam', '--number', spam, '--for', '100', '--block');
    await exchange.vaxel('rule', 'set', '100', 'blocked', 'silence');
    const rung = desk.agent.calls.length;
    const call = await dial(spam);
    await call.ringing();
    // A call that rings comes after it, so it would have rung by then.
    const friend = await dial(outside);
    await eventually('the friend', () => desk.agent.calls.length === rung + 1);
    friend.cancel();
    await friend.ended();
    t.equal(desk.agent.calls.at(-1)?.from.user, outside);
    t.equal(call.finalResponse(), undefined, 'it goes on ringing');
    t.equal(call.media.heard.packets.length, 0, 'and there is nothing else to hear');
    call.cancel();
    t.match(await call.ended(), { kind: 'cancelled' });
  });

  await t.test('voicemail unheard: no lamp, no notice, and the words are kept', async (t) => {
    const lamp = await desk.agent.subscribe({
      ...{ event: 'message-summary', to: desk.account.username, domain: exchange.domain },
      ...{ proxy: exchange.sip, auth: desk.account },
    });
    await exchange.vaxel('rule', 'set', '100', 'blocked', 'voicemail');
    const folder = join(exchange.state, 'voicemail', 'unheard');
    const call = await dial(spam);
    await call.answered();
    await heardFile(call, promptFile(exchange, 'greeting'));
    await heardFor(call, BEEP_HZ, 500);
    await spoken(call, 2_000);
    await call.hangup();
    const isKept = (name: string) =>
      toneLengthMs(wavSamples(readFileSync(join(folder, name))), CARRIER_HZ) > 1_000;
    await eventually('what was said', () => readdirSync(folder).some(isKept));

    await exchange.vaxel('forward', 'set', '100', '--when', 'always', '--to', 'voicemail');
    const friend = await dial(outside);
    await friend.answered();
    await heardFor(friend, BEEP_HZ, 500);
    await spoken(friend, 2_000);
    await friend.hangup();
    await played.done('leave-message', '100');
    await lamp.notified(saysWaiting('yes', '1/0'));
    t.notOk(lamp.notifications.some(saysWaiting('yes', '2/0')), 'only the friend’s lights it');
    t.match(await exchange.esl.api(`vm_boxcount 100@${exchange.domain}|all`), /^1:0:/);
  });
});

/** Files that are played as one are named together. */
const END = /hour-23\.wav!.*minute-59/;

const STOCKHOLM = { timeZone: 'Europe/Stockholm' };

const CUBA = '+53 7 830 12 34';

/** What addCarrier sends. */
const CARRIER_HZ = 900;

type Forwarding = 'forwardImmediate' | 'forwardBusy' | 'forwardNoAns';

/** The keys of one phone that keeps them in step with the exchange. */
async function keysOf(exchange: Exchange, { agent, account }: Phone) {
  const subscription = await agent.subscribe({
    ...{ event: 'as-feature-event', to: account.username, domain: exchange.domain },
    ...{ proxy: exchange.sip, auth: account, accept: 'application/x-as-feature-event+xml' },
  });
  return {
    told: () => subscription.notifications.length,
    press: (which: Forwarding, on: boolean, to: string) =>
      subscription.refresh(forwarding(which, on, to)),
    show: async (...wanted: readonly string[]) => {
      await eventually(`keys ${wanted.join(', ')} of ${account.username}`, () =>
        wanted.every((each) => shownBy(subscription).includes(each)),
      ).catch((cause: unknown) => {
        throw new Error(`shown: ${shownBy(subscription).join(', ')}`, { cause });
      });
    },
  };
}

/** As Polycom and Yealink phones write it (ECMA-323). */
const forwarding = (which: Forwarding, on: boolean, to: string) => ({
  type: 'application/x-as-feature-event+xml',
  text: `<?xml version="1.0" encoding="UTF-8"?>
<SetForwarding xmlns="http://www.ecma-international.org/standards/ecma-323/csta/ed3">
<device></device>
<forwardingType>${which}</forwardingType>
<activateForward>${on}</activateForward>
<forwardDN>${to}</forwardDN>
</SetForwarding>`,
});

/** What the keys show after all that was told: `dnd false`, `always on 101`. */
function shownBy({ notifications }: Subscription): readonly string[] {
  const shown = new Map<string, string>();
  for (const { body } of notifications) {
    const read = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(body)?.[1] ?? '';
    if (body.includes('<DoNotDisturbEvent ')) shown.set('dnd', `dnd ${read('doNotDisturbOn')}`);
    const type = read('forwardingType');
    const name = NAMES[type];
    if (name === undefined) continue;
    const on = read('forwardStatus') === 'true' ? 'on' : 'off';
    shown.set(type, `${name} ${on} ${read('forwardTo').trim()}`);
  }
  return [...shown.values()];
}

const NAMES: Readonly<Record<string, string>> = {
  forwardImmediate: 'always',
  forwardBusy: 'busy',
  forwardNoAns: 'no-answer',
};
