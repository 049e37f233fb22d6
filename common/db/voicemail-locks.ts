import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { inTransaction } from './transaction.ts';

/** Wrong PINs in a row before a mailbox stays shut, and for how long (milliseconds). */
export const FAILURES_ALLOWED = 5;
export const LOCKED_MS = 30 * 60_000;

/** Until when mailboxes are shut, by user id; of those that have ever been. */
export async function listLocks(db: Db): Promise<readonly (readonly [string, EpochMs])[]> {
  const rows = await db.selectFrom('voicemail_lock').select(['user_id', 'locked_until']).execute();
  return rows.flatMap((row) =>
    row.locked_until === null ? [] : [[row.user_id, epochMs(row.locked_until)] as const],
  );
}

/**
 * Counts one attempt with a PIN, whoever judged it. A right one forgets the
 * wrong ones before it.
 *
 * @returns until when the mailbox is shut; undefined where it is not.
 */
export async function noteLogin(
  db: Db,
  userId: string,
  success: boolean,
  now: EpochMs,
): Promise<EpochMs | undefined> {
  return inTransaction(db, async (db) => {
    if (success) {
      await db.deleteFrom('voicemail_lock').where('user_id', '=', userId).execute();
      return undefined;
    }
    const before = await db
      .selectFrom('voicemail_lock')
      .select(['failures', 'locked_until'])
      .where('user_id', '=', userId)
      .executeTakeFirst();
    const stillShut = before?.locked_until !== null && (before?.locked_until ?? 0) > now;
    if (stillShut) return epochMs(before?.locked_until ?? now);

    const failures = before?.locked_until === null ? before.failures + 1 : 1;
    const until = failures < FAILURES_ALLOWED ? undefined : epochMs(now + LOCKED_MS);
    const columns = { failures, locked_until: until ?? null };
    await db
      .insertInto('voicemail_lock')
      .values({ user_id: userId, ...columns })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet(columns))
      .execute();
    return until;
  });
}
