import type { EpochMs } from '../../common/time.ts';
import { after, type Arrival, ends } from './arrival.ts';
import { stop } from './blocked.ts';
import { isColleague } from './caller.ts';
import type { FoundContact } from './find-contact.ts';
import type { User } from './directory.ts';
import { forwardNow } from './forward-now.ts';
import { sendOn } from './forward.ts';
import { knownCaller } from './known-caller.ts';
import type { Routing } from './plan.ts';
import { type StatusNow, statusNow } from './present-status.ts';
import { awayReferral, busyReferral } from './referral.ts';
import { legsOf, ring } from './ring.ts';
import { unanswered } from './unanswered.ts';
import { greetedVoicemail } from './voicemail.ts';
import type { World } from './world.ts';

/**
 * Decides a call to a person, in an order that is a promise: who is blocked is
 * stopped before anything personal is looked at; then VIP, forward of everything,
 * activity, busy, and only then do devices ring.
 */
export function toPerson(arrival: Arrival, world: World, now: EpochMs): Routing {
  const { organisation, user } = arrival;
  const { found, blocked, vip, because } = knownCaller(arrival, world.contacts);
  const met = because === undefined ? arrival : after(arrival, 'contact', because);
  if (blocked) return stop(met);

  const status = statusNow(user, organisation, world.presence, now);
  return (
    forwarded(met, world, now, vip) ??
    away(met, status, now, vip) ??
    engaged(met, world, now, vip) ??
    rung(passing(met, status, world, now, vip), status, found, world, now)
  );
}

function rung(
  arrival: Arrival,
  status: StatusNow,
  found: FoundContact | undefined,
  world: World,
  now: EpochMs,
): Routing {
  const legs = legsOf(arrival.user, status);
  if (legs.length > 0) return ring(arrival, legs, status, found, world, now);
  const deviceless = after(arrival, 'fork', `${arrival.user.name} has no device`);
  return unanswered(deviceless, 'unreachable', world, now);
}

function forwarded(
  arrival: Arrival,
  world: World,
  now: EpochMs,
  vip: boolean,
): Routing | undefined {
  const { user } = arrival;
  const forward = forwardNow(world.presence, user.id, 'always', now);
  if (forward === undefined) return undefined;
  if (vip && user.rules.vipThroughForward) return undefined;
  return sendOn(arrival, forward.to, 'unconditional', world, now);
}

function away(
  arrival: Arrival,
  status: StatusNow,
  now: EpochMs,
  vip: boolean,
): Routing | undefined {
  if (status.activity.rings || vip) return undefined;
  const { organisation, user, caller } = arrival;
  if (user.rules.colleaguesThrough && isColleague(caller, organisation)) return undefined;
  return awayReferral(arrival, status, now);
}

/** Busy is per person, over all devices: an idle second phone does not make him free. */
function engaged(arrival: Arrival, world: World, now: EpochMs, vip: boolean): Routing | undefined {
  const { user } = arrival;
  const { rules } = user;
  const calls = world.calls.get(user.id)?.busy ?? 0;
  if (calls === 0) return undefined;
  if (vip && rules.vipThroughBusy) return undefined;

  const forward = forwardNow(world.presence, user.id, 'busy', now);
  const rule = forward === undefined ? rules.busy : 'forward';
  const talking = inCalls(user, calls);
  switch (rule) {
    case 'ring':
      return calls < rules.callsAtOnce ? undefined : refuseBusy(arrival, talking);
    case 'busy':
      return refuseBusy(arrival, talking);
    case 'spoken':
      return busyReferral(after(arrival, 'busy', `${talking}: the caller is told`), now);
    case 'forward':
      return forward !== undefined
        ? sendOn(after(arrival, 'busy', talking), forward.to, 'user-busy', world, now)
        : ends(
            arrival,
            'busy',
            `${talking}, and no forward is set: a message is taken`,
            greetedVoicemail(arrival, 'busy', now),
          );
    case 'voicemail':
      return ends(
        arrival,
        'busy',
        `${talking}: a message is taken`,
        greetedVoicemail(arrival, 'busy', now),
      );
  }
}

const inCalls = ({ name }: User, calls: number): string =>
  `${name} is in ${calls} ${calls === 1 ? 'call' : 'calls'}`;

const refuseBusy = (arrival: Arrival, talking: string): Routing =>
  ends(arrival, 'busy', `${talking}: the caller hears busy`, {
    kind: 'refuse',
    sip: 486,
    say: undefined,
    language: arrival.user.language,
  });

/** Why devices ring although something might have kept them from it. */
function passing(
  arrival: Arrival,
  status: StatusNow,
  { presence, calls }: World,
  now: EpochMs,
  vip: boolean,
): Arrival {
  const { user } = arrival;
  const isForwarded = forwardNow(presence, user.id, 'always', now) !== undefined;
  const busy = calls.get(user.id)?.busy ?? 0;
  const unforwarded = isForwarded
    ? after(arrival, 'forward', 'VIP rings through the forward of all calls')
    : arrival;
  const opened = open(unforwarded, status, vip);
  return busy > 0 && vip && user.rules.vipThroughBusy
    ? after(opened, 'busy', `${inCalls(user, busy)}, and VIP rings through`)
    : opened;
}

function open(arrival: Arrival, { activity }: StatusNow, vip: boolean): Arrival {
  const name = activity.names[arrival.user.language];
  if (!activity.rings) {
    return after(
      arrival,
      'activity',
      vip ? `VIP rings through ${name}` : `colleagues ring through ${name}`,
    );
  }
  return activity.key === 'available' ? arrival : after(arrival, 'activity', `${name} is open`);
}
