import type { Db } from '../common/db/open.ts';
import { readRevision } from '../common/db/revision.ts';
import type { Log } from '../common/log.ts';
import { keepPicture, type KeptPicture } from './kept-picture.ts';
import { type LoadedPresence, loadPresence } from './presence/load-presence.ts';
import type { Presence } from './routing/presence.ts';

export type PresenceStore = KeptPicture<Presence>;

/** @throws {VaxelError} where the first picture cannot be read. */
export async function openPresence(db: Db, log: Log): Promise<PresenceStore> {
  const look = async (before: LoadedPresence) =>
    (await readRevision(db, 'presence')) === before.presence.revision
      ? before
      : loadPresence(db, before);
  const loaded = keepPicture(await loadPresence(db), look, 'what people have set', log);
  return {
    current: () => loaded.current().presence,
    renew: async () => (await loaded.renew()).presence,
  };
}
