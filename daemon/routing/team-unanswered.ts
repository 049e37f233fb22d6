import type { EpochMs } from '../../common/time.ts';
import type { Unanswered } from '../call/question.ts';
import { ends } from './arrival.ts';
import { sendOn } from './forward.ts';
import { knownCaller } from './known-caller.ts';
import type { RefusePlan, Routing, VoicemailPlan } from './plan.ts';
import type { TeamArrival } from './to-team.ts';
import { greetedVoicemail } from './voicemail.ts';
import type { World } from './world.ts';

/** Nobody of the team took the call, or nobody was there to be rung. */
export function teamUnanswered(
  arrival: TeamArrival,
  why: Unanswered,
  world: World,
  now: EpochMs,
): Routing {
  const { unanswered } = arrival.team;
  if (unanswered.kind === 'extension' || unanswered.kind === 'number') {
    return sendOn(arrival, unanswered, 'no-answer', world, now);
  }
  const plan = teamMessage(arrival, world, now);
  const then = plan.kind === 'voicemail' ? `a message for ${plan.mailbox}` : 'the caller hears so';
  return ends(arrival, 'unanswered', `${SAID[why]}: ${then}`, plan);
}

/** The message that is taken for the team, where somebody's voicemail takes one; nobody's that blocks the caller. */
export function teamMessage(
  arrival: TeamArrival,
  { contacts }: World,
  now: EpochMs,
): VoicemailPlan | RefusePlan {
  const { organisation, team, caller } = arrival;
  const { unanswered } = team;
  const user =
    unanswered.kind === 'voicemail' ? organisation.users.get(unanswered.extension) : undefined;
  if (user === undefined) return nobodyAnswers(team);
  return knownCaller({ caller, organisation, user }, contacts).blocked
    ? nobodyAnswers(team)
    : greetedVoicemail(
        { ...arrival, user, via: [...arrival.via, team.user.extension] },
        'no-answer',
        now,
      );
}

/** A team has no voicemail of its own. */
export const nobodyAnswers = ({ user }: Pick<TeamArrival, 'user'>): RefusePlan => ({
  kind: 'refuse',
  sip: 480,
  say: 'refuse-no-answer',
  language: user.language,
});

const SAID: Readonly<Record<Unanswered, string>> = {
  busy: 'everybody who was rung is busy',
  'no-answer': 'nobody answers',
  unreachable: 'nobody can be rung',
};
