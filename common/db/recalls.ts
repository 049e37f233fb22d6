import { newId } from '../id.ts';
import type { E164, Extension } from '../phone-number.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';

/** A caller who asked to be called when a person is back. */
export interface RecallRecord extends NewRecall {
  readonly id: string;
  /** From when on nobody expects the call any longer. */
  readonly endsAt: EpochMs;
  /** How often the person was called for it, and did not answer. */
  readonly tries: number;
  readonly notBefore: EpochMs;
}

export interface NewRecall {
  readonly organisationId: string;
  /** Whom they called. */
  readonly userId: string;
  /** An extension where it is a colleague without a number of their own. */
  readonly caller: E164 | Extension;
  /** Empty where nobody knows it. */
  readonly callerName: string;
}

/** How long somebody waits to be called, in milliseconds: three days, a weekend and some. */
export const RECALL_FOR_MS = 3 * 86_400_000;

/** Who asks again is called once, and waits from now. */
export async function addRecall(db: Db, wanted: NewRecall, now: EpochMs): Promise<RecallRecord> {
  const endsAt = epochMs(now + RECALL_FOR_MS);
  const fresh = {
    caller_name: wanted.callerName,
    created_at: now,
    ends_at: endsAt,
    tries: 0,
    not_before: now,
  };
  const { id } = await db
    .insertInto('recall')
    .values({
      id: newId(),
      organisation_id: wanted.organisationId,
      user_id: wanted.userId,
      caller: wanted.caller,
      ...fresh,
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'caller']).doUpdateSet(fresh))
    .returning('id')
    .executeTakeFirstOrThrow();
  return { ...wanted, id, endsAt, tries: 0, notBefore: now };
}

/** Who waits, the longest first. */
export async function listRecalls(db: Db, now: EpochMs): Promise<readonly RecallRecord[]> {
  const rows = await db
    .selectFrom('recall')
    .selectAll()
    .where('ends_at', '>', now)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    organisationId: row.organisation_id,
    userId: row.user_id,
    caller: row.caller as E164 | Extension,
    callerName: row.caller_name,
    endsAt: epochMs(row.ends_at),
    tries: row.tries,
    notBefore: epochMs(row.not_before),
  }));
}

/**
 * Takes one try of a recall. Of two daemons that would make the call one gets
 * it, and one that dies in the middle leaves it for the next try.
 */
export async function claimRecall(
  db: Db,
  { id, tries }: RecallRecord,
  notBefore: EpochMs,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('recall')
    .set({ tries: tries + 1, not_before: notBefore })
    .where('id', '=', id)
    .where('tries', '=', tries)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function removeRecall(db: Db, id: string): Promise<void> {
  await db.deleteFrom('recall').where('id', '=', id).execute();
}

/** Those whom nobody will call any longer. @returns how many there were. */
export async function forgetOldRecalls(db: Db, now: EpochMs): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('recall')
    .where('ends_at', '<=', now)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
