import type { Selectable } from 'kysely';
import { newId } from '../id.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import type { StatusPlanTable } from './presence-schema.ts';
import { bumpRevision, readRevision } from './revision.ts';
import { readNote } from './statuses.ts';
import { inTransaction } from './transaction.ts';

/** A status to come: once, or again and again at the same local time. */
export interface StatusPlanRecord {
  readonly id: string;
  readonly userId: string;
  readonly activityId: string;
  readonly note: string;
  /** Of the first. */
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  readonly repeats: StatusPlanTable['repeats'];
  readonly repeatsUntil: EpochMs | undefined;
  /** What the calendar calls it that says so; undefined: a person has planned it. */
  readonly entry: string | undefined;
}

export interface NewStatusPlan {
  readonly organisationId: string;
  readonly userId: string;
  readonly activityId: string;
  readonly note?: string | undefined;
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  readonly repeats: StatusPlanTable['repeats'];
  readonly repeatsUntil?: EpochMs | undefined;
}

export type PlanStatus =
  | { readonly kind: 'planned'; readonly plan: StatusPlanRecord }
  | {
      readonly kind: 'refused';
      readonly why: 'bad-note' | 'end-before-start' | 'end-passed' | 'plan-overlaps-itself';
    };

export async function addStatusPlan(
  db: Db,
  wanted: NewStatusPlan,
  now: EpochMs,
): Promise<PlanStatus> {
  const { startsAt, endsAt, repeats, repeatsUntil } = wanted;
  const note = readNote(wanted.note ?? '');
  if (note === undefined) return { kind: 'refused', why: 'bad-note' };
  if (endsAt <= startsAt) return { kind: 'refused', why: 'end-before-start' };
  if (endsAt - startsAt > LONGEST_MS[repeats]) {
    return { kind: 'refused', why: 'plan-overlaps-itself' };
  }
  const over = repeats === 'never' ? endsAt : repeatsUntil;
  if (over !== undefined && over <= now) return { kind: 'refused', why: 'end-passed' };
  if (repeatsUntil !== undefined && repeatsUntil <= startsAt) {
    return { kind: 'refused', why: 'end-before-start' };
  }
  return inTransaction(db, async (db) => {
    const plan = await insertPlan(db, { ...wanted, note, entry: undefined }, now);
    return { kind: 'planned', plan };
  });
}

/** Writes down what was found to be right, within a transaction. */
export async function insertPlan(
  db: Db,
  wanted: NewStatusPlan & Pick<StatusPlanRecord, 'note' | 'entry'>,
  now: EpochMs,
): Promise<StatusPlanRecord> {
  await bumpRevision(db, 'presence');
  const row = {
    id: newId(),
    user_id: wanted.userId,
    organisation_id: wanted.organisationId,
    activity_id: wanted.activityId,
    note: wanted.note,
    starts_at: wanted.startsAt,
    ends_at: wanted.endsAt,
    repeats: wanted.repeats,
    repeats_until: wanted.repeatsUntil ?? null,
    created_at: now,
    revision: await readRevision(db, 'presence'),
    entry: wanted.entry ?? null,
  };
  await db.insertInto('status_plan').values(row).execute();
  return planOf(row);
}

/** A person's, or everybody's; the one that begins first, first. */
export async function listStatusPlans(
  db: Db,
  userId?: string,
): Promise<readonly StatusPlanRecord[]> {
  const rows = await db
    .selectFrom('status_plan')
    .selectAll()
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .orderBy('starts_at')
    .orderBy('id')
    .execute();
  return rows.map(planOf);
}

/** By its id, which is looked for in one organisation; or what a person's calendar calls it. */
export type WhichPlan =
  | { readonly organisation_id: string; readonly id: string }
  | { readonly user_id: string; readonly entry: string };

/** @returns what it was, or undefined where there is none. */
export async function removeStatusPlan(
  db: Db,
  which: WhichPlan,
): Promise<StatusPlanRecord | undefined> {
  return inTransaction(db, async (db) => {
    const row = await db
      .deleteFrom('status_plan')
      .where((where) => where.and(which))
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) await bumpRevision(db, 'presence');
    return row && planOf(row);
  });
}

function planOf(row: Selectable<StatusPlanTable>): StatusPlanRecord {
  return {
    id: row.id,
    userId: row.user_id,
    activityId: row.activity_id,
    note: row.note,
    startsAt: epochMs(row.starts_at),
    endsAt: epochMs(row.ends_at),
    repeats: row.repeats,
    repeatsUntil: row.repeats_until === null ? undefined : epochMs(row.repeats_until),
    entry: row.entry ?? undefined,
  };
}

const DAY_MS = 86_400_000;

/** One that repeats is over before it begins again. */
const LONGEST_MS: Readonly<Record<StatusPlanTable['repeats'], number>> = {
  never: Infinity,
  daily: DAY_MS,
  weekly: 7 * DAY_MS,
  workdays: DAY_MS,
};
