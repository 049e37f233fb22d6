import type { Arrival } from './arrival.ts';
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
