import { timingSafeEqual } from 'node:crypto';
import type { SecretBox } from '../secret-box.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { inTransaction } from './transaction.ts';
import { readPin } from './users.ts';

/** Wrong PINs in a row before a mailbox stays shut, and for how long (milliseconds). */
export const FAILURES_ALLOWED = 5;
export const LOCKED_MS = 30 * 60_000;

export type PinCheck =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong'; readonly left: number }
  | { readonly kind: 'locked'; readonly until: EpochMs }
  | { readonly kind: 'no-pin' };

/** Judges a PIN and counts it. While locked, the right one does not help either. */
export async function checkPin(
  db: Db,
  box: SecretBox,
  attempt: { readonly userId: string; readonly pin: string },
  now: EpochMs,
): Promise<PinCheck> {
  const { userId } = attempt;
  return inTransaction(db, async (db) => {
    const lock = await db
      .selectFrom('voicemail_lock')
      .select(['failures', 'locked_until'])
      .where('user_id', '=', userId)
      .executeTakeFirst();
    const until = lock?.locked_until ?? undefined;
    if (until !== undefined && until > now) return { kind: 'locked', until: epochMs(until) };

    const pin = await readPin(db, box, userId);
    if (pin === undefined) return { kind: 'no-pin' };
    if (isSame(pin, attempt.pin)) {
      await db.deleteFrom('voicemail_lock').where('user_id', '=', userId).execute();
      return { kind: 'right' };
    }
    const before = until === undefined ? (lock?.failures ?? 0) : 0;
    return noteFailure(db, userId, before + 1, now);
  });
}

async function noteFailure(
  db: Db,
  userId: string,
  failures: number,
  now: EpochMs,
): Promise<PinCheck> {
  const until = failures < FAILURES_ALLOWED ? undefined : epochMs(now + LOCKED_MS);
  const columns = { failures, locked_until: until ?? null };
  await db
    .insertInto('voicemail_lock')
    .values({ user_id: userId, ...columns })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(columns))
    .execute();
  return until === undefined
    ? { kind: 'wrong', left: FAILURES_ALLOWED - failures }
    : { kind: 'locked', until };
}

/** In a time that does not tell how much of it was right. */
function isSame(right: string, given: string): boolean {
  const padded = (text: string) => Buffer.from(text.slice(0, 64).padEnd(64));
  return timingSafeEqual(padded(right), padded(given));
}
