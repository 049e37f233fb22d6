import type { Db } from './open.ts';

/** Grows at every change that routing or registration must see. */
export async function readRevision(db: Db): Promise<number> {
  const row = await db
    .selectFrom('revision')
    .select('value')
    .where('name', '=', 'directory')
    .executeTakeFirstOrThrow();
  return row.value;
}

/** Part of every such change, in its transaction. */
export async function bumpRevision(db: Db): Promise<void> {
  await db
    .updateTable('revision')
    .set((row) => ({ value: row('value', '+', 1) }))
    .where('name', '=', 'directory')
    .execute();
}
