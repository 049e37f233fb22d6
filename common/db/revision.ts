import { compiledOnce } from './compiled-once.ts';
import type { Db } from './open.ts';

export type RevisionName = 'directory' | 'phones' | 'presence' | 'contacts';

/** Grows at every change that whoever keeps a picture of it must see. */
export async function readRevision(db: Db, name: RevisionName = 'directory'): Promise<number> {
  const row = await db
    .selectFrom('revision')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return row.value;
}

/** What a phone's files show is in one of these. */
export const PHONES_REVISIONS = ['directory', 'phones'] as const satisfies readonly RevisionName[];

/** Grows at every change that some phone's files may show. */
export async function readPhonesRevision(db: Db): Promise<number> {
  const rows = await selectRevisions(db, {});
  return rows.reduce((sum, { value }) => sum + value, 0);
}

const selectRevisions = compiledOnce((db) =>
  db.selectFrom('revision').select('value').where('name', 'in', PHONES_REVISIONS),
);

/** Part of every such change, in its transaction. */
export async function bumpRevision(db: Db, name: RevisionName = 'directory'): Promise<void> {
  await db
    .updateTable('revision')
    .set((row) => ({ value: row('value', '+', 1) }))
    .where('name', '=', name)
    .execute();
}
