import type { E164, Extension } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import { after, type Arrival, ends } from './arrival.ts';
import { calleeAt } from './callee.ts';
import { toCallee } from './to-callee.ts';
import { circleOver, MOST_HOPS, timesSentOn } from './circle.ts';
import { out } from './out.ts';
import type { Diversion, RefusePlan, Routing, VoicemailPlan } from './plan.ts';
import type { Destination } from './presence.ts';
import { outwardNumber } from './shown-number.ts';
import { nobodyAnswers } from './team-unanswered.ts';
import { greetedVoicemail, voicemail } from './voicemail.ts';
import type { World } from './world.ts';

/**
 * Sends a call on from the person it has come to. The next person's own status
 * and rules hold; where the call has been before it does not go again.
 */
export function sendOn(
  arrival: Arrival,
  to: Destination,
  reason: Diversion['reason'],
  world: World,
  now: EpochMs,
): Routing {
  const { user } = arrival;
  const why = REASONS[reason];
  switch (to.kind) {
    case 'voicemail':
      return ends(arrival, 'forward', `${why}: to voicemail`, messageInstead(arrival, reason, now));
    case 'extension':
      return toColleague(arrival, to.extension, reason, world, now);
    case 'number':
      return toNumber(
        after(arrival, 'forward', `${why}: from ${user.name} to ${to.number}`),
        to.number,
        reason,
        world,
        now,
      );
  }
}

export function toColleague(
  arrival: Arrival,
  extension: Extension,
  reason: Diversion['reason'],
  world: World,
  now: EpochMs,
): Routing {
  const { organisation, user, via } = arrival;
  const why = REASONS[reason];
  const next = calleeAt(organisation, extension);
  if (next === undefined) {
    return ends(
      arrival,
      'forward',
      `${why}: nobody has ${extension}, ${instead(arrival)}`,
      messageInstead(arrival, reason, now),
    );
  }
  const been = [...via, user.extension];
  if (been.includes(extension) || been.length >= MOST_HOPS) {
    const loop = been.includes(extension) ? 'has had this call' : 'would be one too many';
    return ends(
      arrival,
      'forward',
      `${why}: ${next.user.name} ${loop}, ${instead(arrival)}`,
      messageInstead(arrival, reason, now),
    );
  }
  const { caller, trace } = after(
    arrival,
    'forward',
    `${why}: from ${user.name} to ${next.user.name}`,
  );
  return toCallee({ ...next, caller, via: been, trace }, world, now);
}

/** A number of the organisation's own stays inside; another's is reached by the trunk, and paid for as any. */
function toNumber(
  arrival: Arrival,
  number: E164,
  reason: Diversion['reason'],
  world: World,
  now: EpochMs,
): Routing {
  const { organisation, user, caller, trace } = arrival;
  const owner = world.directory.numbers.get(number);
  if (owner?.organisation.id === organisation.id) {
    return toColleague(arrival, owner.user.extension, reason, world, now);
  }
  const otherwise = messageInstead(arrival, reason, now);
  const loop = circleOver(arrival, number, world);
  if (loop !== undefined) {
    const because = `${REASONS[reason]}: ${loop}, ${instead(arrival)}`;
    return ends(arrival, 'forward', because, otherwise);
  }
  const diversion = diversionBy(arrival, reason);
  const payer = { organisation, user };
  return out({ to: number, payer, shown: caller.outside, trace, diversion, otherwise }, world, now);
}

function diversionBy(arrival: Arrival, reason: Diversion['reason']): Diversion | undefined {
  const { number, hidden } = outwardNumber(arrival.organisation, arrival.user);
  return number && { number, reason, hidden, times: timesSentOn(arrival) + 1 };
}

/** Who has chosen what leads nowhere has heard the referral, and hears the tone. */
function messageInstead(
  arrival: Arrival,
  reason: Diversion['reason'],
  now: EpochMs,
): VoicemailPlan | RefusePlan {
  if (arrival.team !== undefined) return nobodyAnswers(arrival);
  return reason === 'deflection'
    ? voicemail(arrival, 'said')
    : greetedVoicemail(arrival, reason === 'user-busy' ? 'busy' : 'no-answer', now);
}

const instead = ({ team }: Arrival): string =>
  team === undefined ? 'so a message is taken' : 'so the caller hears that nobody answers';

const REASONS: Readonly<Record<Diversion['reason'], string>> = {
  unconditional: 'all calls are forwarded',
  'user-busy': 'forwarded when busy',
  'no-answer': 'forwarded without an answer',
  unavailable: 'forwarded when out of reach',
  deflection: 'the caller chose so',
};
