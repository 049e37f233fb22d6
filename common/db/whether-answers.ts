import { existsSync } from 'node:fs';
import { VaxelError } from '../errors.ts';
import { openDb } from './open.ts';
import { readRevision } from './revision.ts';

/**
 * Why the database cannot be read now, in words; empty where it can. It is opened
 * anew: a connection that stands reads from memory what the disk has lost.
 */
export async function whyNoDatabase(file: string): Promise<readonly string[]> {
  if (!existsSync(file)) return ['the database is gone'];
  try {
    const db = openDb(file, BUSY_MS);
    try {
      await readRevision(db);
      return [];
    } finally {
      await db.destroy();
    }
  } catch (error) {
    if (!(error instanceof VaxelError)) throw error;
    return [`the database does not answer: ${error.code}`];
  }
}

/** Milliseconds that a writer may keep us, and the event loop, waiting. */
const BUSY_MS = 100;
