import type { EpochMs } from '../../common/time.ts';
import type { LegId } from '../call/event.ts';
import type { Contacts } from './contacts.ts';
import type { Directory } from './directory.ts';
import type { Presence } from './presence.ts';
import type { Spent } from './spent.ts';

/** All that a decision may know, as one moment's picture. */
export interface World {
  readonly directory: Directory;
  readonly presence: Presence;
  readonly contacts: Contacts;
  readonly locks: MailboxLocks;
  /** What each person's telephone does, by user id; who is not there has no call. */
  readonly calls: ReadonlyMap<string, CallsNow>;
  /** Calls to the public network, by the id of the person and of the organisation; who is not there has made none. */
  readonly spent: ReadonlyMap<string, Spent>;
}

/** One person's calls at this moment, over all devices. */
export interface CallsNow {
  /** How many the person is in; one that rings is none yet. */
  readonly busy: number;
  /** The call that has rung at the person for the longest: the caller's leg, and the person's own. */
  readonly ringing?: { readonly caller: LegId; readonly legs: readonly LegId[] };
}

/** Until when each mailbox that was guessed at is closed to those who give a PIN; by user id. */
export type MailboxLocks = ReadonlyMap<string, EpochMs>;
