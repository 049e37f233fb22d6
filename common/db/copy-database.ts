import { chmodSync, renameSync, rmSync } from 'node:fs';
import SQLite from 'better-sqlite3';
import { databaseError } from './errors.ts';

/**
 * Copies a database as it is at one moment, whole or not at all, while others
 * write to it: from a read transaction of its own, which sees what is committed
 * and keeps no writer of a database in WAL waiting (sqlite.org/lang_vacuum.html).
 * The copy is one file, and readable by its owner only unless said otherwise.
 *
 * @throws {VaxelError} DATABASE_LOCKED, DATABASE_CORRUPT, DISK_FULL, DATABASE_FAILED
 */
export function copyDatabase(file: string, copy: string, mode = 0o600): void {
  const unfinished = `${copy}.unfinished`;
  try {
    rmSync(unfinished, { force: true });
    const reader = new SQLite(file, { readonly: true });
    try {
      reader.prepare('vacuum into ?').run(unfinished);
    } finally {
      reader.close();
    }
    chmodSync(unfinished, mode);
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw databaseError(error, file);
  }
}

/** What a database says of itself that nobody has open. */
export interface DatabaseState {
  /** What is damaged; empty where nothing is. */
  readonly damage: readonly string[];
  /** The migrations it has had, oldest first; empty where it is none of ours. */
  readonly migrations: readonly string[];
}

/** @throws {VaxelError} DATABASE_CORRUPT where it cannot even be asked. */
export function examineDatabase(file: string): DatabaseState {
  try {
    const reader = new SQLite(file, { readonly: true });
    try {
      const damage = reader.prepare<[], string>('pragma quick_check(5)').pluck().all();
      return {
        damage: damage.filter((line) => line !== 'ok'),
        migrations: migrationsOf(reader),
      };
    } finally {
      reader.close();
    }
  } catch (error) {
    throw databaseError(error, file);
  }
}

function migrationsOf(reader: SQLite.Database): readonly string[] {
  const known = reader
    .prepare(`select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'`)
    .get();
  if (known === undefined) return [];
  return reader
    .prepare<[], string>('select name from kysely_migration order by name')
    .pluck()
    .all();
}

/**
 * Whether another program has the database open: SQLite gives nobody a database
 * for himself while another connection to it lives
 * (sqlite.org/pragma.html#pragma_locking_mode). One that is damaged cannot be
 * asked, and no program of ours runs on it.
 */
export function isInUse(file: string): boolean {
  try {
    const database = new SQLite(file, { timeout: 0 });
    try {
      database.pragma('locking_mode = EXCLUSIVE');
      database.exec('begin exclusive; rollback');
      return false;
    } finally {
      database.close();
    }
  } catch (error) {
    return databaseError(error, file).code === 'DATABASE_LOCKED';
  }
}
