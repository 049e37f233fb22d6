import { existsSync } from 'node:fs';
import { type Config, databaseFile } from '../../common/config.ts';
import { lostReferences, quickCheck } from '../../common/db/health.ts';
import { pendingMigrations } from '../../common/db/migrate.ts';
import { type Db, openDb } from '../../common/db/open.ts';
import { keeper } from '../keeper.ts';
import { type Finding, ok, wrong, wrongBecause } from './finding.ts';

/**
 * Is the database there, whole and up to date? Where it is, `further` looks at
 * what it holds. Nothing is made or migrated here.
 */
export async function checkDatabase(
  config: Config,
  further: (db: Db) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const file = databaseFile(config);
  if (!existsSync(file)) {
    return [
      wrong('database', `there is no ${file} yet`, `${keeper.start('vaxel-daemon')} makes it`),
    ];
  }
  try {
    const db = openDb(file);
    try {
      const findings = [await checkWhole(db, file), await checkSchema(db)];
      const sound = findings.every(({ level }) => level === 'ok');
      return [...findings, ...(sound ? await further(db) : [])];
    } finally {
      await db.destroy();
    }
  } catch (error) {
    return [wrongBecause('database', error)];
  }
}

async function checkWhole(db: Db, file: string): Promise<Finding> {
  const complaints = [...(await quickCheck(db)), ...(await lostReferences(db))];
  return complaints.length === 0
    ? ok('database', `${file} is whole`)
    : wrong('database', complaints.join('; '), `see DATABASE_CORRUPT in ${keeper.errors}`);
}

async function checkSchema(db: Db): Promise<Finding> {
  const pending = await pendingMigrations(db);
  return pending.length === 0
    ? ok('schema', 'up to date')
    : wrong('schema', `lacks ${pending.join(', ')}`, 'start vaxel, which brings it up to date');
}
