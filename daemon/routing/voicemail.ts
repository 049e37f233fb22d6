import type { EpochMs } from '../../common/time.ts';
import { menuWords } from '../referral/referral.ts';
import { choicesOf } from './absence.ts';
import type { Arrival } from './arrival.ts';
import { greetingFor } from './greetings.ts';
import type { Organisation, User } from './directory.ts';
import type { AfterChoice, VoicemailPlan } from './plan.ts';

/** A message for the person the call has come to. */
export function voicemail(
  arrival: Arrival,
  greeting: VoicemailPlan['greeting'] = 'usual',
): VoicemailPlan {
  const { organisation, user } = arrival;
  const offers = offersOf(arrival);
  return {
    kind: 'voicemail',
    domain: organisation.domain,
    mailbox: user.extension,
    language: user.language,
    zone: organisation.zone,
    greeting,
    ...(offers && { offers }),
  };
}

function offersOf({ organisation, user, via, caller }: Arrival): AfterChoice | undefined {
  const choices = offered(organisation, user);
  if (choices.length === 0) return undefined;
  return {
    digits: choices.map(({ key }) => key).join(''),
    say: offerWords(organisation, user).map((text) => ({ kind: 'text', text })),
    via: [...via, user.extension],
    ...(caller.shows && { shows: caller.shows }),
  };
}

/** What is said of them; empty where there are none. */
export const offerWords = (organisation: Organisation, user: User): readonly string[] =>
  menuWords(offered(organisation, user), user.language).map(({ text }) => text);

/** Who comes to the mailbox leaves a message anyway. */
const offered = (organisation: Organisation, user: User) =>
  choicesOf(organisation, user).filter(({ kind }) => kind !== 'message');

/**
 * The same, after what the person has recorded for it in place of the mailbox's
 * greeting: while busy, or for whatever else keeps them from answering.
 */
export function greetedVoicemail(
  arrival: Arrival,
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
