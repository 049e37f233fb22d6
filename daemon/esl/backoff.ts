/** Milliseconds: how fast to try again, and how slowly at most. */
export interface Pace {
  readonly firstMs: number;
  readonly ceilingMs: number;
  /** After FreeSWITCH refused us: it will until somebody mends the configuration. */
  readonly refusedMs: number;
  /** Between two looks at whether FreeSWITCH still answers. */
  readonly pingMs: number;
}

export const PACE: Pace = { firstMs: 200, ceilingMs: 1_500, refusedMs: 5_000, pingMs: 2_000 };

/**
 * How long to wait before the next attempt: doubling up to a ceiling, with full
 * jitter, so that many who lost one FreeSWITCH do not come back at once.
 *
 * @param failed how many attempts have failed in a row; 0 is the first wait.
 * @param random in [0, 1).
 */
export function backoff(failed: number, pace: Pace, random: number): number {
  const most = Math.min(pace.ceilingMs, pace.firstMs * 2 ** Math.min(failed, 30));
  return Math.ceil(most * random);
}
