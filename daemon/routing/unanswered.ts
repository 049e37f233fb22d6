import type { EpochMs } from '../../common/time.ts';
import type { Unanswered } from '../call/question.ts';
import { type Arrival, ends } from './arrival.ts';
import { forwardNow } from './forward-now.ts';
import { sendOn } from './forward.ts';
import type { Diversion, Routing } from './plan.ts';
import { greetedVoicemail } from './voicemail.ts';
import type { World } from './world.ts';

/** Nobody answered: the person's forward for that, or a message. */
export function unanswered(arrival: Arrival, why: Unanswered, world: World, now: EpochMs): Routing {
  const forward = forwardNow(world.presence, arrival.user.id, why, now);
  if (forward !== undefined) return sendOn(arrival, forward.to, REASONS[why], world, now);
  const occasion = why === 'busy' ? 'busy' : 'no-answer';
  const message = greetedVoicemail(arrival, occasion, now);
  return ends(arrival, 'unanswered', `${SAID[why]}: a message is taken`, message);
}

const REASONS: Readonly<Record<Unanswered, Diversion['reason']>> = {
  busy: 'user-busy',
  'no-answer': 'no-answer',
  unreachable: 'unavailable',
};

const SAID: Readonly<Record<Unanswered, string>> = {
  busy: 'every device is busy',
  'no-answer': 'nobody answers',
  unreachable: 'no device can be reached',
};
