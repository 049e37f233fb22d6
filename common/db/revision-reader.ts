import SQLite from 'better-sqlite3';
import { databaseError } from './errors.ts';
import { PHONES_REVISIONS } from './revision.ts';

/** Whoever asks it for every request has a connection to the database for that alone. */
export interface RevisionReader {
  /**
   * Grows at every change that some phone's files may show. It is looked up once a turn of the event
   * loop: whoever asks together, asked before it was read.
   *
   * @throws {VaxelError} DATABASE_LOCKED, DATABASE_CORRUPT, DATABASE_FAILED
   */
  read(): number;
  close(): void;
}

/** How long another program may keep the database to itself, in milliseconds: every phone waits for this. */
const BUSY_MS = 100;

/**
 * One prepared statement: where others write meanwhile, its locks and the new pages cost more than all
 * else of an answer that is given again (docs/performance.md).
 */
export function openRevisionReader(file: string): RevisionReader {
  const guarded = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw databaseError(error, file);
    }
  };
  const database = guarded(() => new SQLite(file, { readonly: true, timeout: BUSY_MS }));
  const places = PHONES_REVISIONS.map(() => '?').join();
  const statement = database
    .prepare<string[], number>(`select sum(value) from revision where name in (${places})`)
    .pluck();
  let ofThisTurn: number | undefined;
  return {
    read() {
      if (ofThisTurn !== undefined) return ofThisTurn;
      setImmediate(() => {
        ofThisTurn = undefined;
      });
      ofThisTurn = guarded(() => statement.get(...PHONES_REVISIONS) ?? 0);
      return ofThisTurn;
    },
    close: () => {
      database.close();
    },
  };
}
