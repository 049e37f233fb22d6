import type { Db } from '../common/db/open.ts';
import { type Guesses, listGuesses, saveGuesses } from '../common/db/voicemail-locks.ts';
import type { Log } from '../common/log.ts';
import { noteSecurity } from '../common/security.ts';
import { readExtension } from '../common/phone-number.ts';
import type { EpochMs } from '../common/time.ts';
import type { LegId, MailboxEvent } from './call/event.ts';
import type { Directory } from './routing/directory.ts';
import type { MailboxLocks } from './routing/world.ts';
import { afterPin, isShut } from './guesses.ts';

export type MailboxLogin = Extract<MailboxEvent, { kind: 'mailbox-login' }>;

/** Counts wrong PINs, as mod_voicemail reports them, and keeps shut what was guessed at. */
export interface MailboxGuard {
  current(): MailboxLocks;
  /** Reads anew where the database has changed: a new PIN ends a lock-out. Never rejects. */
  refresh(revision: number): Promise<void>;
  note(login: MailboxLogin, directory: Directory): void;
}

export interface MailboxGuardDeps {
  readonly db: Db;
  readonly log: Log;
  /** Ends the asking in a call, whose mailbox is shut. */
  readonly turnAway: (leg: LegId) => void;
}

/** @throws {VaxelError} where the locks of before cannot be read. */
export async function openMailboxLocks(deps: MailboxGuardDeps): Promise<MailboxGuard> {
  const { db, log, turnAway } = deps;
  const guesses = new Map<string, Guesses>(await listGuesses(db));
  const locks = new Map<string, EpochMs>(locksOf(guesses));
  let read: number | undefined;

  async function refresh(revision: number): Promise<void> {
    if (read === revision) return;
    read = revision;
    try {
      const newest = await listGuesses(db);
      guesses.clear();
      locks.clear();
      for (const [user, kept] of newest) guesses.set(user, kept);
      for (const [user, until] of locksOf(guesses)) locks.set(user, until);
    } catch (err) {
      // What is known goes on to hold: a mailbox is rather shut too long.
      log.warn({ err }, 'the locks of mailboxes could not be read anew');
    }
  }

  /** Counted in memory, so that a database that fails opens no mailbox. */
  function count(userId: string, { success, at, user, domain }: MailboxLogin): Guesses | undefined {
    const before = guesses.get(userId);
    const after = afterPin(before, success, at);
    if (after === before) return before;
    if (after === undefined) guesses.delete(userId);
    else guesses.set(userId, after);
    if (after?.lockedUntil === undefined) locks.delete(userId);
    else {
      locks.set(userId, after.lockedUntil);
      const owner = { user: `${user}@${domain}` };
      noteSecurity(log, 'mailbox-locked', owner, 'mailbox locked after wrong PINs');
    }
    saveGuesses(db, userId, after).catch((err: unknown) => {
      log.error({ err }, 'a wrong PIN could not be written down');
    });
    return after;
  }

  return {
    current: () => locks,
    refresh,
    note(login, directory) {
      const extension = readExtension(login.user);
      const owner = extension && directory.organisations.get(login.domain)?.users.get(extension);
      // At his own device the owner is asked for none, and may come and go while others guess.
      if (owner === undefined || login.waived) return;
      if (!login.success) {
        const facts = { leg: login.leg, user: `${login.user}@${login.domain}` };
        noteSecurity(log, 'mailbox-pin', facts, 'wrong PIN');
      }
      const kept = count(owner.id, login);
      if (kept !== undefined && isShut(kept, login.at)) turnAway(login.leg);
    },
  };
}

const locksOf = (guesses: ReadonlyMap<string, Guesses>): readonly (readonly [string, EpochMs])[] =>
  [...guesses].flatMap(([user, { lockedUntil }]) =>
    lockedUntil === undefined ? [] : [[user, lockedUntil] as const],
  );
