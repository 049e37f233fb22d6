import { newId } from '../id.ts';
import { readName } from '../name.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import type { GreetingTable } from './presence-schema.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';
import type { UserRecord } from './users.ts';

export interface GreetingRecord {
  /** Names its file too. */
  readonly id: string;
  readonly occasion: GreetingTable['occasion'];
  /** Where the occasion is one. */
  readonly activityId: string | undefined;
  readonly label: string;
  /** Undefined: until it is removed. */
  readonly endsAt: EpochMs | undefined;
  readonly createdAt: EpochMs;
}

export interface NewGreeting {
  readonly occasion: GreetingTable['occasion'];
  readonly activityId: string | undefined;
  /** Empty where there is none. */
  readonly label: string;
  readonly endsAt: EpochMs | undefined;
}

export type AddGreeting =
  | { readonly kind: 'added'; readonly greeting: GreetingRecord }
  | { readonly kind: 'refused'; readonly why: 'bad-label' | 'end-has-passed' };

/**
 * Writes it down. @param keep - puts the file in its place, before anybody can
 * see the greeting; where it throws there is no greeting.
 */
export async function addGreeting(
  db: Db,
  user: UserRecord,
  wanted: NewGreeting,
  now: EpochMs,
  keep: (id: string) => Promise<void>,
): Promise<AddGreeting> {
  const label = wanted.label === '' ? '' : readName(wanted.label);
  if (label === undefined) return { kind: 'refused', why: 'bad-label' };
  if (wanted.endsAt !== undefined && wanted.endsAt <= now) {
    return { kind: 'refused', why: 'end-has-passed' };
  }
  const greeting: GreetingRecord = { ...wanted, label, id: newId(), createdAt: now };
  await keep(greeting.id);
  await inTransaction(db, async (db) => {
    await db
      .insertInto('greeting')
      .values({
        id: greeting.id,
        user_id: user.id,
        organisation_id: user.organisationId,
        occasion: greeting.occasion,
        activity_id: greeting.activityId ?? null,
        label,
        ends_at: greeting.endsAt ?? null,
        created_at: now,
      })
      .execute();
    await bumpRevision(db);
  });
  return { kind: 'added', greeting };
}

/** Newest first: of two for one occasion the newer is played. */
export async function listGreetings(db: Db, userId: string): Promise<readonly GreetingRecord[]> {
  const rows = await db
    .selectFrom('greeting')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    occasion: row.occasion,
    activityId: row.activity_id ?? undefined,
    label: row.label,
    endsAt: row.ends_at === null ? undefined : epochMs(row.ends_at),
    createdAt: epochMs(row.created_at),
  }));
}

/** Of everybody; each names its file. */
export async function greetingIds(db: Db): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('greeting').select('id').execute();
  return new Set(rows.map(({ id }) => id));
}

/** @returns whether there was such a greeting; its file is the caller's to remove, after this. */
export async function removeGreeting(db: Db, organisation: string, id: string): Promise<boolean> {
  return inTransaction(db, async (db) => {
    const { numDeletedRows } = await db
      .deleteFrom('greeting')
      .where('organisation_id', '=', organisation)
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows > 0n) await bumpRevision(db);
    return numDeletedRows > 0n;
  });
}
