import type { RecallRecord } from '../../common/db/recalls.ts';
import type { EpochMs } from '../../common/time.ts';

/** Whether somebody can be called now; by user id. */
export interface Readiness {
  /** What holds for them lets their devices ring. */
  readonly isOpen: (user: string) => boolean;
  /** They are in no call. */
  readonly isIdle: (user: string) => boolean;
  readonly isWithinHours: (user: string) => boolean;
}

/** How often a person is called for one recall before it is given up. */
export const TRIES = 3;

/** Between two tries, in milliseconds. */
export const TRY_AGAIN_MS = 10 * 60_000;

/**
 * The recalls to make now: of everybody who is back, free and at work the one
 * who has waited longest. The others follow when that call is over.
 *
 * @param recalls - the longest waiting first.
 */
export function dueRecalls(
  recalls: readonly RecallRecord[],
  { isOpen, isIdle, isWithinHours }: Readiness,
  now: EpochMs,
): readonly RecallRecord[] {
  const taken = new Set<string>();
  return recalls.filter(({ userId, endsAt, notBefore, tries }) => {
    const isDue =
      !taken.has(userId) &&
      endsAt > now &&
      notBefore <= now &&
      tries < TRIES &&
      isOpen(userId) &&
      isIdle(userId) &&
      isWithinHours(userId);
    if (isDue) taken.add(userId);
    return isDue;
  });
}
