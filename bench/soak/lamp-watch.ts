import { setTimeout as pause } from 'node:timers/promises';
import type { Lit } from '../../test/support/lamp.ts';
import type { Faults } from './faults.ts';
import type { Person } from './office.ts';

/** How many lamps were looked at, and how many of them were wrong for longer than two seconds. */
export interface LampCounts {
  looked: number;
  late: number;
  /** The longest that one was wrong, in milliseconds. */
  worstMs: number;
}

export interface LampWatch {
  readonly counts: Readonly<LampCounts>;
  /** Waits until every lamp of a person shows this. @throws where one never does. */
  show(person: Person, wanted: Lit): Promise<void>;
}

/** A lamp may be wrong while the daemon is; its two seconds begin when the fault is over. */
export function watchLamps(
  faults: Faults,
  lineOf: (extension: string) => Promise<unknown>,
): LampWatch {
  const counts: LampCounts = { looked: 0, late: 0, worstMs: 0 };
  return {
    counts,
    async show({ extension, lamps }, wanted) {
      const began = performance.now();
      await Promise.all(
        lamps.map(async (lamp) => {
          while (lamp.lit() !== wanted) {
            await pause(LOOK_MS);
            const sinceMs = performance.now() - Math.max(began, faults.overAt('daemon'));
            if (sinceMs > NEVER_MS) {
              const line = JSON.stringify(await lineOf(extension));
              throw new Error(`a lamp of ${extension} is ${lamp.lit()}, not ${wanted}: ${line}`);
            }
          }
          const wrongMs = performance.now() - Math.max(began, faults.overAt('daemon'));
          counts.looked += 1;
          counts.worstMs = Math.max(counts.worstMs, wrongMs);
          if (wrongMs > LATE_MS) counts.late += 1;
        }),
      );
    },
  };
}

const LOOK_MS = 20;
const LATE_MS = 2_000;
const NEVER_MS = 20_000;
