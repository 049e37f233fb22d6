import type { EpochMs } from '../../common/time.ts';

/** Two clocks read at once: the wall's, and one that only counts on, in milliseconds. */
export interface Moment {
  readonly wall: EpochMs;
  readonly counted: number;
}

export interface ClockTrust {
  readonly last: Moment;
  /** When what depends on the wall clock may be done, by the one that counts. */
  readonly trustedFrom: number;
  /** By how much the wall clock was put forward since the last look; 0 where it was not. */
  readonly jumpedMs: number;
}

/**
 * What is forgotten is gone, so a clock that was wrong for an hour must not
 * empty the call log: one that is new or was put elsewhere is believed when it
 * has gone on evenly for a while.
 */
export function watchClock(before: ClockTrust | undefined, now: Moment): ClockTrust {
  if (before === undefined) {
    return { last: now, trustedFrom: now.counted + SETTLES_MS, jumpedMs: 0 };
  }
  const { last } = before;
  const jumpedMs = now.wall - last.wall - (now.counted - last.counted);
  return Math.abs(jumpedMs) < JUMP_MS
    ? { ...before, last: now, jumpedMs: 0 }
    : { last: now, trustedFrom: now.counted + DAY_MS, jumpedMs };
}

/** After a start; a machine without a clock of its own has asked the network by then. */
const SETTLES_MS = 10 * 60_000;
/** More than leap seconds, summer time (which the wall clock of a machine does not have) and a slow network clock make. */
const JUMP_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;
