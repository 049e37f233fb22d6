import type { EpochMs } from '../../common/time.ts';
import type { Contacts } from './contacts.ts';
import type { Directory } from './directory.ts';
import type { Presence } from './presence.ts';

/** All that a decision may know, as one moment's picture. */
export interface World {
  readonly directory: Directory;
  readonly presence: Presence;
  readonly contacts: Contacts;
  readonly locks: MailboxLocks;
  /** How many calls each person is in now, over all devices, by user id. */
  readonly calls: ReadonlyMap<string, number>;
}

/** Until when each mailbox that was guessed at is closed to those who give a PIN; by user id. */
export type MailboxLocks = ReadonlyMap<string, EpochMs>;
