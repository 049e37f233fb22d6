import { CANARY, canaryPassword } from '../../common/canary-account.ts';
import { loadConfig } from '../../common/config.ts';
import { openLog } from '../../common/log.ts';
import { systemClock } from '../../common/time.ts';
import { openSecrets } from '../../common/secrets.ts';
import { readStandingDialogs } from '../../common/db/standing-subscriptions.ts';
import { keepOrphans } from '../../daemon/lamps/orphans.ts';
import { tableFile } from '../../daemon/lamps/standing.ts';
import { childOf } from '../support/child-of.ts';
import { eventually } from '../support/eventually.ts';
import type { Account, Exchange } from '../support/exchange.ts';
import { type Lit, watchLamp } from '../support/lamp.ts';
import { liveTest } from '../support/live.ts';
import { addCarrier, fillOffice, plugIn } from '../support/phones.ts';
import { createAgent } from '../support/sip/agent.ts';
import { rings } from '../support/sip/behaviours.ts';
import { headerText } from '../support/sip/message.ts';
import type { OutgoingCall } from '../support/sip/outgoing-call.ts';

/** A Node program and FreeSWITCH start in seconds; where every processor is taken, it may be many. */
const STARTED_MS = 60_000;

liveTest('two desk phones watch Anna', async (t, exchange) => {
  await fillOffice(exchange);
  const carrier = await addCarrier(t, exchange, 'first');
  const [desk, app, bjorn, cecilia] = [
    await plugIn(t, exchange, '100', 500),
    await plugIn(t, exchange, '100', 620),
    await plugIn(t, exchange, '101', 740),
    await plugIn(t, exchange, '102', 860),
  ];
  const watchAnna = () =>
    Promise.all(
      [bjorn, cecilia].map(({ agent, account }) => watchLamp(exchange, agent, account, '100')),
    );
  let anna = await watchAnna();
  const both = async (wanted: Lit, withinMs?: number) => {
    await Promise.all(anna.map((key) => key.shows(wanted, withinMs)));
  };
  desk.agent.onCall(rings);
  const atAnna = () => Promise.all([desk.agent.nextCall(), app.agent.nextCall()]);

  await t.test('off before anything happens, and only because she can be called', async (t) => {
    await both('off');
    t.match(await exchange.vaxel('lamps', '--of', '100'), [{ told: 'off' }, { true: 'off' }]);
  });

  await t.test('called from outside, answered on the app, held, resumed, hung up', async () => {
    const call = await carrier.call({
      ...{ to: '+46812345600', proxy: exchange.trunk, from: { user: '+46701234568' } },
    });
    const [, answering] = await atAnna();
    answering.ring();
    await both('ringing');
    await answering.answer();
    await call.answered();
    await both('busy');
    await answering.hold();
    await both('held');
    await answering.resume();
    await both('busy');
    await call.hangup();
    await both('off');
  });

  // fusionpbx/fusionpbx#1209, waynemerricks/asteriskphone#10, signalwire/freeswitch#156.
  await t.test(
    '#1209, #10: her own call is never one that rings; #156: its end is seen by whom she called',
    async (t) => {
      const call = await app.call('101');
      const ringing = await bjorn.agent.nextCall();
      ringing.ring();
      await both('busy');
      const key = await watchLamp(exchange, app.agent, app.account, '101');
      await key.shows('ringing');
      const thief = await cecilia.call('**100');
      t.match(await thief.ended(), { kind: 'refused', status: 480 }, 'and nobody takes it (T10)');
      t.equal(call.ending(), undefined);
      await call.hangup();
      await both('off');
      await key.shows('off');
    },
  );

  await t.test('**100 takes exactly the call that rings at her', async (t) => {
    const call = await bjorn.call('100');
    const [onDesk, onApp] = await atAnna();
    onApp.ring();
    await both('ringing');
    const taken = await cecilia.call('**100');
    await Promise.all([call.answered(), taken.answered()]);
    const cancelled = await onDesk.waitForCancel();
    t.match(cancelled.reasons.join(), /completed elsewhere/, 'her phones log no missed call');
    await both('off');
    const key = await watchLamp(exchange, app.agent, app.account, '102');
    await key.shows('busy');
    await call.hangup();
    await key.shows('off');
  });

  // mod_sofia makes another state of what it is told of somebody whose call it has written down.
  await t.test(
    'who calls is busy, not called, and on hold who holds, however late it is told',
    async () => {
      const keys = [await watchLamp(exchange, app.agent, app.account, '101')];
      const shows = (wanted: Lit) => Promise.all(keys.map((key) => key.shows(wanted)));
      const call = await bjorn.call('100');
      const [, answering] = await atAnna();
      answering.ring();
      await both('ringing');
      keys.push(await watchLamp(exchange, cecilia.agent, cecilia.account, '101'));
      await shows('busy');
      await answering.answer();
      await call.answered();
      await call.hold();
      await shows('held');
      await call.resume();
      await shows('busy');
      await call.hangup();
      await Promise.all([shows('off'), both('off')]);
    },
  );

  await t.test('a call she hands on is hers no longer', async () => {
    const call = await bjorn.call('100');
    const [, answering] = await atAnna();
    await answering.answer();
    await call.answered();
    await both('busy');
    await answering.refer(`sip:102@${exchange.domain}`);
    const handed = await cecilia.agent.nextCall();
    handed.ring();
    await both('off');
    await handed.answer();
    const key = await watchLamp(exchange, app.agent, app.account, '102');
    await key.shows('busy');
    await call.hangup();
    await key.shows('off');
  });

  /** Björn and Anna talk. */
  const talk = async (): Promise<OutgoingCall> => {
    const call = await bjorn.call('100');
    const [, answering] = await atAnna();
    await answering.answer();
    await call.answered();
    await both('busy');
    return call;
  };

  await t.test('what somebody else tells FreeSWITCH is seen on the wire, and healed', async (t) => {
    await eventually('our own subscription', async () =>
      (await seen(exchange)).some((row) => row.seen === 'off'),
    );
    const before = await figure(exchange, 'vaxel_lamps_healed_total');
    // Not what anybody’s line says, and not by the daemon.
    await exchange.esl.send('sendevent PRESENCE_IN', {
      ...{ proto: 'vaxel', login: 'other', from: `100@${exchange.domain}`, rpid: 'unknown' },
      ...{ event_type: 'presence', alt_event_type: 'dialog', 'unique-id': 'vaxel100' },
      ...{ 'answer-state': 'confirmed', 'channel-state': 'CS_EXECUTE', status: 'Busy' },
      ...{ 'presence-call-direction': 'outbound', event_count: '1' },
    });
    await both('busy');
    const lied = performance.now();
    await both('off', 2_000);
    t.comment(`healed after ${Math.round(performance.now() - lied)} ms`);
    t.equal(await figure(exchange, 'vaxel_lamps_healed_total'), before + 1);
    t.equal(await figure(exchange, 'vaxel_lamp_samples_failed_total'), 0);
  });

  await t.test('the account that watches them can do nothing else', async (t) => {
    const password = canaryPassword(openSecrets(loadConfig(exchange.env)).box, exchange.domain);
    const canary = { username: CANARY, password, domain: exchange.domain };
    const call = await bjorn.agent.call({
      ...{ to: '100', domain: exchange.domain, proxy: exchange.sip },
      ...{ auth: canary, from: { user: CANARY } },
    });
    t.match(await call.ended(), { kind: 'refused', status: 403 });
    const called = await bjorn.call(CANARY);
    t.match(await called.ended(), { kind: 'refused' });
    const elsewhere = await createAgent({ bind: '127.0.0.2' });
    t.teardown(() => elsewhere.close());
    await t.rejects(watchLamp(exchange, elsewhere, canary, '100'), 'from this machine alone');
  });

  await t.test(
    'signalwire/freeswitch#3056: phones that refuse what FreeSWITCH sends',
    async (t) => {
      const before = anna.map(
        ({ subscription }) => subscription.notifications.at(-1)?.sequence ?? 0,
      );
      const log = openLog('test', 'silent');
      const lamp = { kind: 'vaxel', name: '100', domain: exchange.domain } as const;
      const left: string[] = [];
      let isHeld = true;
      const orphans = keepOrphans({
        ...{ state: exchange.state, control: () => (isHeld ? undefined : exchange.esl), log },
        clock: systemClock,
        lamps: () => ({ left: (_, subscription) => left.push(subscription), shown: () => 'off' }),
      });
      t.teardown(() => {
        orphans.stop();
      });
      const theirs = anna.map(({ subscription }) => subscription.heeded()?.body ?? '');
      await orphans.adopt('all');
      for (const state of ['ringing', 'busy', 'held', 'off'] as const) {
        await orphans.tell(exchange.esl, lamp, state);
        await both(state);
      }
      const unversioned = (text?: string) => text?.replace(/version="\d+"/, '');
      t.strictSame(
        anna.map(({ subscription }) => unversioned(subscription.notifications.at(-1)?.body)),
        theirs.map(unversioned),
        'in the words of mod_sofia',
      );
      isHeld = false;
      for (const [i, { subscription }] of anna.entries()) {
        const ended = await subscription.notified(({ state }) => state.startsWith('terminated'));
        t.equal(ended.state, 'terminated;reason=deactivated', 'RFC 6665 §4.1.3');
        t.ok(ended.sequence > 365 * 86_400 * 50, 'above whatever FreeSWITCH numbers in a year');
        t.ok(ended.sequence > (before[i] ?? 0));
        t.ok(left.includes(headerText(ended.request, 'Call-ID')));
      }
      await eventually('an empty table', async () => {
        const standing = await readStandingDialogs(tableFile(exchange.state));
        return standing.every(({ callId }) => !left.includes(callId));
      });
      anna = await watchAnna();
      await both('off');
      t.equal(await figure(exchange, 'vaxel_lamp_samples_failed_total'), 0, 'ours is left alone');
    },
  );

  await t.test(
    'a phone of another organisation is told nothing of her, nor of a mailbox',
    async (t) => {
      const org = ['--org', 'gran.example'];
      await exchange.vaxel('org', 'add', 'gran.example', '--name', 'Gran');
      await exchange.vaxel('user', 'add', '100', '--name', 'Somebody', ...org);
      const auth = (await exchange.vaxel(
        'device',
        'add',
        '100',
        '--kind',
        'desk',
        ...org,
      )) as Account;
      const agent = await createAgent({ bind: '127.0.0.1' });
      t.teardown(() => agent.close());
      const ask = (to: string) =>
        agent.subscribe({ event: 'dialog', to, domain: auth.domain, proxy: exchange.sip, auth });
      const theirs = [
        await ask(`sip:100@${exchange.domain}`),
        await ask(`sip:vaxel+100@${exchange.domain}`),
        await ask(`sip:vaxel+100@${exchange.sip.host}`),
        await ask(`sip:vaxel+100+${exchange.domain}@gran.example`),
      ];
      const own = await ask('sip:100@gran.example');
      await own.notified(() => true);
      const call = await talk();
      await call.hangup();
      await both('off');

      const mailbox = { event: 'message-summary', proxy: exchange.sip };
      const { username, domain } = bjorn.account;
      theirs.push(
        await agent.subscribe({
          ...{ ...mailbox, to: `sip:${username}@${domain}`, domain: auth.domain, auth },
        }),
      );
      const his = await bjorn.agent.subscribe({
        ...{ ...mailbox, to: username, domain, auth: bjorn.account },
      });
      await exchange.esl.send('sendevent MESSAGE_WAITING', {
        ...{ 'MWI-Messages-Waiting': 'yes', 'MWI-Voice-Message': '7/0 (0/0)' },
        ...{ 'MWI-Message-Account': `sip:${username}@${domain}`, 'Sofia-Profile': 'vaxel' },
      });
      await his.notified(({ body }) => body.includes('7/0'));
      t.strictSame(
        theirs.flatMap(({ notifications }) => notifications),
        [],
      );
      const standing = await readStandingDialogs(tableFile(exchange.state));
      t.ok(standing.some(({ phone }) => phone.includes('@gran.example')));
      t.notOk(
        standing.some(({ phone, exchange: asked }) => {
          const [, of] = /@([^>;]+)/.exec(phone) ?? [];
          return of === 'gran.example' && !asked.includes('@gran.example');
        }),
        'FreeSWITCH has not even written it down',
      );
      t.equal(own.notifications.length, 1, 'and those of its own say nothing of her');
    },
  );

  await t.test('the daemon is killed, and the call ends before it is back', async () => {
    const call = await talk();
    process.kill(await exchange.daemonPid(), 'SIGKILL');
    await call.hangup();
    await eventually('daemon', () => exchange.isWhole(), STARTED_MS);
    await both('off');
  });

  await t.test('… and a call that FreeSWITCH routed without it shows once it is back', async () => {
    process.kill(exchange.pid, 'SIGSTOP');
    let call;
    try {
      process.kill(await exchange.daemonPid(), 'SIGKILL');
      call = await bjorn.call('100');
      const [, answering] = await atAnna();
      await answering.answer();
      await call.answered();
    } finally {
      process.kill(exchange.pid, 'SIGCONT');
    }
    await eventually('daemon', () => exchange.isWhole(), STARTED_MS);
    await both('busy');
    await call.hangup();
    await both('off');
  });

  await t.test('FreeSWITCH is killed in a call, and no lamp stays lit', async () => {
    await talk();
    process.kill(childOf(exchange.pid, 'freeswitch'), 'SIGKILL');
    await eventually('loss of FreeSWITCH', async () => !(await exchange.isWhole()));
    await eventually('FreeSWITCH', () => exchange.isWhole(), STARTED_MS);
    await both('off');
    const call = await talk();
    await call.hangup();
    await both('off');
  });

  await t.test('FreeSWITCH takes a list of lamps (RFC 4662) for one lamp', async (t) => {
    const list = {
      ...{ event: 'dialog', domain: exchange.domain, proxy: exchange.sip, auth: bjorn.account },
      supported: 'eventlist',
      accept: 'multipart/related, application/rlmi+xml, application/dialog-info+xml',
    };
    const person = await bjorn.agent.subscribe({ ...list, to: '100' });
    const { request } = await person.notified(() => true);
    t.equal(headerText(request, 'Content-Type'), 'application/dialog-info+xml');
    t.equal(headerText(request, 'Require'), '', 'which §4.3 asks of every list');
    const colleagues = await bjorn.agent.subscribe({ ...list, to: 'colleagues' });
    const call = await talk();
    await call.hangup();
    await both('off');
    t.notMatch(JSON.stringify(colleagues.notifications.map(({ body }) => body)), /rlmi|100@/);
  });

  await t.test('at the end no lamp is wrong', async (t) => {
    t.match(await exchange.vaxel('lamps', '--wrong'), []);
    t.match(await exchange.vaxel('status'), { lamps: { wrong: 0 } });
    await eventually('our own subscription', async () =>
      (await seen(exchange)).some((row) => row.seen === 'off'),
    );
  });
});

interface Seen {
  readonly name: string;
  readonly seen?: string;
}

async function seen(exchange: Exchange): Promise<readonly Seen[]> {
  return (await exchange.vaxel('lamps', '--of', '100')) as readonly Seen[];
}

async function figure({ httpPort }: Exchange, name: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${httpPort}/metrics`);
  const [, value] = new RegExp(`^${name} (\\d+)$`, 'm').exec(await answer.text()) ?? [];
  return Number(value);
}
