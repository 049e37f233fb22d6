import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Clock, EpochMs } from '../../common/time.ts';
import { forgetOld, type ForgetDeps } from './forget-old.ts';
import { type ClockTrust, watchClock } from './steady-clock.ts';

/** Forgets what has had its time, every night. */
export interface Retention {
  /** Forgets, where it is time to. Looks by itself, too. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface RetentionDeps extends ForgetDeps {
  readonly clock: Clock;
  /** Milliseconds that only count on: `performance.now`. */
  readonly counted: () => number;
  readonly log: Log;
}

export function keepRetention(deps: RetentionDeps): Retention {
  const { clock, counted, log } = deps;
  let trust: ClockTrust | undefined;
  let done: number | undefined;
  let working: Promise<void> = Promise.resolve();

  async function lookOnce(): Promise<void> {
    const now = clock();
    trust = watchClock(trust, { wall: now, counted: counted() });
    if (trust.jumpedMs !== 0) {
      const count = Math.round(trust.jumpedMs / 3_600_000);
      log.warn({ count }, 'the clock jumped by so many hours: nothing is forgotten for a day');
    }
    if (trust.last.counted < trust.trustedFrom || nightOf(now) === done) return;
    try {
      await forgetOld(deps, now);
      done = nightOf(now);
    } catch (err) {
      if (!(err instanceof VaxelError)) throw err;
      log.warn({ err }, 'what has had its time could not be forgotten: it is tried again');
    }
  }

  const look = (): Promise<void> => (working = working.then(lookOnce));
  const looking = setInterval(() => void look(), LOOK_EVERY_MS);
  void look();
  return {
    look,
    async stop() {
      clearInterval(looking);
      await working;
    },
  };
}

/** A number for each night; a new one begins at two o'clock, UTC. */
const nightOf = (at: EpochMs): number => Math.floor((at - 2 * 3_600_000) / (24 * 3_600_000));

const LOOK_EVERY_MS = 5 * 60_000;
