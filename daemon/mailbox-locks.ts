import type { Db } from '../common/db/open.ts';
import { listLocks, noteLogin } from '../common/db/voicemail-locks.ts';
import type { Log } from '../common/log.ts';
import { readExtension } from '../common/phone-number.ts';
import type { Clock, EpochMs } from '../common/time.ts';
import type { Mailbox } from './call/event.ts';
import type { Directory } from './routing/directory.ts';
import type { MailboxLocks } from './routing/route.ts';

/** Counts wrong PINs, as mod_voicemail reports them, and keeps shut what was guessed at. */
export interface MailboxGuard {
  current(): MailboxLocks;
  /** Reads anew where the database has changed: a new PIN ends a lock-out. Never rejects. */
  refresh(revision: number): Promise<void>;
  note(login: Mailbox & { readonly success: boolean }, directory: Directory): void;
}

/** @throws {VaxelError} where the locks of before cannot be read. */
export async function openMailboxLocks(db: Db, log: Log, clock: Clock): Promise<MailboxGuard> {
  const locks = new Map<string, EpochMs>(await listLocks(db));
  let read: number | undefined;

  async function refresh(revision: number): Promise<void> {
    if (read === revision) return;
    read = revision;
    try {
      const newest = await listLocks(db);
      locks.clear();
      for (const [user, until] of newest) locks.set(user, until);
    } catch (err) {
      // What is known goes on to hold: a mailbox is rather shut too long.
      log.warn({ err }, 'the locks of mailboxes could not be read anew');
    }
  }

  async function note(
    { user, domain, success }: Mailbox & { readonly success: boolean },
    directory: Directory,
  ): Promise<void> {
    const extension = readExtension(user);
    const owner = extension && directory.organisations.get(domain)?.users.get(extension);
    if (owner === undefined) return;
    const lockedUntil = await noteLogin(db, owner.id, success, clock());
    if (lockedUntil === undefined) {
      locks.delete(owner.id);
      return;
    }
    locks.set(owner.id, lockedUntil);
    log.warn({ user: `${user}@${domain}` }, 'mailbox locked after wrong PINs');
  }

  return {
    current: () => locks,
    refresh,
    note: (login, directory) => {
      note(login, directory).catch((err: unknown) => {
        log.error({ err }, 'a wrong PIN could not be counted');
      });
    },
  };
}
