import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';

/** What wrong PINs have come to in one mailbox. */
export interface Guesses {
  /** In a row. */
  readonly failures: number;
  /** Until when nobody gets in by a PIN; undefined: not shut. */
  readonly lockedUntil: EpochMs | undefined;
}

/** Of mailboxes that were guessed at, by user id. */
export async function listGuesses(db: Db): Promise<readonly (readonly [string, Guesses])[]> {
  const rows = await db
    .selectFrom('voicemail_lock')
    .select(['user_id', 'failures', 'locked_until'])
    .execute();
  return rows.map(({ user_id, failures, locked_until }) => [
    user_id,
    { failures, lockedUntil: locked_until === null ? undefined : epochMs(locked_until) },
  ]);
}

/** @param guesses - undefined forgets them. A user who is gone has none. */
export async function saveGuesses(
  db: Db,
  userId: string,
  guesses: Guesses | undefined,
): Promise<void> {
  if (guesses === undefined) {
    await db.deleteFrom('voicemail_lock').where('user_id', '=', userId).execute();
    return;
  }
  const columns = { failures: guesses.failures, locked_until: guesses.lockedUntil ?? null };
  await db
    .insertInto('voicemail_lock')
    .values({ user_id: userId, ...columns })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(columns))
    .execute();
}
