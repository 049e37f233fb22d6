import type { EpochMs } from '../../common/time.ts';
import type { ActivityId } from './activity.ts';

/** A recording of a person's own, in `greetings/<id>.wav`. */
export interface Greeting {
  readonly id: string;
  readonly for: GreetingFor;
  readonly endsAt: EpochMs | undefined;
}

export type GreetingFor =
  /** What the person is called, in a referral. */
  | { readonly kind: 'name' }
  /** Whatever the reason is, where no other recording is for it. */
  | { readonly kind: 'always' | 'busy' | 'no-answer' }
  | { readonly kind: 'activity'; readonly activity: ActivityId };

/** Why a caller hears a greeting. */
export type GreetingOccasion =
  | { readonly kind: 'busy' | 'no-answer' }
  | { readonly kind: 'activity'; readonly activity: ActivityId };

/**
 * The recording a caller hears: the one made for the occasion, else the one for
 * all of them. A temporary one comes before one without an end, and a newer before an older.
 *
 * @param greetings - of one person, newest first.
 */
export function greetingFor(
  greetings: readonly Greeting[],
  occasion: GreetingOccasion,
  now: EpochMs,
): Greeting | undefined {
  const isForIt = (greeting: Greeting) =>
    greeting.for.kind === 'activity'
      ? occasion.kind === 'activity' && greeting.for.activity === occasion.activity
      : greeting.for.kind === occasion.kind;
  return (
    best(greetings, isForIt, now) ?? best(greetings, ({ for: { kind } }) => kind === 'always', now)
  );
}

/** The name as the person says it. */
export const spokenName = (greetings: readonly Greeting[], now: EpochMs): Greeting | undefined =>
  best(greetings, ({ for: { kind } }) => kind === 'name', now);

function best(
  greetings: readonly Greeting[],
  isWanted: (greeting: Greeting) => boolean,
  now: EpochMs,
): Greeting | undefined {
  const wanted = greetings.filter(
    (greeting) => isWanted(greeting) && (greeting.endsAt === undefined || greeting.endsAt > now),
  );
  return wanted.find(({ endsAt }) => endsAt !== undefined) ?? wanted[0];
}
