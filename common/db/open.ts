import { closeSync, openSync } from 'node:fs';
import SQLite from 'better-sqlite3';
import { Kysely } from 'kysely';
import { VaxelDialect } from './dialect.ts';
import { databaseError } from './errors.ts';
import type { Tables } from './schema.ts';

/** The database, or a transaction in it. */
export type Db = Kysely<Tables>;

/**
 * Opens the database file, or `:memory:` for a test. Ends with `db.destroy()`.
 *
 * Several programs open the same file: write-ahead logging lets one write while
 * the others read, and a writer waits up to `busyMs` milliseconds for its turn.
 * A new file is readable by its owner only.
 *
 * @throws {VaxelError} DATABASE_LOCKED, DATABASE_CORRUPT, DISK_FULL, DATABASE_FAILED
 */
export function openDb(file: string, busyMs = 5_000): Db {
  try {
    if (file !== ':memory:') createPrivately(file);
    const database = new SQLite(file, { timeout: busyMs });
    try {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = NORMAL');
      database.pragma('foreign_keys = ON');
    } catch (error) {
      database.close();
      throw error;
    }
    return new Kysely<Tables>({ dialect: new VaxelDialect(database) });
  } catch (error) {
    throw databaseError(error, file);
  }
}

/** SQLite gives its journal files the mode of the database, so this settles all three. */
function createPrivately(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
}
