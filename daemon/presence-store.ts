import type { Db } from '../common/db/open.ts';
import { readRevision } from '../common/db/revision.ts';
import type { Log } from '../common/log.ts';
import { loadPresence } from './presence/load-presence.ts';
import type { Presence } from './routing/presence.ts';

/** The newest of what people have set for now, whoever wrote it. */
export interface PresenceStore {
  /** The last picture that was read whole: no call waits for a database. */
  current(): Presence;
  /**
   * Looks whether anything was set, and reads what is new: what was committed
   * before this was asked is in it. While the database cannot be read, the last
   * picture goes on serving calls.
   */
  renew(): Promise<Presence>;
}

/** @throws {VaxelError} where the first picture cannot be read. */
export async function openPresence(db: Db, log: Log): Promise<PresenceStore> {
  let loaded = await loadPresence(db);
  let looking: Promise<unknown> = Promise.resolve();
  let failing = false;

  async function look(): Promise<Presence> {
    try {
      const revision = await readRevision(db, 'presence');
      if (revision !== loaded.presence.revision) loaded = await loadPresence(db, loaded);
      failing = false;
    } catch (err) {
      if (!failing) log.error({ err }, 'statuses cannot be read: calls go on from memory');
      failing = true;
    }
    return loaded.presence;
  }

  return {
    current: () => loaded.presence,
    renew: () => {
      // One after the other: a look under way may have begun before the commit this one is asked for.
      const mine = looking.then(look);
      looking = mine;
      return mine;
    },
  };
}
