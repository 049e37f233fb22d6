import { setTimeout as pause } from 'node:timers/promises';
import type { Test } from 'tap';
import { eventually } from '../support/eventually.ts';
import type { Exchange } from '../support/exchange.ts';
import { fakedClock } from '../support/faked-clock.ts';
import { watchLamp } from '../support/lamp.ts';
import { liveTest } from '../support/live.ts';
import { type Phone, plugIn } from '../support/phones.ts';
import { createAgent } from '../support/sip/agent.ts';
import { createCalls, KINDS, type Trio } from '../support/storm/calls.ts';
import { breakages, type Chaos, createChaos } from '../support/storm/chaos.ts';
import { createWatched, type Watched } from '../support/storm/watched.ts';

const PHONES = 20;
/** `STORM_TRIOS=8 STORM_SECONDS=600 STORM_PEACE=20` makes thousands of calls of it. */
const TRIOS = Number(process.env['STORM_TRIOS'] ?? 5);
/** With a place to park in for each trio, fifty keys. */
const NUMBERS = 50 - TRIOS;
const STORM_MS = 1_000 * Number(process.env['STORM_SECONDS'] ?? 30);
/** With which kind of call, and which breakage, it begins. */
const SEED = Number(process.env['STORM_SEED'] ?? 0);
/** From the end of one breakage to the next. */
const PEACE_MS = 1_000 * Number(process.env['STORM_PEACE'] ?? 5);
/** How late a phone answers a NOTIFY that is slow. */
const SLOW_MS = 3_000;

/** FreeSWITCH numbers its NOTIFYs from New Year on (docs/lamps.md); it comes in the middle of a storm that is long enough. */
const midnight = new Date(new Date().getFullYear() + 1, 0, 1).getTime();
const clock = STORM_MS > 200_000 ? fakedClock() : undefined;
const LEAD_MS = 150_000;
/** The daemon sees it in the lamps it samples, a minute each. */
const SEEN_MS = 240_000;
/** When it comes, by the clock of this machine. */
let newYear = 0;

liveTest(
  '20 phones with 50 keys each, calls of every kind at a time, and all that breaks: no lamp stays wrong',
  async (t, exchange) => {
    const { trios, first } = await people(t, exchange);
    const chaos = createChaos();
    const say = (text: string) => {
      t.comment(`${new Date().toISOString()} ${text}`);
    };
    const watched = createWatched(exchange, first.account, chaos, say);
    await watchAll(t, watched, trios);
    const calls = createCalls(exchange, watched, chaos);
    const off = (trio: Trio) =>
      Promise.all([...trio.extensions, `slot+${trio.slot}`].map((to) => watched.show(to, 'off')));
    await Promise.all(trios.map(off));

    const counts = { calls: 0, broken: 0, failed: 0 };
    const until = performance.now() + STORM_MS;
    const isOver = () => performance.now() > until;
    const callOn = async (trio: Trio, start: number) => {
      for (let i = start; !isOver(); i += 1) {
        const [before, began] = [chaos.count(), chaos.isActive()];
        const kind = KINDS[i % KINDS.length] ?? 'talk';
        try {
          await calls.carryOut(kind, trio);
          counts.calls += 1;
          calls.done(trio);
        } catch (error) {
          if (began || chaos.count() > before) counts.broken += 1;
          else {
            counts.failed += 1;
            say(`${kind} of ${trio.extensions[0]}: ${String(error).slice(0, 200)}`);
          }
          await chaos.over();
          await calls.hangUpAll(trio);
          await off(trio);
        }
      }
    };
    const happened = breakAll(t, exchange, chaos, first, isOver, say);
    await Promise.all(trios.map((trio, i) => callOn(trio, SEED + i)));
    const broken = await happened;

    const { looked, late, wrong } = watched.counts;
    say(
      `${counts.calls} calls and ${counts.broken} cut short by ${broken.length} breakages (${broken.join(', ')}), ` +
        `${looked} looks at a key, ${late} wrong after two seconds`,
    );
    t.equal(counts.failed, 0, 'calls that failed while all was whole');
    t.equal(wrong, 0);
    t.ok(counts.calls > TRIOS);
    t.match(await exchange.vaxel('lamps', '--wrong'), []);
  },
  () => {
    if (clock === undefined) return Promise.resolve({});
    newYear = Date.now() + LEAD_MS;
    clock.set(midnight - newYear);
    return Promise.resolve({ FREESWITCH: clock.freeSwitch() });
  },
  STORM_MS + 600_000,
);

