import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange } from '../../test/support/exchange.ts';
import { eventually } from '../../test/support/eventually.ts';

/** What breaks while calls go on. */
export interface Faults {
  /** On the monotonic clock: when the last one was over; now, while one lasts. */
  overAt(): number;
  readonly counts: { readonly killed: number; readonly hung: number };
  /** Ends when the last fault is over. */
  readonly done: Promise<void>;
}

/**
 * The daemon is killed now and then in the first quarter, so that it lives through
 * the rest and its memory can be told; it is stopped for a few seconds all the way.
 */
export function causeFaults(exchange: Exchange, endsAt: number, random: () => number): Faults {
  const counts = { killed: 0, hung: 0 };
  const began = performance.now();
  let overAt = began;
  let lasts = false;

  async function cause(): Promise<void> {
    for (;;) {
      await pause(GAP_MS * (0.5 + random()));
      const now = performance.now();
      if (now + GAP_MS / 2 > endsAt) return;
      lasts = true;
      const daemon = await exchange.daemonPid();
      if (now - began < (endsAt - began) / 4) {
        counts.killed += 1;
        process.kill(daemon, 'SIGKILL');
        await pause(500);
      } else {
        counts.hung += 1;
        process.kill(daemon, 'SIGSTOP');
        await pause(HUNG_MS);
        process.kill(daemon, 'SIGCONT');
      }
      await eventually('daemon', () => exchange.isWhole(), 60_000);
      lasts = false;
      overAt = performance.now();
    }
  }

  const done = cause();
  return { counts, done, overAt: () => (lasts ? performance.now() : overAt) };
}

const GAP_MS = 30_000;
/** Longer than the guard's three seconds: calls go on natively. */
const HUNG_MS = 5_000;
