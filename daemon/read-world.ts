import type { Db } from '../common/db/open.ts';
import type { EpochMs } from '../common/time.ts';
import { listGuesses } from '../common/db/voicemail-locks.ts';
import { loadContacts } from './contacts-store.ts';
import { loadDirectory } from './directory.ts';
import { loadPresence } from './presence/load-presence.ts';
import type { World } from './routing/world.ts';

/** The world as the database has it at this moment, with nobody on the phone. */
export async function readWorld(db: Db): Promise<World> {
  const guesses = await listGuesses(db);
  const locked = guesses.flatMap(([user, { lockedUntil }]): [string, EpochMs][] =>
    lockedUntil === undefined ? [] : [[user, lockedUntil]],
  );
  return {
    directory: await loadDirectory(db),
    presence: (await loadPresence(db)).presence,
    contacts: await loadContacts(db),
    locks: new Map(locked),
    calls: new Map(),
    spent: new Map(),
  };
}
