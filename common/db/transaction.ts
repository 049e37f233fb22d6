import type { Db } from './open.ts';

/** Does all of `work` or none of it, in the caller's transaction where there is one. */
export async function inTransaction<Result>(
  db: Db,
  work: (db: Db) => Promise<Result>,
): Promise<Result> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

/** Reads all of `work` from one moment of the database. Waits for no writer. */
export async function inSnapshot<Result>(
  db: Db,
  work: (db: Db) => Promise<Result>,
): Promise<Result> {
  return db.isTransaction ? work(db) : db.transaction().setAccessMode('read only').execute(work);
}

/** A refusal undoes what was written before it. */
export async function orNothing<Result extends { readonly kind: string }>(
  db: Db,
  work: (db: Db) => Promise<Result>,
): Promise<Result> {
  let refused: Result | undefined;
  try {
    return await inTransaction(db, async (db) => {
      const result = await work(db);
      if (result.kind !== 'refused') return result;
      refused = result;
      throw new Error('rolled back for a refusal');
    });
  } catch (error) {
    if (refused === undefined) throw error;
    return refused;
  }
}
