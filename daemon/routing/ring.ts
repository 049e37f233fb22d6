import { type EpochMs, type Seconds, seconds } from '../../common/time.ts';
import { after, type Arrival, ends } from './arrival.ts';
import { isColleague, shownTo } from './caller.ts';
import type { Device, User } from './directory.ts';
import { callerName, type FoundContact } from './find-contact.ts';
import type { RingLeg, RingPlan, Routing, Shown } from './plan.ts';
import type { StatusNow } from './present-status.ts';
import { unanswered } from './unanswered.ts';
import { greetedVoicemail, isGreetedApart } from './voicemail.ts';
import type { World } from './world.ts';

/** Rings these devices of the person, then whatever follows no answer. */
export function ring(
  arrival: Arrival,
  wanted: readonly RingLeg[],
  { activity }: Pick<StatusNow, 'activity'>,
  found: FoundContact | undefined,
  world: World,
  now: EpochMs,
): Routing {
  const legs = wanted.filter(({ device }) => !hasHad(arrival, device));
  if (legs.length < wanted.length) {
    const known = after(arrival, 'fork', 'the mobile has had this call, and is left out');
    return legs.length === 0
      ? unanswered(known, 'unreachable', world, now)
      : ring(known, legs, { activity }, found, world, now);
  }
  const { user } = arrival;
  const { presence } = world;
  const last = Math.max(...legs.map(({ after }) => after));
  const usual = activity.ringFor ?? user.ringFor;
  const ringFor = last === 0 ? usual : seconds(Math.max(usual, last + SHORTEST_RING));
  return ends(arrival, 'fork', `${legs.map(described).join(', ')}, for ${ringFor} s`, {
    ...forkOf(arrival, found, legs, ringFor),
    asks:
      UNANSWERED.some((why) => presence.forwards.get(user.id)?.[why] !== undefined) ||
      isGreetedApart(user, now),
    then: greetedVoicemail(arrival, 'no-answer', now),
  });
}

/** What the plan of a call that rings says beside what comes after. */
export function forkOf(
  arrival: Arrival,
  found: FoundContact | undefined,
  legs: readonly RingLeg[],
  ringFor: Seconds,
): Omit<RingPlan, 'asks' | 'then'> {
  const { organisation, user, caller, via } = arrival;
  return {
    kind: 'ring',
    domain: organisation.domain,
    legs,
    trunk: organisation.trunks[0]?.name,
    ringFor,
    shown: named(arrival, found),
    shownOnMobiles: caller.outside,
    language: user.language,
    via: [...via, user.extension],
    ...(caller.shows && { shows: caller.shows }),
  };
}

/** A mobile that sends its calls on to the office would ring for ever. */
export const hasHad = ({ caller }: Arrival, device: Device): boolean =>
  device.kind === 'mobile' && caller.passed.numbers.includes(device.to);

/** As the ring plan of the activity says, else the person's own, else all at once. */
export function legsOf(user: User, { activity }: StatusNow): readonly RingLeg[] {
  const { ringPlans } = user.rules;
  const steps = ringPlans.get(activity.id) ?? ringPlans.get(undefined);
  if (steps === undefined) return user.devices.map((device) => atOnce(device, user));
  return steps.flatMap((step) => {
    const device = user.devices.find(({ id }) => id === step.device);
    return device === undefined ? [] : [{ ...atOnce(device, user), after: step.after }];
  });
}

export const atOnce = (device: Device, { rules }: User): RingLeg => ({
  device,
  after: seconds(0),
  shows: (device.kind === 'mobile' ? undefined : device.shows) ?? rules.shows,
});

/** By the name the person knows the caller by. */
function named({ caller, organisation }: Arrival, found: FoundContact | undefined): Shown {
  const shown = shownTo(caller, organisation);
  if (shown.hidden) return shown;
  const colleague = isColleague(caller, organisation) ? caller.account?.user.name : undefined;
  return { ...shown, name: callerName(found, colleague, shown.name) };
}

export const described = ({ device, after }: RingLeg): string =>
  `${device.kind} ${device.label}${after === 0 ? '' : ` after ${after} s`}`;

const UNANSWERED = ['busy', 'no-answer', 'unreachable'] as const;

/** A device that begins to ring late is heard for at least so long. */
const SHORTEST_RING = 10;
