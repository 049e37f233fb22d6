import type { Guesses } from '../common/db/voicemail-locks.ts';
import { type EpochMs, epochMs } from '../common/time.ts';

/** Wrong PINs in a row before a mailbox stays shut, and for how long (milliseconds). */
const FAILURES_ALLOWED = 5;
const LOCKED_MS = 30 * 60_000;

/**
 * Counts one PIN, which FreeSWITCH has judged.
 *
 * A right one forgets the wrong ones before it. While the mailbox is shut, none
 * counts and none opens: calls that were asked for the PIN before the lock go
 * on guessing beside each other.
 *
 * @returns what is to be kept; undefined: nothing.
 */
export function afterPin(
  before: Guesses | undefined,
  right: boolean,
  now: EpochMs,
): Guesses | undefined {
  if (before !== undefined && isShut(before, now)) return before;
  if (right) return undefined;
  const failures = before?.lockedUntil === undefined ? (before?.failures ?? 0) + 1 : 1;
  const lockedUntil = failures < FAILURES_ALLOWED ? undefined : epochMs(now + LOCKED_MS);
  return { failures, lockedUntil };
}

export const isShut = ({ lockedUntil }: Guesses, now: EpochMs): boolean =>
  lockedUntil !== undefined && lockedUntil > now;
