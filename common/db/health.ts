import { sql } from 'kysely';
import type { Db } from './open.ts';

/**
 * Reads the whole file for damage, without comparing indices to their tables
 * (sqlite.org/pragma.html#pragma_quick_check).
 *
 * @returns what is wrong; empty where nothing is.
 */
export async function quickCheck(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(5)`.execute(db);
  return rows.map((row) => row.quick_check).filter((line) => line !== 'ok');
}

/**
 * Rows that name another which is not there
 * (sqlite.org/pragma.html#pragma_foreign_key_check).
 *
 * @returns by table; empty where there are none.
 */
export async function lostReferences(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{
    table: string;
    parent: string;
  }>`pragma foreign_key_check`.execute(db);
  const found = new Set(rows.map(({ table, parent }) => `${table} names a ${parent} that is gone`));
  return [...found];
}
