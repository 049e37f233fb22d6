import { callerOf, type Leg, type Legs } from './legs.ts';
import type { Line, LineCall, LineState, Party, Reach, UserId } from './line.ts';

/** A colleague's name and extension; undefined for one who is not in the directory. */
export type Person = (user: UserId) => Omit<Party, 'user'> | undefined;

/** A person's line, from the living legs and nothing else. */
export function lineOf(
  user: UserId,
  legs: Legs,
  person: Person,
  reach: Reach,
): Omit<Line, 'version'> {
  const calls = callsOf(user, legs, person).sort(byWeight);
  const [first] = calls;
  return {
    user,
    state: first?.state ?? 'idle',
    reach,
    since: first?.since,
    direction: first?.direction,
    calls,
  };
}

function callsOf(user: UserId, legs: Legs, person: Person): LineCall[] {
  const calls = new Map<string, LineCall>();
  const silent: Leg[] = [];
  for (const leg of legs.of(user)) {
    const state = stateOf(leg, legs);
    if (state === undefined) {
      silent.push(leg);
      continue;
    }
    // One call rings on several devices at once; a leg that has its call is one by itself.
    const key = state === 'ringing' ? leg.call : leg.leg;
    const other = calls.get(key);
    if (other !== undefined) {
      const since = other.since < leg.since ? other.since : leg.since;
      calls.set(key, { ...other, since, legs: [...other.legs, leg.leg] });
      continue;
    }
    calls.set(key, {
      state,
      direction: directionOf(leg),
      since: leg.since,
      legs: [leg.leg],
      peer: peerOf(leg, legs)?.leg,
      with: partyOf(leg, legs, person),
    });
  }
  for (const { call, leg } of silent) {
    const ringing = calls.get(call);
    if (ringing !== undefined) calls.set(call, { ...ringing, legs: [...ringing.legs, leg] });
  }
  return [...calls.values()];
}

/** What a leg makes of its owner's line; undefined while a phone that was dialled has not rung. */
function stateOf(leg: Leg, legs: Legs): Exclude<LineState, 'idle'> | undefined {
  if (leg.state === 'held') return 'held';
  if (leg.direction === 'in' || leg.owner?.role === 'calls') return 'busy';
  switch (leg.state) {
    case 'started':
      return undefined;
    case 'ringing':
      return 'ringing';
    case 'answered': {
      const confirmed = leg.owner?.role !== 'confirms' || leg.wasBridged;
      return confirmed || legs.peer(leg.leg) !== undefined ? 'busy' : 'ringing';
    }
  }
}

/** Who picks up a colleague's call dials, and is called all the same. */
function directionOf(leg: Leg): 'in' | 'out' {
  if (leg.owner?.role === 'calls') return 'out';
  return leg.direction === 'out' || leg.dialled.startsWith(PICKUP) ? 'in' : 'out';
}

const PICKUP = '**';

function peerOf(leg: Leg, legs: Legs): Leg | undefined {
  const other = legs.peer(leg.leg) ?? callerOf(leg);
  return other === undefined ? undefined : legs.get(other);
}

function partyOf(leg: Leg, legs: Legs, person: Person): Party {
  const peer = peerOf(leg, legs);
  const user = peer?.owner?.user;
  const colleague = user === undefined ? undefined : person(user);
  if (user !== undefined && colleague !== undefined) return { ...colleague, user };
  const dialledByUs = { name: '', number: leg.dialled, user: undefined };
  if (peer === undefined) {
    return leg.direction === 'in' ? dialledByUs : { ...leg.from, user: undefined };
  }
  // The leg's own words, where the other side has been there from its beginning: they are what the phone shows.
  if (leg.direction === 'out' && callerOf(leg) === peer.leg)
    return { ...leg.from, user: undefined };
  if (peer.direction === 'out') {
    const number = callerOf(peer) === leg.leg ? leg.dialled : peer.dialled;
    return { name: '', number, user: undefined };
  }
  return { ...peer.from, user: undefined };
}

/** Talking before holding before ringing; of two alike the older. */
const byWeight = (one: LineCall, other: LineCall): number =>
  WEIGHT[one.state] - WEIGHT[other.state] || one.since - other.since;

const WEIGHT: Readonly<Record<LineCall['state'], number>> = { busy: 0, held: 1, ringing: 2 };
