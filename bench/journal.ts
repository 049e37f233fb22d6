import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { othersTurn } from '../common/in-turns.ts';
import { openLog } from '../common/log.ts';
import { systemClock } from '../common/time.ts';
import { openJournal } from '../daemon/journal/journal.ts';
import type { CallId, LegEvent, LegFacts, LegId } from '../daemon/call/event.ts';
import type { Question } from '../daemon/call/question.ts';
import type { Routing } from '../daemon/routing/plan.ts';
import { route } from '../daemon/routing/route.ts';
import type { World } from '../daemon/routing/world.ts';
import { extensionOf, USERS } from './big-company.ts';
import { bigDirectory, bigWorld } from './big-world.ts';
import { openForkRig } from './fork-rig.ts';
import { cpuMs } from './process.ts';
import { CALLS_PER_SECOND } from './rate.ts';
import type { Result } from './result.ts';
import { fromDevice } from './route-decision.ts';

const QUESTIONS = 5_000;
const CALLS = Number(process.env['BENCH_CALLS'] ?? 60);

/** What it costs to write a call down, its decision and what happens to its legs, beside what a call costs the daemon without that, in the same run. */
export async function journal(): Promise<readonly Result[]> {
  const noted = await costOfNotingMs();
  const call = await costOfCallMs();
  return [
    { what: 'a call in the journal, processor time', unit: 'µs', vaxel: noted * 1_000 },
    { what: 'a call, processor time of the daemon without it', unit: 'ms', vaxel: call },
    {
      what: 'the journal’s share of a call',
      unit: '%',
      vaxel: (noted / call) * 100,
      target: { is: 'at most', value: 5 },
    },
  ];
}

/** Of one call, until it is on disk; what writing the world costs, which is written once, is taken off. */
async function costOfNotingMs(): Promise<number> {
  const now = systemClock();
  const world = bigWorld(await bigDirectory(), now);
  const decisions = Array.from({ length: QUESTIONS }, (_, i): Decided => {
    const question = fromDevice(i, extensionOf((i * 7_919) % USERS));
    return { question, routing: route(question, world, now) };
  });
  await writingMs(world, decisions.slice(0, 1));
  const worldAlone = await writingMs(world, decisions.slice(0, 1));
  return ((await writingMs(world, decisions)) - worldAlone) / (QUESTIONS - 1);
}

interface Decided {
  readonly question: Question;
  readonly routing: Routing;
}

/** Processor time of a journal of its own with these. */
async function writingMs(world: World, decisions: readonly Decided[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'vaxel-journal-'));
  const log = openLog('bench', 'silent');
  try {
    const before = process.cpuUsage();
    const journal = openJournal({
      ...{ folder, version: 'bench', clock: systemClock, log },
      state: () => ({
        legs: { live: [], peers: [], ended: [] },
        spent: { calls: [], drawn: undefined },
      }),
    });
    for (const { question, routing } of decisions) {
      // As the daemon has one for each call.
      journal.note(question, { ...world }, systemClock(), routing);
      for (const event of eventsOf(question)) journal.input({ kind: 'leg', event });
      // The disk has its turn between calls, or what it has not taken yet would be left out.
      await othersTurn();
    }
    await journal.close();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A call to two devices, one of which answers: from its first leg to its last. */
function eventsOf({ leg, callerNumber, dialled }: Question): readonly LegEvent[] {
  const facts = (id: string, direction: 'in' | 'out'): LegFacts => ({
    leg: id as LegId,
    call: leg as string as CallId,
    at: systemClock(),
    direction,
    from: { name: 'Anna Berg', number: callerNumber },
    dialled,
    startedAt: systemClock(),
    answeredAt: undefined,
    owner: { user: '01j0000000000000000000000', device: `${id}-desk`, role: 'phone' },
    markers: {},
  });
  const [caller, desk, app] = [
    facts(leg, 'in'),
    facts(`${leg}-1`, 'out'),
    facts(`${leg}-2`, 'out'),
  ];
  const over = { kind: 'leg-ended', cause: 'NORMAL_CLEARING' } as const;
  return [
    ...[caller, desk, app].map((each) => ({ kind: 'leg-started', ...each }) as const),
    ...[desk, app, caller].map((each) => ({ kind: 'leg-ringing', media: false, ...each }) as const),
    ...[desk, caller].map((each) => ({ kind: 'leg-answered', ...each }) as const),
    { kind: 'leg-bridged', with: desk.leg, ...caller },
    { kind: 'leg-unbridged', with: desk.leg, ...caller },
    ...[app, desk, caller].map((each) => ({ ...over, ...each })),
  ];
}

async function costOfCallMs(): Promise<number> {
  const rig = await openForkRig();
  try {
    await rig.calls('vaxel', 10, CALLS_PER_SECOND / 2);
    const daemon = await rig.exchange.daemonPid();
    const before = cpuMs(daemon);
    await rig.calls('vaxel', CALLS, CALLS_PER_SECOND / 2);
    return (cpuMs(daemon) - before) / CALLS;
  } finally {
    await rig.stop();
  }
}
