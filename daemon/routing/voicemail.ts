import type { EpochMs } from '../../common/time.ts';
import type { Arrival } from './arrival.ts';
import { greetingFor } from './greetings.ts';
import type { User } from './directory.ts';
import type { VoicemailPlan } from './plan.ts';

/** A message for the person the call has come to. */
export const voicemail = (
  { organisation, user }: Pick<Arrival, 'organisation' | 'user'>,
  greeting: VoicemailPlan['greeting'] = 'usual',
): VoicemailPlan => ({
  kind: 'voicemail',
  domain: organisation.domain,
  mailbox: user.extension,
  language: user.language,
  zone: organisation.zone,
  greeting,
});

/**
 * The same, after what the person has recorded for it in place of the mailbox's
 * greeting: while busy, or for whatever else keeps them from answering.
 */
export function greetedVoicemail(
  arrival: Pick<Arrival, 'organisation' | 'user'>,
  kind: 'busy' | 'no-answer',
  now: EpochMs,
): VoicemailPlan {
  const plan = voicemail(arrival);
  const recorded = greetingFor(arrival.user.greetings ?? [], { kind }, now);
  return recorded === undefined
    ? plan
    : { ...plan, say: [{ kind: 'recording', greeting: recorded.id }] };
}

/** Whether a caller who finds nobody hears something else than one who finds the line busy. */
export const isGreetedApart = ({ greetings = [] }: User, now: EpochMs): boolean =>
  greetingFor(greetings, { kind: 'busy' }, now) !==
  greetingFor(greetings, { kind: 'no-answer' }, now);
