import { statSync } from 'node:fs';
import { type Kysely, type Migration, Migrator, type QueryExecutorProvider, sql } from 'kysely';
import { VaxelError } from '../errors.ts';
import { seedMissingActivities } from './activities.ts';
import { copyDatabase } from './copy-database.ts';
import * as foundation from './migrations/0001-foundation.ts';
import * as phones from './migrations/0002-phones.ts';
import * as presence from './migrations/0003-presence.ts';
import * as rules from './migrations/0004-rules.ts';
import * as decisions from './migrations/0005-decisions.ts';
import * as apiTokens from './migrations/0006-api-tokens.ts';
import * as teams from './migrations/0007-teams.ts';
import * as trunkTrust from './migrations/0008-trunk-trust.ts';
import * as shownNumbers from './migrations/0009-shown-numbers.ts';
import * as calendarEntries from './migrations/0010-calendar-entries.ts';
import * as teamNumbers from './migrations/0011-team-numbers.ts';
import * as rung from './migrations/0012-rung.ts';
import type { Db } from './open.ts';

export type Migrations = Readonly<Record<string, Migration>>;

/** Every migration there is, by name, in order. A released one is never edited. */
export const MIGRATIONS: Migrations = {
  '0001-foundation': foundation,
  '0002-phones': phones,
  '0003-presence': presence,
  '0004-rules': rules,
  '0005-decisions': decisions,
  '0006-api-tokens': apiTokens,
  '0007-teams': teams,
  '0008-trunk-trust': trunkTrust,
  '0009-shown-numbers': shownNumbers,
  '0010-calendar-entries': calendarEntries,
  '0011-team-numbers': teamNumbers,
  '0012-rung': rung,
};

/**
 * Brings the schema up to date. Programs that start together may all call this:
 * one migrates, the others wait for it and find nothing to do.
 *
 * Before a database that holds anything is changed, a copy of it is written to
 * `<file>.before-<migration>`, under the same lock as the change itself.
 *
 * @returns the names applied, oldest first.
 * @throws {VaxelError} DATABASE_NEWER where a newer vaxel has been here,
 * MIGRATION_FAILED with the database as it was, or as `openDb`.
 */
export async function migrate(
  db: Db,
  migrations: Migrations = MIGRATIONS,
): Promise<readonly string[]> {
  const applied = await appliedMigrations(db);
  const file = await fileOf(db);
  refuseNewer(applied, migrations, file);
  if (Object.keys(migrations).every((name) => applied.includes(name))) {
    await fillIn(db, migrations);
    return [];
  }

  const provider = { getMigrations: async () => withBackup(migrations, file) };
  const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
  if (error instanceof VaxelError) throw error;
  if (error !== undefined || results === undefined) {
    const failed = results?.find(({ status }) => status === 'Error')?.migrationName ?? 'unknown';
    throw new VaxelError(
      'MIGRATION_FAILED',
      `the database ${file} could not be brought up to date (${failed}); it is as it was before`,
      { file, migration: failed },
      { cause: error },
    );
  }
  await fillIn(db, migrations);
  return results.map((result) => result.migrationName);
}

/** What older organisations lack: looked for at every start, so that a crash after the migration leaves no gap. */
async function fillIn(db: Db, migrations: Migrations): Promise<void> {
  if ('0003-presence' in migrations) await seedMissingActivities(db);
}

/**
 * What `migrate` would apply, oldest first; empty where the schema is up to date.
 * @throws {VaxelError} DATABASE_NEWER
 */
export async function pendingMigrations(db: Db): Promise<readonly string[]> {
  const applied = await appliedMigrations(db);
  refuseNewer(applied, MIGRATIONS, await fileOf(db));
  return Object.keys(MIGRATIONS).filter((name) => !applied.includes(name));
}

/** Oldest first; empty for a new database. */
async function appliedMigrations(db: QueryExecutorProvider): Promise<readonly string[]> {
  const { rows: tables } = await sql`
    select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'
  `.execute(db);
  if (tables.length === 0) return [];
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name
  `.execute(db);
  return rows.map(({ name }) => name);
}

/** Empty for a database in memory. */
async function fileOf(db: Db): Promise<string> {
  const { rows } = await sql<{ file: string }>`
    select file from pragma_database_list where name = 'main'
  `.execute(db);
  return rows[0]?.file ?? '';
}

function refuseNewer(applied: readonly string[], migrations: Migrations, file: string): void {
  const unknown = applied.filter((name) => !(name in migrations));
  if (unknown.length === 0) return;
  throw new VaxelError(
    'DATABASE_NEWER',
    `the database ${file} was made by a newer vaxel (it has ${unknown.join(', ')}): ` +
      'install that version or a later one, or put back the backup made before it',
    { file, unknown: unknown.join(', ') },
  );
}

/**
 * The same migrations, the first of which copies the database before it begins.
 * It runs with the write lock held, so no other program can change the database
 * between the copy and the migration.
 */
function withBackup(migrations: Migrations, file: string): Record<string, Migration> {
  let first = true;
  const guarded = Object.entries(migrations).map(([name, migration]): [string, Migration] => [
    name,
    {
      up: async (db: Kysely<unknown>) => {
        if (first && file !== '' && (await appliedMigrations(db)).length > 0) {
          // As private as the database itself.
          copyDatabase(file, `${file}.before-${name}`, statSync(file).mode & 0o777);
        }
        first = false;
        await migration.up(db);
      },
    },
  ]);
  return Object.fromEntries(guarded);
}
