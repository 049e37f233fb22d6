import { VaxelError } from '../errors.ts';
import type { Db } from './open.ts';
import { readRevision } from './revision.ts';

/** Why the database cannot be read now, in words; empty where it can. */
export async function whyNoDatabase(db: Db): Promise<readonly string[]> {
  try {
    await readRevision(db);
    return [];
  } catch (error) {
    if (!(error instanceof VaxelError)) throw error;
    return [`the database does not answer: ${error.code}`];
  }
}
