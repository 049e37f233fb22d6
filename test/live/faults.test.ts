import { connect, createServer } from 'node:net';
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
import { liveTest } from '../support/live.ts';
import { addCarrier, fillOffice, type Phone, plugIn } from '../support/phones.ts';
import type { TrunkPeer } from '../support/sip/trunk-peer.ts';

/** The guard's three seconds, and half a second for everything else. */
const HUNG_MS = 3_500;
/** No wait at all, on a machine that has other things to do. */
const AT_ONCE_MS = 1_000;
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

  await t.test('hung: native within 3.5 s, and no call is claimed once it is back', async (t) => {
    const daemon = await exchange.daemonPid();
    process.kill(daemon, 'SIGSTOP');
    try {
      await rung(t, office, HUNG_MS, 'native');
      await restWorks(t, office, HUNG_MS);
    } finally {
      process.kill(daemon, 'SIGCONT');
    }
    await eventually('daemon that takes part again', 2_000, () => exchange.isWhole());
    await rung(t, office, AT_ONCE_MS, 'claimed');
    t.same(claimedTwice(exchange), [], 'nothing is claimed twice');
  });

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
      await heardSpeech(messages, 10_000);
      await messages.hangup();
      await Promise.all([heard(bridged, 500, 4_000), heard(picked, 740, 4_000)]);
      await late.answer();
      await ringing.answered();
      await Promise.all([heard(ringing, 620, 4_000), heard(late, 800, 4_000)]);
      await Promise.all([ringing.hangup(), bridged.hangup()]);
      await Promise.all([late.ended(), picked.ended()]);
      await eventually('daemon started again', STARTED_MS, () => exchange.isWhole());
      await rung(t, office, AT_ONCE_MS, 'claimed');
    },
  );

  await t.test('dead: native at once, whatever listens in its place', async (t) => {
    const daemon = await exchange.daemonPid();
    process.kill(exchange.pid, 'SIGSTOP');
    try {
      process.kill(daemon, 'SIGKILL');
      await eventually('closed door', 2_000, async () => !(await opens(routePort(exchange))));
      await rung(t, office, AT_ONCE_MS, 'native');
      await restWorks(t, office, AT_ONCE_MS);

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
    await eventually('daemon started again', STARTED_MS, () => exchange.isWhole());
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
    await eventually('loss of FreeSWITCH', 10_000, async () => !(await exchange.isWhole()));
    await eventually('FreeSWITCH again', STARTED_MS, () => exchange.isWhole());
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
  await Promise.all([heard(call, 620, 4_000), heard(second, 740, 4_000), first.ended()]);
  await call.hangup();
  await second.ended();
  if (how === 'claimed') {
    await eventually('line of the claim', 1_000, () => claims(exchange).length === before + 1);
  } else {
    t.equal(claims(exchange).length, before, 'the daemon had no part in it');
  }
}

/** Out by the first trunk or the next, in, to one's messages, and to somebody who is not there. */
async function restWorks(t: Test, office: Office, withinMs: number): Promise<void> {
  const { exchange, bjorn, carrier, second, desk, app } = office;
  for (const [behaviour, taker, tone] of [
    [answers(), carrier, 900],
    [refuses(503), second, 1_000],
  ] as const) {
    carrier.behave(behaviour);
    const out = await bjorn.call('0701234568');
    await out.answered(withinMs);
    t.equal(taker.seen.at(-1)?.dialled, '+46701234568', 'a call out leaves');
    t.equal(taker.seen.at(-1)?.from.user, '+46812345601', 'from the number of Björn');
    await heard(out, tone, 4_000);
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
  t.match(await through.ended(20_000), { kind: 'refused', status: 404 }, 'and leads no way out');
  t.equal(second.seen.length, before);

  for (const [what, to] of [
    ['own messages', '*98'],
    ['somebody without a phone has voicemail', '102'],
  ] as const) {
    const call = await bjorn.call(to);
    await call.answered(withinMs + 1_000);
    await heardSpeech(call, 5_000);
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

async function opens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

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
