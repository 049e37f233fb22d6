import type { Db } from '../common/db/open.ts';
import { readRevision } from '../common/db/revision.ts';
import type { Log } from '../common/log.ts';
import { loadDirectory } from './directory.ts';
import { keepPicture, type KeptPicture } from './kept-picture.ts';
import type { Directory } from './routing/directory.ts';

export type DirectoryStore = KeptPicture<Directory>;

/** @throws {VaxelError} where the first picture cannot be read. */
export async function openDirectory(db: Db, log: Log): Promise<DirectoryStore> {
  const look = async (before: Directory) =>
    (await readRevision(db)) === before.revision ? before : loadDirectory(db);
  return keepPicture(await loadDirectory(db), look, 'the database', log);
}
