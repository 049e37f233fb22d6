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
