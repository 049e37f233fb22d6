import { NO_CONTACTS } from '../../daemon/routing/contacts.ts';
import type { Directory } from '../../daemon/routing/directory.ts';
import { NOBODY_AWAY } from '../../daemon/routing/presence.ts';
import type { World } from '../../daemon/routing/world.ts';

/** A directory in which nobody is away, knows anybody or is on the phone. */
export const worldOf = (directory: Directory, more: Partial<World> = {}): World => ({
  directory,
  presence: NOBODY_AWAY,
  contacts: NO_CONTACTS,
  locks: new Map(),
  calls: new Map(),
  spent: new Map(),
  ...more,
});
