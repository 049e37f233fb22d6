import type { Timers } from './timers.ts';

export interface Wait {
  readonly withinMs: number;
  /** What is waited for, as the error shall say it: `a 180 from Anna's desk phone`. */
  readonly what: string;
  /** Look again this often though nothing has changed: for what shows itself by absence, as silence does. */
  readonly relookMs?: number;
}

/** Waiting for a state rather than an event: nothing is missed by asking late, and every wait has a deadline. */
export interface Watch {
  /** Something happened; every waiter looks again. */
  changed(): void;
  /**
   * The first defined value `look` gives, now or after a change. A `look` that
   * throws ends the wait at once: what is waited for cannot come any more.
   */
  until<T>(look: () => T | undefined, wait: Wait): Promise<T>;
  /** Rejects those who still wait. */
  close(): void;
}

/** @param describe - what has happened so far, printed below the error of a missed deadline. */
export function createWatch(timers: Timers, describe: () => string): Watch {
  const waiters = new Set<Waiter>();

  return {
    changed() {
      for (const waiter of [...waiters]) waiter.look();
    },
    until<T>(look: () => T | undefined, { withinMs, what, relookMs }: Wait): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        let takeBackRelook = (): void => undefined;
        const leave = (): void => {
          takeBackDeadline();
          takeBackRelook();
          waiters.delete(waiter);
        };
        const fail = (why: string): void => {
          leave();
          reject(new Error(`${why}\n${describe()}`));
        };
        const waiter: Waiter = {
          look() {
            try {
              const value = look();
              if (value === undefined) return;
              leave();
              resolve(value);
            } catch (error) {
              fail(
                `waiting for ${what}: ${error instanceof Error ? error.message : String(error)}`,
              );
            }
          },
          close() {
            fail(`waiting for ${what}: the agent was closed`);
          },
        };
        const relook = (ms: number): void => {
          takeBackRelook = timers.after(ms, () => {
            relook(ms);
            waiter.look();
          });
        };
        const takeBackDeadline = timers.after(withinMs, () => {
          fail(`no ${what} within ${withinMs} ms`);
        });
        waiters.add(waiter);
        if (relookMs !== undefined) relook(relookMs);
        waiter.look();
      });
    },
    close() {
      for (const waiter of [...waiters]) waiter.close();
    },
  };
}

interface Waiter {
  look(): void;
  close(): void;
}
