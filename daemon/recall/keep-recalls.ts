import type { Db } from '../../common/db/open.ts';
import {
  claimRecall,
  forgetOldRecalls,
  listRecalls,
  type RecallRecord,
  removeRecall,
} from '../../common/db/recalls.ts';
import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import { type Clock, epochMs } from '../../common/time.ts';
import { dueRecalls, type Readiness, TRIES, TRY_AGAIN_MS } from './due.ts';

/** Calls those back who asked for it. */
export interface Recalls {
  /** Somebody's status or hours may have changed. Looks by itself every half minute too. */
  look(): void;
  /** These people have hung up: whoever waits for one of them waits no longer. */
  idle(users: readonly string[]): void;
  stop(): Promise<void>;
}

export interface RecallsDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly readiness: Readiness;
  /** Makes the call, to the person first. Fulfilled when they answered and the caller is being called, or did not. */
  readonly call: (recall: RecallRecord) => Promise<'answered' | 'unanswered'>;
  readonly lookEveryMs?: number;
}

/**
 * The recalls lie in the database, so they outlive the daemon. A try is written
 * down before it is made: one that dies in the middle is made again later, and
 * of two daemons one makes it.
 */
export function keepRecalls(deps: RecallsDeps): Recalls {
  const { db, clock, log, readiness, call, lookEveryMs = LOOK_EVERY_MS } = deps;
  const calling = new Map<string, Promise<void>>();
  let looking: Promise<void> = Promise.resolve();
  let again = false;
  let stopped = false;
  let failing = false;
  /** As of the last look. */
  let awaited: ReadonlySet<string> = new Set();

  async function lookOnce(): Promise<void> {
    again = false;
    if (stopped) return;
    try {
      const now = clock();
      const waiting = await listRecalls(db, now);
      awaited = new Set(waiting.map(({ userId }) => userId));
      const isFree = (user: string) => !calling.has(user) && readiness.isIdle(user);
      for (const recall of dueRecalls(waiting, { ...readiness, isIdle: isFree }, now)) {
        const tried = make(recall).finally(() => calling.delete(recall.userId));
        calling.set(recall.userId, tried);
      }
      if (waiting.length > 0) await forgetOldRecalls(db, now);
      failing = false;
    } catch (err) {
      if (!(err instanceof VaxelError)) throw err;
      if (!failing) log.error({ err }, 'who waits to be called back cannot be read');
      failing = true;
    }
  }

  async function make(recall: RecallRecord): Promise<void> {
    const { id, tries } = recall;
    try {
      if (!(await claimRecall(db, recall, epochMs(clock() + TRY_AGAIN_MS)))) return;
      const end = await call(recall);
      if (end === 'answered' || tries + 1 >= TRIES) await removeRecall(db, id);
      log.info({ user: recall.userId, cause: end }, 'called for somebody who waits');
    } catch (err) {
      if (!(err instanceof VaxelError)) throw err;
      log.warn({ err, user: recall.userId }, 'a call back could not be made');
    }
  }

  /** Any number of reasons to look again while a look is under way are one. */
  function look(): void {
    if (again) return;
    again = true;
    looking = looking.then(lookOnce);
  }

  const timer = setInterval(look, lookEveryMs);

  return {
    look,
    idle: (users) => {
      if (users.some((user) => awaited.has(user))) look();
    },
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await looking;
      await Promise.all(calling.values());
    },
  };
}

/** For the ends of working hours and of what nobody tells us of; in milliseconds. */
const LOOK_EVERY_MS = 30_000;
