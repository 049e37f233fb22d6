import type { EpochMs } from '../../common/time.ts';
import type { LegEvent, LegFacts, LegId, LiveLeg, Snapshot } from '../call/event.ts';
import type { UserId } from './line.ts';

/** One live leg, as the last that was heard of it says. */
export interface Leg extends Omit<LegFacts, 'at' | 'markers'> {
  readonly state: LiveLeg['state'];
  /** When it came into this state. */
  readonly since: EpochMs;
  /** It has been joined to another: a mobile’s answer was confirmed. */
  readonly wasBridged: boolean;
}

/**
 * Which legs live and who hears whom: legs are the nodes, bridges the edges.
 *
 * Nothing is kept of a call but what its living legs say. An event that is lost,
 * repeated or late is therefore one wrong leg until the next snapshot, and no longer:
 * a leg only goes forward (started, ringing, answered, ended), never back.
 */
export interface Legs {
  get(leg: LegId): Leg | undefined;
  peer(leg: LegId): LegId | undefined;
  of(user: UserId): readonly Leg[];
  /** @returns whose lines this may have changed. */
  note(event: LegEvent): ReadonlySet<UserId>;
  /** All that was known before is void. @returns everybody who had a leg or has one. */
  reset(snapshot: Pick<Snapshot, 'legs' | 'bridges'>): ReadonlySet<UserId>;
  ids(): Iterable<LegId>;
  count(): number;
  /** Calls that these legs make. */
  calls(): number;
  /** All that is known, to go on from elsewhere. */
  state(): LegsState;
}

export interface LegsState {
  readonly live: readonly Leg[];
  readonly peers: readonly (readonly [LegId, LegId])[];
  readonly ended: readonly LegId[];
}

const NO_LEGS: LegsState = { live: [], peers: [], ended: [] };

export function createLegs(from: LegsState = NO_LEGS): Legs {
  const live = new Map<LegId, Leg>();
  const peers = new Map<LegId, LegId>(from.peers);
  const ofUser = new Map<UserId, Set<LegId>>();
  const ended = new Set<LegId>(from.ended);

  function put(leg: Leg): void {
    live.set(leg.leg, leg);
    if (leg.owner === undefined) return;
    const { user } = leg.owner;
    const own = ofUser.get(user);
    if (own === undefined) ofUser.set(user, new Set([leg.leg]));
    else own.add(leg.leg);
  }

  function take(id: LegId): void {
    const user = live.get(id)?.owner?.user;
    live.delete(id);
    part(id);
    if (user === undefined) return;
    const own = ofUser.get(user);
    own?.delete(id);
    if (own?.size === 0) ofUser.delete(user);
  }

  function part(id: LegId): void {
    const other = peers.get(id);
    peers.delete(id);
    if (other !== undefined) peers.delete(other);
  }

  function join(a: LegId, b: LegId): void {
    part(a);
    part(b);
    peers.set(a, b);
    peers.set(b, a);
    for (const id of [a, b]) {
      const leg = live.get(id);
      if (leg !== undefined && !leg.wasBridged) live.set(id, { ...leg, wasBridged: true });
    }
  }

  function remember(id: LegId): void {
    ended.add(id);
    const [oldest] = ended;
    if (ended.size > ENDED_REMEMBERED && oldest !== undefined) ended.delete(oldest);
  }

  for (const leg of from.live) put(leg);

  /** The owner, and the owners of those who hear the leg or were called by it. */
  function concerned(id: LegId, into: Set<UserId>): void {
    const leg = live.get(id);
    const others = [peers.get(id), leg && callerOf(leg)];
    for (const each of [leg, ...others.map((other) => other && live.get(other))]) {
      if (each?.owner !== undefined) into.add(each.owner.user);
    }
  }

  return {
    get: (id) => live.get(id),
    peer: (id) => peers.get(id),
    of: (user) => [...(ofUser.get(user) ?? [])].flatMap((id) => live.get(id) ?? []),
    ids: () => live.keys(),
    count: () => live.size,
    calls: () => new Set([...live.values()].map(({ call }) => call)).size,
    state: () => ({ live: [...live.values()], peers: [...peers], ended: [...ended] }),
    note(event) {
      const users = new Set<UserId>();
      concerned(event.leg, users);
      if (event.kind === 'leg-ended') {
        take(event.leg);
        remember(event.leg);
        return users;
      }
      if (ended.has(event.leg)) return users;
      const before = live.get(event.leg);
      const after = afterEvent(before, event);
      if (after !== before) put(after);
      if (event.kind === 'leg-bridged') {
        concerned(event.with, users);
        if (!ended.has(event.with)) join(event.leg, event.with);
      }
      if (event.kind === 'leg-unbridged' && peers.get(event.leg) === event.with) part(event.leg);
      concerned(event.leg, users);
      return users;
    },
    reset(snapshot) {
      const users = new Set(ofUser.keys());
      const bridged = new Set([...live.values()].flatMap((leg) => (leg.wasBridged ? leg.leg : [])));
      for (const map of [live, peers, ofUser]) map.clear();
      for (const leg of snapshot.legs) {
        const { state } = leg;
        put({ ...factsOf(leg), state, since: sinceWhen(leg), wasBridged: bridged.has(leg.leg) });
      }
      for (const { a, b } of snapshot.bridges) join(a, b);
      for (const user of ofUser.keys()) users.add(user);
      return users;
    },
  };
}

/** A leg that was dialled for a call has the id of the leg that called. */
export function callerOf({ leg, call, direction }: Leg): LegId | undefined {
  const id: string = call;
  return direction === 'out' && id !== leg ? (id as LegId) : undefined;
}

/** More than end in the time an event may be late. */
const ENDED_REMEMBERED = 2_000;

function afterEvent(before: Leg | undefined, event: Exclude<LegEvent, { kind: 'leg-ended' }>): Leg {
  const state = stateAfter(before, event);
  if (before?.state === state && before.owner !== undefined) return before;
  // A mark that was there stays: some events carry fewer headers than others.
  const owner = event.owner ?? before?.owner;
  const since = before?.state === state ? before.since : event.at;
  return { ...factsOf(event), owner, state, since, wasBridged: before?.wasBridged ?? false };
}

function factsOf(facts: LegFacts): Omit<Leg, 'state' | 'since' | 'wasBridged'> {
  const { leg, call, direction, from, dialled, startedAt, answeredAt, owner } = facts;
  return { leg, call, direction, from, dialled, startedAt, answeredAt, owner };
}

function stateAfter(
  before: Leg | undefined,
  event: Exclude<LegEvent, { kind: 'leg-ended' }>,
): Leg['state'] {
  switch (event.kind) {
    case 'leg-started':
      return before?.state ?? 'started';
    case 'leg-ringing':
      return before?.state === 'answered' || before?.state === 'held' ? before.state : 'ringing';
    case 'leg-answered':
      return before?.state === 'held' ? 'held' : 'answered';
    case 'leg-resumed':
    case 'leg-held':
      if (before !== undefined && event.at < before.since) return before.state;
      return event.kind === 'leg-held' ? 'held' : 'answered';
    case 'leg-bridged':
    case 'leg-unbridged':
      return before?.state ?? (event.answeredAt === undefined ? 'started' : 'answered');
  }
}

/** Of a leg first seen in a snapshot: when it was answered, where that is its state, else when it began. */
const sinceWhen = (leg: LiveLeg): EpochMs =>
  (leg.state === 'answered' ? leg.answeredAt : leg.startedAt) ?? leg.at;
