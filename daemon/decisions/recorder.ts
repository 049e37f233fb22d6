import { type NewDecision, saveDecisions } from '../../common/db/decisions.ts';
import type { Db } from '../../common/db/open.ts';
import type { Log } from '../../common/log.ts';
import type { Decision } from './decision.ts';
import { decisionRecord } from './record.ts';

/** Keeps why each call went where it did, beside the calls and never in their way. */
export interface DecisionRecorder {
  /** Takes no time and never fails. Where the database fails for long, the oldest that waits is lost. */
  note(decision: Decision): void;
  /** Settles when what was noted until now is kept, or has been tried once more. */
  flushed(): Promise<void>;
  counts(): { readonly waiting: number; readonly lost: number };
  stop(): Promise<void>;
}

export interface RecorderDeps {
  readonly save: (records: readonly NewDecision[]) => Promise<void>;
  readonly log: Log;
  /** How many may wait. */
  readonly most?: number;
  /** How long the first of a batch waits for others, in milliseconds. */
  readonly gatherMs?: number;
  /** How long to wait after the database has failed, in milliseconds. */
  readonly retryMs?: number;
}

export const saveIn = (db: Db) => (records: readonly NewDecision[]) => saveDecisions(db, records);

export function recordDecisions(deps: RecorderDeps): DecisionRecorder {
  const { save, log, most = 20_000, gatherMs = 200, retryMs = 5_000 } = deps;
  const waiting: Decision[] = [];
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let failing = false;
  let lost = 0;

  function wake(ms: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void write();
    }, ms);
  }

  /** One batch after the other, each a short transaction: between two, calls are decided. */
  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      try {
        await save(batch.map(decisionRecord));
      } catch (err) {
        if (!failing) log.error({ err }, 'decisions cannot be written down; they wait in memory');
        failing = true;
        waiting.unshift(...batch);
        trim();
        wake(retryMs);
        return;
      }
      if (failing) log.info({ count: lost }, 'decisions can be written down again');
      failing = false;
    }
  }

  function trim(): void {
    while (waiting.length > most) {
      waiting.shift();
      lost += 1;
    }
  }

  function write(): Promise<void> {
    working = working.then(writeAll);
    return working;
  }

  return {
    note(decision) {
      waiting.push(decision);
      trim();
      wake(gatherMs);
    },
    flushed: () => write(),
    counts: () => ({ waiting: waiting.length, lost }),
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await write();
      clearTimeout(timer);
    },
  };
}

/** Rows; about two milliseconds of work for SQLite. */
const BATCH = 25;
