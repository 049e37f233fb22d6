import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Test } from 'tap';
import { converse, type RouteConversation } from '../../daemon/esl/route-conversation.ts';
import { takeQuestion } from '../../daemon/esl/route-question.ts';
import { answers, refuses, rings } from '../support/sip/behaviours.ts';
import { heard, heardSpeech } from '../support/sip/hearing.ts';
import { childOf } from '../support/child-of.ts';
import { eventually } from '../support/eventually.ts';
import type { Exchange } from '../support/exchange.ts';
import { isOpen } from '../support/is-open.ts';
import { watchLamp } from '../support/lamp.ts';
import { liveTest } from '../support/live.ts';
import { addCarrier, fillOffice, type Phone, plugIn } from '../support/phones.ts';
import type { TrunkPeer } from '../support/sip/trunk-peer.ts';

/** The guard's three seconds, on a machine that has other things to do. */
const HUNG_MS = 7_000;
/** Less than the guard's three seconds: nobody waited for them. */
const AT_ONCE_MS = 2_500;
/** A Node program starts in less than a second; where every processor is taken, it may be ten. */
const STARTED_MS = 120_000;

liveTest('what holds when the daemon does not', async (t, exchange) => {
  await fillOffice(exchange);
  const carrier = await addCarrier(t, exchange, 'first', 900);
  const second = await addCarrier(t, exchange, 'second', 1_000);
  second.behave(answers());
  const desk = await plugIn(t, exchange, '100', 500);
  const app = await plugIn(t, exchange, '100', 620);
  const bjorn = await plugIn(t, exchange, '101', 740);
  for (const { agent } of [desk, app]) agent.onCall(rings);
  const office: Office = { exchange, carrier, second, desk, app, bjorn };

  await t.test('alive: the daemon claims', async (t) => {
    await rung(t, office, AT_ONCE_MS, 'claimed');
  });

  await t.test(
    'hung: native after three seconds, and no call is claimed once it is back',
    async (t) => {
      const daemon = await exchange.daemonPid();
      process.kill(daemon, 'SIGSTOP');
      try {
        await rung(t, office, HUNG_MS, 'native');
        await restWorks(t, office);
        const call = await bjorn.call('100');
        const [ringing] = await Promise.all([desk.agent.nextCall(), app.agent.nextCall()]);
        await ringing.answer();
        await call.answered();
        process.kill(daemon, 'SIGCONT');
        await eventually('daemon that lets go', () => exchange.isWhole());
        await Promise.all([heard(call, 500), heard(ringing, 740)]);
        await ringing.hangup();
        await call.ended();
      } finally {
        process.kill(daemon, 'SIGCONT');
      }
      await eventually('daemon that takes part again', () => exchange.isWhole());
      await rung(t, office, AT_ONCE_MS, 'claimed');
      t.same(claimedTwice(exchange), [], 'nothing is claimed twice');
    },
  );

  await t.test(
    'killed while a call rings, one is bridged and one in voicemail: all go on',
    async (t) => {
      const bridged = await bjorn.call('100');
      const [picked] = await Promise.all([desk.agent.nextCall(), app.agent.nextCall()]);
      await picked.answer();
      await bridged.answered();
      const other = await plugIn(t, exchange, '101', 800);
      const ringing = await other.call('100');
      const [, late] = await Promise.all([desk.agent.nextCall(), app.agent.nextCall()]);
      const messages = await bjorn.call('*98');
      await messages.answered();
      process.kill(await exchange.daemonPid(), 'SIGKILL');
      await heardSpeech(messages);
      await messages.hangup();
      await Promise.all([heard(bridged, 500), heard(picked, 740)]);
      await late.answer();
      await ringing.answered();
      await Promise.all([heard(ringing, 620), heard(late, 800)]);
      await Promise.all([ringing.hangup(), bridged.hangup()]);
      await Promise.all([late.ended(), picked.ended()]);
      await eventually('daemon started again', () => exchange.isWhole(), STARTED_MS);
      await rung(t, office, AT_ONCE_MS, 'claimed');
    },
  );

  await t.test(
    'restarted with 20 calls in progress: none is dropped, and lamps are right after',
    async (t) => {
      await exchange.vaxel('rule', 'set', '101', 'calls-out-at-once', 'any');
      // One process cannot speak at both ends of so many calls on a small machine.
      carrier.behave(async (call) => {
        await call.answer();
        await call.media.close();
      });
      const cecilia = await plugIn(t, exchange, '102', 800);
      cecilia.agent.onCall(answers());
      const inside = await bjorn.call('100');
      const [taken, other] = await Promise.all([desk.agent.nextCall(), app.agent.nextCall()]);
      await taken.answer();
      await Promise.all([inside.answered(), other.ended()]);
      const calls = [inside];
      while (calls.length < 20) {
        const call = await bjorn.call('0701234568');
        await call.answered();
        await call.media.close();
        calls.push(call);
      }
      const short = await bjorn.call('102');
      await short.answered();
      const [anna, herself] = await Promise.all([
        watchLamp(exchange, cecilia.agent, cecilia.account, '100'),
        watchLamp(exchange, cecilia.agent, cecilia.account, '102'),
      ]);
      await Promise.all([anna.shows('busy'), herself.shows('busy')]);

      const before = await exchange.daemonPid();
      process.kill(exchange.pid, 'SIGSTOP');
      try {
        process.kill(before, 'SIGTERM');
        await eventually('closed door', async () => !(await isOpen(routePort(exchange))));
        await short.hangup();
      } finally {
        process.kill(exchange.pid, 'SIGCONT');
      }
      await eventually('daemon started again', () => exchange.isWhole(), STARTED_MS);
      t.not(await exchange.daemonPid(), before);
      await herself.shows('off');
      t.equal(anna.lit(), 'busy');
      t.match(await exchange.esl.api('show calls count'), /^20 total/m, 'FreeSWITCH has them all');
      const dropped = calls.filter((call) => call.ending() !== undefined);
      t.equal(dropped.length, 0, 'and none has ended for its caller');
      await Promise.all([heard(inside, 500), heard(taken, 740)]);
      await Promise.all(calls.map((call) => call.hangup()));
      await anna.shows('off');
    },
  );

  await t.test('dead: native at once, whatever listens in its place', async (t) => {
    const daemon = await exchange.daemonPid();
    process.kill(exchange.pid, 'SIGSTOP');
    try {
      process.kill(daemon, 'SIGKILL');
      await eventually('closed door', async () => !(await isOpen(routePort(exchange))));
      await rung(t, office, AT_ONCE_MS, 'native');
      await restWorks(t, office);

      await inItsPlace(exchange, (conversation) => {
        conversation.close();
      }).during(() => rung(t, office, AT_ONCE_MS, 'native'));

      const deleted: string[] = [];
      await inItsPlace(exchange, async (conversation) => {
        const question = await takeQuestion(conversation);
        if ('kind' in question) throw new Error('no question');
        const claim = `api sched_del ${question.leg}`;
        for (const { text } of await conversation.ask([claim, claim])) deleted.push(text);
        conversation.close();
      }).during(() => rung(t, office, AT_ONCE_MS, 'native'));
      t.match(deleted[0], /Deleted: 1/, 'the first claim gets the call');
      t.notMatch(deleted[1], /Deleted: [1-9]/, 'the second does not');

      await inItsPlace(exchange, () => undefined).during(() => rung(t, office, HUNG_MS, 'native'));
    } finally {
      process.kill(exchange.pid, 'SIGCONT');
    }
    await eventually('daemon started again', () => exchange.isWhole(), STARTED_MS);
    await rung(t, office, AT_ONCE_MS, 'claimed');
  });

  await t.test('the database is locked: calls are decided from memory', async (t) => {
    const db = new Database(join(exchange.state, 'vaxel.db'));
    db.exec('BEGIN EXCLUSIVE');
    try {
      await rung(t, office, AT_ONCE_MS, 'claimed');
    } finally {
      db.exec('ROLLBACK');
      db.close();
    }
  });

  await t.test('FreeSWITCH falls: it is started again, and the same daemon finds it', async (t) => {
    const daemon = await exchange.daemonPid();
    process.kill(childOf(exchange.pid, 'freeswitch'), 'SIGKILL');
    await eventually('loss of FreeSWITCH', async () => !(await exchange.isWhole()));
    await eventually('FreeSWITCH again', () => exchange.isWhole(), STARTED_MS);
    for (const { agent, account } of [desk, app, bjorn]) {
      await agent.register({ registrar: exchange.sip, ...account });
    }
    await rung(t, office, AT_ONCE_MS, 'claimed');
    t.equal(await exchange.daemonPid(), daemon, 'the daemon was not restarted');
  });
});

