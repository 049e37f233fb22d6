import type { Db } from '../common/db/open.ts';
import { readRevision } from '../common/db/revision.ts';
import type { Log } from '../common/log.ts';
import { loadDirectory } from './directory.ts';
import type { Directory } from './routing/directory.ts';

/** The newest picture of the database, whoever wrote to it. */
export interface DirectoryStore {
  /** The last one that was read whole: no call waits for a database. */
  current(): Directory;
  /**
   * Looks whether the database has moved, and reads it anew where it has: what was
   * committed before this was asked is in it. While the database cannot be read, the
   * last picture goes on serving calls.
   */
  renew(): Promise<Directory>;
}

/** @throws {VaxelError} where the first picture cannot be read. */
export async function openDirectory(db: Db, log: Log): Promise<DirectoryStore> {
  let directory = await loadDirectory(db);
  let looking: Promise<unknown> = Promise.resolve();
  let failing = false;

  async function look(): Promise<Directory> {
    try {
      if ((await readRevision(db)) !== directory.revision) directory = await loadDirectory(db);
      if (failing) log.info({}, 'the database can be read again');
      failing = false;
    } catch (err) {
      if (!failing) log.error({ err }, 'the database cannot be read: calls go on from memory');
      failing = true;
    }
    return directory;
  }

  return {
    current: () => directory,
    renew: () => {
      // One after the other: a look under way may have begun before the commit this one is asked for.
      const mine = looking.then(look);
      looking = mine;
      return mine;
    },
  };
}
