import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyDatabase } from '../common/db/copy-database.ts';
import { pendingMigrations } from '../common/db/migrate.ts';
import { openDb } from '../common/db/open.ts';
import { readWorld } from '../daemon/read-world.ts';
import type { World } from '../daemon/routing/world.ts';
import { DATABASE } from './backup/kept.ts';
import { readBackup } from './backup/read-backup.ts';
import { unpackMember } from './backup/unpack.ts';
import { type Refused, refused } from './command.ts';

/**
 * The world as another configuration has it: a copy of the database, or the one in a
 * backup. It is read from a copy of its own, so that nothing is written beside it.
 *
 * @throws {VaxelError} DATABASE_CORRUPT, DATABASE_NEWER, BACKUP_DAMAGED, BACKUP_NEWER, DISK_FULL, …
 */
export async function readConfiguration(file: string): Promise<World | Refused> {
  const folder = mkdtempSync(join(tmpdir(), 'vaxel-configuration-'));
  try {
    const isDatabase = await beginsAsDatabase(file);
    if (isDatabase === undefined) {
      return refused('unreadable-configuration', `${file} cannot be read`);
    }
    const copy = join(folder, DATABASE);
    if (isDatabase) copyDatabase(file, copy);
    else if (!(await unpackDatabase(file, folder))) {
      return refused(
        'sealed-configuration',
        `${file} is sealed: restore it to a folder, and name its ${DATABASE}`,
      );
    }
    return await readCopy(copy, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readCopy(copy: string, file: string): Promise<World | Refused> {
  const db = openDb(copy);
  try {
    const missing = await pendingMigrations(db);
    if (missing.length === 0) return await readWorld(db);
    return refused(
      'older-configuration',
      `${file} is of an older vaxel, it lacks ${missing.join(', ')}: put it into a folder as ` +
        `${DATABASE}, bring it up to date with VAXEL_STATE=<folder> vaxel org list, and try that`,
    );
  } finally {
    await db.destroy();
  }
}

/** @returns undefined where there is nothing to read. */
async function beginsAsDatabase(file: string): Promise<boolean | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { buffer } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.toString('latin1') === MAGIC;
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

/** @returns false where a passphrase is wanted. */
async function unpackDatabase(file: string, folder: string): Promise<boolean> {
  const result = await readBackup(file, {
    passphrase: async () => undefined,
    take: async (member) => {
      if (member.path === DATABASE) await unpackMember(folder, member, folder);
    },
  });
  return result.kind === 'read';
}

/** What every SQLite database begins with (sqlite.org/fileformat.html §1.3.1). */
const MAGIC = 'SQLite format 3\0';
