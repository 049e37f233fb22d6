import { type EpochMs, systemClock } from '../common/time.ts';
import type { LegId } from '../daemon/call/event.ts';
import type { Question } from '../daemon/call/question.ts';
import type { Plan } from '../daemon/routing/plan.ts';
import { route } from '../daemon/routing/route.ts';
import type { World } from '../daemon/routing/world.ts';
import { accountOf, extensionOf, numberOf, USERS } from './big-company.ts';
import { bigDirectory, bigWorld, contactNumber, DOMAIN } from './big-world.ts';
import type { Result } from './result.ts';
import { median, quantile } from './statistics.ts';

const DECISIONS = 20_000;
const WARM_UP = 5_000;

/** What one decision takes, alone: no socket, no database, 10,000 users and 100,000 contacts in memory. */
export async function routeDecision(): Promise<readonly Result[]> {
  const now = systemClock();
  const world = bigWorld(await bigDirectory(), now);
  return KINDS.flatMap((kind) => {
    const us = measure(world, kind, now);
    const atMost = (value: number) => ({ is: 'at most', value }) as const;
    const what = `decision: ${kind.what}`;
    return [
      { what: `${what}, median`, unit: 'µs', vaxel: median(us), target: atMost(50) },
      { what: `${what}, p99`, unit: 'µs', vaxel: quantile(us, 0.99), target: atMost(100) },
    ];
  });
}

interface Kind {
  readonly what: string;
  /** What every decision must come to, lest something quicker be measured. */
  readonly gives: Plan['kind'];
  readonly question: (i: number) => Question;
}

/** Whom it is asked about is at work where the number is even. */
const even = (i: number): number => i - (i % 2);
const odd = (i: number): number => even(i) + 1;

/** Numbers that are read once are remembered for a while: never the same twice. */
let strangers = 0;
const stranger = (): string => `+4673${String((strangers += 1)).padStart(7, '0')}`;

const KINDS: readonly Kind[] = [
  { what: 'an extension', gives: 'ring', question: (i) => fromDevice(i, extensionOf(even(i))) },
  {
    what: 'a colleague’s number',
    gives: 'ring',
    question: (i) => fromDevice(i, numberOf(even(i)).replace('+46', '0')),
  },
  { what: 'a number outside', gives: 'out', question: (i) => fromDevice(i, '0701234568') },
  { what: 'from a trunk', gives: 'ring', question: (i) => fromTrunk(numberOf(even(i))) },
  {
    what: 'a caller never heard of',
    gives: 'ring',
    question: (i) => fromTrunk(numberOf(even(i)), stranger()),
  },
  { what: 'who is at lunch', gives: 'referral', question: (i) => fromTrunk(numberOf(odd(i))) },
  {
    what: 'a VIP, at lunch',
    gives: 'ring',
    question: (i) => fromTrunk(numberOf(odd(i)), contactNumber(odd(i), 0)),
  },
  {
    what: 'a blocked caller',
    gives: 'refuse',
    question: (i) => fromTrunk(numberOf(i), contactNumber(i, 9)),
  },
];

function measure(world: World, { gives, question }: Kind, now: EpochMs): readonly number[] {
  const us: number[] = [];
  for (let n = -WARM_UP; n < DECISIONS; n += 1) {
    // A prime step: neighbours in the directory are not asked for one after the other.
    const asked = question(((n + WARM_UP) * 7_919) % USERS);
    const began = process.hrtime.bigint();
    const { plan } = route(asked, world, now);
    const took = Number(process.hrtime.bigint() - began) / 1_000;
    if (plan.kind !== gives) throw new Error(`${gives} was expected, not ${JSON.stringify(plan)}`);
    if (n >= 0) us.push(took);
  }
  return us;
}

/** A call of one of them. */
export function fromDevice(i: number, dialled: string): Question {
  const username = accountOf(i);
  return {
    ...fromTrunk(dialled),
    from: { kind: 'device', username, domain: DOMAIN },
    callerNumber: username,
  };
}

const fromTrunk = (dialled: string, callerNumber = '+46701111111'): Question => ({
  leg: '7c0e1d52-0000-0000-0000-000000000001' as LegId,
  from: { kind: 'trunk', address: '192.0.2.1' },
  callerNumber,
  callerName: '',
  callerHidden: false,
  dialled,
  again: undefined,
});
