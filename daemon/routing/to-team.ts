import type { EpochMs } from '../../common/time.ts';
import { after, type Arrival, ends } from './arrival.ts';
import { stop } from './blocked.ts';
import type { Team, User } from './directory.ts';
import { knownCaller } from './known-caller.ts';
import type { RingLeg, Routing } from './plan.ts';
import type { MemberFate, TraceStep } from './trace.ts';
import { type StatusNow, statusNow } from './present-status.ts';
import { described, forkOf, hasHad, legsOf } from './ring.ts';
import { sayFate } from './say-fate.ts';
import { teamMessage, teamUnanswered } from './team-unanswered.ts';
import type { World } from './world.ts';

/** A call that has come to a team. */
export interface TeamArrival extends Arrival {
  readonly team: Team;
}

/**
 * Decides a call to a team: the devices of its members ring together, and the
 * first answer has it.
 *
 * Whom the organisation blocks is stopped before anybody is looked at. Of each
 * member the own block, activity and busy rule hold. A member's forwards,
 * voicemail and VIPs are about calls to the member, and have no part in this one.
 */
export function toTeam(arrival: TeamArrival, world: World, now: EpochMs): Routing {
  const { organisation, team } = arrival;
  const { found, blocked, because } = knownCaller(arrival, world.contacts);
  const met = because === undefined ? arrival : { ...after(arrival, 'contact', because), team };
  if (blocked) return stop(met);

  const members = team.members.flatMap((extension) => organisation.users.get(extension) ?? []);
  const asked = members.map((member) => askedOf(met, member, world, now));
  const all = { ...met, trace: [...met.trace, ...asked.map((one) => stepOf(one, team.user))] };
  const legs = asked.flatMap((one) => one.legs);
  if (legs.length === 0) return teamUnanswered(all, 'unreachable', world, now);

  const { ringFor } = team.user;
  return ends(all, 'fork', `${legs.map(describedOfTeam).join(', ')}, for ${ringFor} s`, {
    ...forkOf(arrival, found, legs, ringFor),
    asks: team.unanswered.kind === 'extension' || team.unanswered.kind === 'number',
    then: teamMessage(arrival, world, now),
  });
}

interface Asked {
  readonly member: User;
  readonly fate: MemberFate;
  readonly legs: readonly RingLeg[];
}

function askedOf(arrival: TeamArrival, member: User, world: World, now: EpochMs): Asked {
  const status = statusNow(member, arrival.organisation, world.presence, now);
  const legs = deviceLegs(arrival, member, status);
  const fate = keptFrom(arrival, member, status, world) ?? {
    kind: legs.length === 0 ? 'no-device' : 'rung',
  };
  return { member, fate, legs: fate.kind === 'rung' ? legs : [] };
}

/** What keeps a member from being rung, in the order of a call to a person; undefined where nothing does. */
function keptFrom(
  { organisation, caller, via }: TeamArrival,
  member: User,
  { activity, endsAt }: StatusNow,
  { contacts, calls }: World,
): MemberFate | undefined {
  if (caller.account?.user.id === member.id) return { kind: 'caller' };
  if (via.includes(member.extension)) return { kind: 'has-had-it' };
  const { blocked } = knownCaller({ caller, organisation, user: member }, contacts);
  if (blocked) return { kind: 'blocked' };
  if (!activity.teamsRing) return { kind: 'away', activity: activity.names, endsAt };
  const busy = calls.get(member.id)?.busy ?? 0;
  const { rules } = member;
  const another = rules.busy === 'ring' && busy < rules.callsAtOnce;
  return busy > 0 && !another ? { kind: 'busy', calls: busy } : undefined;
}

/** As the member's ring plan says; what would begin when the team has stopped does not. */
function deviceLegs(arrival: TeamArrival, member: User, status: StatusNow): readonly RingLeg[] {
  const { ringFor } = arrival.team.user;
  return legsOf(member, status)
    .filter(({ device, after }) => after < ringFor && !hasHad(arrival, device))
    .map((leg) => ({ ...leg, member: member.name }));
}

const stepOf = ({ member: { name, extension }, fate }: Asked, team: User): TraceStep => ({
  rule: 'member',
  because: `${name} (${extension}) ${sayFate(fate)}`,
  member: { team: { extension: team.extension, name: team.name }, name, fate },
});

const describedOfTeam = (leg: RingLeg): string => `${described(leg)} of ${leg.member ?? ''}`;
