import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { epochMs, systemClock } from '../../common/time.ts';
import { spokenTime } from '../../daemon/voice/spoken-time.ts';
import { vaxel } from '../support/command-line.ts';
import { press, spoken } from '../support/caller.ts';
import type { Account } from '../support/exchange.ts';
import { liveTest } from '../support/live.ts';
import { later, saysWaiting } from '../support/message-lamp.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { createAgent } from '../support/sip/agent.ts';
import { refuses, rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import type { OutgoingCall } from '../support/sip/outgoing-call.ts';
import { speakBriefly } from '../support/speak-briefly.ts';
import { heardFor, isSilent, toneLengthMs, wavSamples } from '../support/tone-length.ts';

const BEEP_HZ = 1_000;
const BJORN_HZ = 620;

liveTest('voicemail', async (t, exchange) => {
  await exchange.vaxel('user', 'add', '100', '--name', 'Anna Berg', '--ring', '5');
  await exchange.vaxel('user', 'add', '101', '--name', 'Björn Ek');
  await exchange.vaxel('user', 'pin', '101', '--pin', '8305');
  const mailboxes = await listenToMailboxes(exchange);
  t.teardown(() => {
    mailboxes.close();
  });

  const phone = async (extension: string, toneHz: number) => {
    const { username, password } = await exchange.addDevice(extension);
    const login = { username, password };
    const agent = await createAgent({ bind: '127.0.0.1', toneHz });
    t.teardown(() => agent.close());
    const register = () =>
      agent.register({ domain: exchange.domain, registrar: exchange.sip, ...login });
    const call = (to: string) =>
      agent.call({ to, domain: exchange.domain, proxy: exchange.sip, auth: login });
    const subscribe = () =>
      agent.subscribe({
        event: 'message-summary',
        to: username,
        domain: exchange.domain,
        proxy: exchange.sip,
        auth: login,
      });
    return { agent, register, call, subscribe };
  };
  const anna = await phone('100', 440);
  const bjorn = await phone('101', BJORN_HZ);
  await bjorn.register();

  let leftAt = epochMs(0);
  const recordings = () => {
    const folder = join(exchange.state, 'voicemail', exchange.domain, '100');
    return readdirSync(folder)
      .filter((name) => name.startsWith('msg_'))
      .map((name) => wavSamples(readFileSync(join(folder, name))));
  };

  const until = async (what: string, holds: () => boolean | Promise<boolean>) => {
    for (const late = performance.now() + 20_000; performance.now() < late;) {
      if (await holds()) return;
      await wait(100);
    }
    throw new Error(`${what} does not come within 20 s`);
  };

  /** Another daemon than this one answers; `vaxel start` sees to it. */
  const daemonAfter = (dead: number) =>
    until('a new daemon', async () => (await exchange.daemonPid().catch(() => dead)) !== dead);

  /** Speaks for two seconds after the beep, and hangs up. */
  const leaveMessage = async (call: OutgoingCall) => {
    await call.answered();
    await heardFor(call, BEEP_HZ, 500);
    await spoken(call, 2_300);
    await call.hangup();
    return mailboxes.done('leave-message', '100');
  };

  await t.test(
    'nobody registered: a message is taken at once, after greeting and beep',
    async (t) => {
      const since = mailboxes.prompts().length;
      const call = await bjorn.call('100');
      const left = await leaveMessage(call);
      leftAt = systemClock();
      t.equal(left['VM-User'], '100');
      t.equal(left['VM-Caller-ID-Number'], '101');
      t.same(mailboxes.prompts().slice(since), ['sv/greeting', 'sv/record-message']);
      const samples = call.media.heard.samples();
      const beep = toneLengthMs(samples, BEEP_HZ);
      t.ok(beep > 560 && beep < 720, `a beep of 640 ms, heard as ${beep}`);
      t.notOk(isSilent(samples.subarray(8_000, 16_000)), 'the greeting is heard');
      const [message, ...more] = recordings();
      t.same(more, []);
      const tone = message && toneLengthMs(message, BJORN_HZ);
      t.ok(tone !== undefined && tone > 1_500 && tone < 5_000, `Björn was recorded for ${tone} ms`);
    },
  );

  await speakBriefly(exchange);

  await t.test(
    'the lamp of a phone that registers is lit, and of one that subscribes',
    async (t) => {
      await anna.register();
      const lit = await anna.agent.notified(saysWaiting('yes', '1/0'));
      t.match(lit.body, new RegExp(`Message-Account: sip:100@${exchange.domain}`));
      const subscription = await anna.subscribe();
      await subscription.notified(saysWaiting('yes', '1/0'));
      await subscription.unsubscribe();
    },
  );

  await t.test('nobody answers for the seconds he rings: a message is taken', async (t) => {
    anna.agent.onCall(rings);
    const subscription = await anna.subscribe();
    const call = await bjorn.call('100');
    await call.ringing();
    const startedMs = performance.now();
    await call.answered();
    const rungMs = performance.now() - startedMs;
    t.ok(rungMs > 4_000 && rungMs < 15_000, `Anna's phone rang for ${rungMs} ms`);
    const since = performance.now();
    await leaveMessage(call);
    await anna.agent.notified(later(since, saysWaiting('yes', '2/0')));
    await subscription.notified(later(since, saysWaiting('yes', '2/0')));
    t.equal(recordings().length, 2);
  });

  await t.test('all are busy: a message is taken at once', async (t) => {
    anna.agent.onCall(refuses(486));
    const startedMs = performance.now();
    const call = await bjorn.call('100');
    await call.answered();
    t.ok(performance.now() - startedMs < 10_000, 'without waiting for nobody to answer');
    await leaveMessage(call);
    t.equal(recordings().length, 3);
  });

  await t.test(
    'a daemon that dies while somebody speaks loses nothing of the message',
    async (t) => {
      const before = await exchange.daemonPid();
      const call = await bjorn.call('100');
      await call.answered();
      await heardFor(call, BEEP_HZ, 500);
      process.kill(before, 'SIGKILL');
      await spoken(call, 3_000);
      await call.hangup();
      const left = await mailboxes.done('leave-message', '100');
      const length = Number(left['VM-Message-Len']);
      t.ok(length === 2 || length === 3, `${length} s were recorded`);
      t.equal(recordings().length, 4);
      await daemonAfter(before);
    },
  );

  await t.test('*98 from one’s own device asks no PIN, and what was left is heard', async (t) => {
    const startedMs = performance.now();
    const subscribed = await anna.subscribe();
    await subscribed.notified(saysWaiting('yes', '4/0'));
    const since = mailboxes.prompts().length;
    const call = await anna.call('*98');
    await call.answered();
    const counted = await mailboxes.prompt('message', since);
    const head = ['sv/you-have', 'sv/number-4', 'sv/many-new', 'sv/message-new', 'sv/number-1'];
    t.same(counted.slice(0, head.length), head);
    const said = counted.slice(head.length, -1).join();
    const times = [leftAt, epochMs(leftAt - 5_000)].map((moment) =>
      spokenTime(moment, ZONE, systemClock(), 'sv')
        .map((prompt) => `sv/${prompt}`)
        .join(),
    );
    t.ok(times.includes(said), `the time is said: ${said}`);
    await heard(call, BJORN_HZ);
    let from = mailboxes.prompts().length;
    await press(call, '7');
    await mailboxes.prompt('sv/deleted', from);
    for (const next of ['2', '3', '4']) {
      const second = await mailboxes.prompt('message', from);
      t.ok(second.includes(`sv/number-${next}`), `message ${next} is said to be that`);
      await heard(call, BJORN_HZ);
      from = mailboxes.prompts().length;
      await press(call, '7');
      await mailboxes.prompt('sv/deleted', from);
    }
    await mailboxes.prompt('sv/no-saved', from);
    await anna.agent.notified(later(startedMs, saysWaiting('no', '0/0')));
    await subscribed.notified(later(startedMs, saysWaiting('no', '0/0')));
    await call.hangup();
    t.same(recordings(), []);
    t.notOk(
      mailboxes.prompts().some((prompt) => !/^(sv\/|message$)/.test(prompt)),
      'only our files',
    );
  });

  await t.test('*98101 from another’s device asks for the PIN; keys by SIP INFO', async (t) => {
    const since = mailboxes.prompts().length;
    const call = await anna.call('*98101');
    await call.answered();
    await mailboxes.prompt('sv/enter-pin', since);
    for (const key of '8305#') {
      const type = { 'Content-Type': 'application/dtmf-relay' };
      const pressed = Buffer.from(`Signal=${key}\r\nDuration=160\r\n`);
      t.equal((await call.request('INFO', type, pressed)).status, 200);
    }
    await mailboxes.prompt('sv/no-new', since);
    await call.hangup();
    t.equal((await mailboxes.done('authentication', '101'))['VM-Auth-Result'], 'success');
  });

  await t.test('0 in a greeting opens no mailbox, * asks for its PIN', async (t) => {
    await exchange.vaxel('user', 'add', '102', '--name', 'Cecilia Dahl');
    let since = mailboxes.prompts().length;
    const call = await bjorn.call('102');
    await call.answered();
    await mailboxes.prompt('sv/greeting', since);
    since = mailboxes.prompts().length;
    await press(call, '0');
    t.same(await mailboxes.prompt('sv/greeting', since), ['sv/greeting'], 'it begins again');
    since = mailboxes.prompts().length;
    await press(call, '*');
    t.same(await mailboxes.prompt('sv/enter-pin', since), ['sv/enter-pin']);
    since = mailboxes.prompts().length;
    await press(call, '0000#');
    await mailboxes.prompt('sv/wrong-pin', since);
    t.equal(
      (await mailboxes.done('authentication', '102'))['VM-Auth-Result'],
      'fail',
      'who has no PIN is never let in',
    );
    await call.hangup();
  });

  await t.test('five wrong PINs lock a mailbox to all who give one', async (t) => {
    const guess = async (times: number) => {
      let since = mailboxes.prompts().length;
      const call = await anna.call('*98101');
      await call.answered();
      for (let n = 0; n < times; n += 1) {
        await mailboxes.prompt('sv/enter-pin', since);
        since = mailboxes.prompts().length;
        await press(call, '1111#');
        const { 'VM-Auth-Result': result } = await mailboxes.done('authentication', '101');
        t.equal(result, 'fail');
      }
      return { call, since };
    };
    const first = await guess(3);
    await mailboxes.prompt('sv/too-many-attempts', first.since);
    await first.call.ended();
    const second = await guess(2);
    const turnedAway = await mailboxes.prompt('sv/refuse-locked', second.since);
    t.ok(turnedAway.length <= 2, 'a call that is being asked is turned away too');
    await second.call.ended();
    const since = mailboxes.prompts().length;
    const refused = await anna.call('*98101');
    t.match(await refused.ended(), { kind: 'refused', status: 403 });
    t.same(mailboxes.prompts().slice(since), ['sv/refuse-locked']);

    await exchange.vaxel('user', 'pin', '101', '--pin', '7294');
    const again = mailboxes.prompts().length;
    const call = await anna.call('*98101');
    await call.answered();
    t.same(await mailboxes.prompt('sv/enter-pin', again), ['sv/enter-pin'], 'a new PIN unlocks');
    await call.hangup();
  });

  await t.test('one, two and twenty-one messages, and yesterday, as people say them', async (t) => {
    const yesterday = epochMs(Math.floor(systemClock() / 1_000) * 1_000 - 86_400_000);
    const mailboxWith = async (extension: string, count: number) => {
      await exchange.vaxel('user', 'add', extension, '--name', `Has ${count}`);
      const box = `${extension}@${exchange.domain}`;
      const file = join(exchange.state, 'prompts', 'sv', 'greeting.wav');
      for (let n = 0; n < count; n += 1) {
        t.match(await exchange.esl.api(`vm_inject ${box} ${file} 101 Ek`), /OK/);
      }
      return phone(extension, 880);
    };
    const opening = async (owner: Awaited<ReturnType<typeof phone>>) => {
      const since = mailboxes.prompts().length;
      const call = await owner.call('*98');
      await call.answered();
      const said = await mailboxes.prompt('message', since);
      await call.hangup();
      return said.map((prompt) => prompt.replace('sv/', ''));
    };
    const one = await mailboxWith('104', 1);
    const index = new Database(join(exchange.state, 'voicemail', 'messages.db'));
    const { changes } = index
      .prepare(`update voicemail_msgs set created_epoch = ? where username = '104'`)
      .run(yesterday / 1_000);
    index.close();
    t.equal(changes, 1);
    t.same(await opening(one), [
      ...['you-have', 'one-new', 'message-new', 'number-1'],
      ...spokenTime(yesterday, ZONE, systemClock(), 'sv'),
      'message',
    ]);
    t.ok(spokenTime(yesterday, ZONE, systemClock(), 'sv').includes('yesterday'));
    const two = await opening(await mailboxWith('105', 2));
    t.same(two.slice(0, 3), ['you-have', 'number-2', 'many-new']);
    const many = await opening(await mailboxWith('106', 21));
    t.same(many.slice(0, 3), ['you-have', 'number-21', 'many-new']);
  });

  await t.test('messages are backed up while FreeSWITCH runs, and forgotten', async (t) => {
    const { file } = (await exchange.vaxel('backup')) as { readonly file: string };
    t.match(await exchange.vaxel('restore', file), { error: { code: 'programs-run' } });
    const state = join(t.testdir({}), 'state');
    t.match(await vaxel(state).json('restore', file), { code: 0 });
    const rows = (folder: string) => {
      const index = new Database(join(folder, 'voicemail', 'messages.db'), { readonly: true });
      const paths = index.prepare('select file_path from voicemail_msgs').pluck().all() as string[];
      index.close();
      return paths.map((path) => relative(folder, path)).sort();
    };
    const before = rows(exchange.state);
    t.ok(before.length >= 24 && before.every((path) => path.startsWith('voicemail/')));
    t.same(rows(state), before);
    for (const path of before) {
      t.same(readFileSync(join(state, path)), readFileSync(join(exchange.state, path)));
    }
    const counted = async () => exchange.esl.api(`vm_boxcount 106@${exchange.domain}|all`);
    t.match(await counted(), /^21:/);
    t.match(await exchange.vaxel('user', 'forget', '106', '--yes'), { messages: 21 });
    t.match(await counted(), /^0:0:0:0/);
  });

  await t.test('who speaks English hears English', async (t) => {
    const domain = 'english.example';
    const org = ['--org', domain];
    await exchange.vaxel('org', 'add', domain, '--name', 'English', '--language', 'en');
    await exchange.vaxel('user', 'add', '200', '--name', 'Eve Hill', ...org);
    const login = (await exchange.vaxel(
      'device',
      'add',
      '200',
      '--kind',
      'desk',
      ...org,
    )) as Account;
    const since = mailboxes.prompts().length;
    const call = await anna.agent.call({ to: '*98', domain, proxy: exchange.sip, auth: login });
    await call.answered();
    await mailboxes.prompt('en/menu-new', since);
    await call.hangup();
    const expected = ['you-have', 'no-new', 'you-have', 'no-saved', 'menu-new'];
    t.same(
      mailboxes.prompts().slice(since, since + 5),
      expected.map((name) => `en/${name}`),
    );
  });
});

const ZONE = 'Europe/Stockholm';