interface Office {
  readonly exchange: Exchange;
  readonly carrier: TrunkPeer;
  readonly second: TrunkPeer;
  readonly desk: Phone;
  readonly app: Phone;
  readonly bjorn: Phone;
}

/** Björn calls Anna: both her phones ring in time, one answers, they hear each other; and who decided it. */
async function rung(
  t: Test,
  { exchange, desk, app, bjorn }: Office,
  withinMs: number,
  how: 'claimed' | 'native',
): Promise<void> {
  const before = claims(exchange).length;
  const started = performance.now();
  const call = await bjorn.call('100');
  const [first, second] = await Promise.all([desk.agent.nextCall(), app.agent.nextCall()]);
  const tookMs = Math.round(performance.now() - started);
  t.ok(tookMs < withinMs, `both phones ring after ${tookMs} ms, ${how}`);
  await second.answer();
  await call.answered();
  await Promise.all([heard(call, 620), heard(second, 740), first.ended()]);
  await call.hangup();
  await second.ended();
  if (how === 'claimed') {
    await eventually('line of the claim', () => claims(exchange).length === before + 1);
  } else {
    t.equal(claims(exchange).length, before, 'the daemon had no part in it');
  }
}

/** Out by the first trunk or the next, in, to one's messages, and to somebody who is not there. */
async function restWorks(t: Test, office: Office): Promise<void> {
  const { exchange, bjorn, carrier, second, desk, app } = office;
  for (const [behaviour, taker, tone] of [
    [answers(), carrier, 900],
    [refuses(503), second, 1_000],
  ] as const) {
    carrier.behave(behaviour);
    const out = await bjorn.call('0701234568');
    await out.answered();
    t.equal(taker.seen.at(-1)?.dialled, '+46701234568', 'a call out leaves');
    t.equal(taker.seen.at(-1)?.from.user, '+46812345601', 'from the number of Björn');
    await heard(out, tone);
    await out.hangup();
  }
  const before = second.seen.length;
  for (const status of [486, 603]) {
    carrier.behave(refuses(status));
    const refused = await bjorn.call('0701234568');
    t.match(await refused.ended(), { kind: 'refused', status }, 'no is no');
  }
  t.equal(second.seen.length, before, 'and is not asked for twice');

  const at = { proxy: exchange.trunk, from: { user: '+46701234568' } };
  const callIn = await carrier.call({ to: '0812345600', ...at });
  const [ringing] = await Promise.all([desk.agent.nextCall(), app.agent.nextCall()]);
  t.equal(ringing.from.user, '+46701234568', 'a call from outside rings Anna');
  await callIn.hangup();
  await ringing.ended();
  const through = await carrier.call({ to: '0701234567', ...at });
  t.match(await through.ended(), { kind: 'refused', status: 404 }, 'and leads no way out');
  t.equal(second.seen.length, before);

  for (const [what, to] of [
    ['own messages', '*98'],
    ['somebody without a phone has voicemail', '102'],
  ] as const) {
    const call = await bjorn.call(to);
    await call.answered();
    await heardSpeech(call);
    t.pass(what);
    await call.hangup();
  }
}

const claims = (exchange: Exchange): readonly string[] =>
  exchange
    .daemonLog()
    .filter(({ msg }) => msg === 'call routed')
    .map(({ leg }) => String(leg));

function claimedTwice(exchange: Exchange): readonly string[] {
  const all = claims(exchange);
  return all.filter((leg, i) => all.indexOf(leg) !== i);
}

const routePort = ({ env }: Exchange): number => Number(env['VAXEL_ROUTE_PORT']);

/** Answers at the daemon's door while something else happens. */
function inItsPlace(
  exchange: Exchange,
  answer: (conversation: RouteConversation) => void | Promise<void>,
) {
  return {
    async during(what: () => Promise<void>): Promise<void> {
      let asked = 0;
      const server = createServer((socket) => {
        asked += 1;
        void answer(converse(socket, 10_000));
      });
      server.listen(routePort(exchange), '127.0.0.1');
      await once(server, 'listening');
      try {
        await what();
        if (asked === 0) throw new Error('FreeSWITCH did not ask');
      } finally {
        server.close();
      }
    },
  };
}