async function people(
  t: Test,
  exchange: Exchange,
): Promise<{ readonly trios: readonly Trio[]; readonly first: Phone }> {
  const trios: Trio[] = [];
  for (let i = 0; i < TRIOS; i += 1) {
    const extensions = [0, 1, 2].map((each) => String(200 + 3 * i + each));
    const [a = '', b = '', c = ''] = extensions;
    for (const extension of extensions) {
      await exchange.vaxel('user', 'add', extension, '--name', 'Somebody');
    }
    const scopes = ['lines:read', 'calls:write'].flatMap((each) => ['--scope', each]);
    const { token } = (await exchange.vaxel('token', 'add', '--user', b, ...scopes)) as {
      token: string;
    };
    trios.push({
      token,
      extensions: [a, b, c],
      caller: await plugIn(t, exchange, a),
      desk: await plugIn(t, exchange, b),
      app: await plugIn(t, exchange, b),
      third: await plugIn(t, exchange, c),
      slot: String(i + 1),
    });
  }
  const [first] = trios;
  if (first === undefined) throw new Error('nobody is there');
  return { trios, first: first.caller };
}

async function watchAll(t: Test, watched: Watched, trios: readonly Trio[]): Promise<void> {
  const names = [
    ...Array.from({ length: NUMBERS }, (_, i) => String(200 + i)),
    ...trios.map(({ slot }) => `slot+${slot}`),
  ];
  await Promise.all(
    Array.from({ length: PHONES }, async (_, phone) => {
      // Thousands of calls are a million of NOTIFYs.
      const agent = await createAgent({ bind: '127.0.0.1', remembers: 20 });
      t.teardown(() => agent.close());
      // The first is slow to answer, all the time, and shows what is true all the same.
      const answer = phone === 0 ? () => pause(SLOW_MS, 200, { ref: false }) : undefined;
      // One after the other, as a phone does: it does not open fifty dialogs in one instant.
      for (const name of names) await watched.watch(agent, name, answer);
    }),
  );
}

/** One breakage after the other. Of a dead watcher nobody else may notice anything. @returns what broke. */
async function breakAll(
  t: Test,
  exchange: Exchange,
  chaos: Chaos,
  { account }: Phone,
  isOver: () => boolean,
  say: (text: string) => void,
): Promise<readonly string[]> {
  const all = Object.entries(breakages(exchange));
  const happened: string[] = [];
  const midnightPassed = clock !== undefined && overNewYear(exchange, chaos, isOver, say);
  for (let i = SEED; !isOver(); i += 1) {
    await pause(PEACE_MS);
    const [what, broken] = all[i % all.length] ?? [];
    if (what === undefined || broken === undefined || isOver()) break;
    const dead = await createAgent({ bind: '127.0.0.1' });
    t.teardown(() => dead.close());
    await Promise.all(
      Array.from({ length: TRIOS * 3 }, (_, each) =>
        watchLamp(exchange, dead, account, String(200 + each)),
      ),
    ).catch(() => undefined);
    await dead.close();
    happened.push('a phone dies');
    await pause(PEACE_MS);
    if (isOver()) break;
    const began = performance.now();
    await chaos.during(broken);
    happened.push(what);
    say(`${what}, for ${Math.round(performance.now() - began)} ms`);
  }
  if (await midnightPassed) happened.push('it is New Year');
  return happened;
}

/** A fault until the daemon has seen it. */
async function overNewYear(
  exchange: Exchange,
  chaos: Chaos,
  isOver: () => boolean,
  say: (text: string) => void,
): Promise<boolean> {
  while (Date.now() < newYear) {
    if (isOver()) return false;
    await pause(100);
  }
  const isSeen = () =>
    exchange
      .daemonLog()
      .some(
        ({ msg, time }) =>
          msg === 'phones refuse what freeswitch tells them' && Number(time) > newYear,
      );
  await chaos.during({
    happen: async () => {
      await eventually('a look at the numbers', isSeen, SEEN_MS);
    },
  });
  say(`the daemon has seen New Year ${Math.round((Date.now() - newYear) / 1_000)} s after it`);
  return true;
}
