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
  /** In place of what the same calendar entry said before. */
  readonly entry?: string;
}

export type PlanStatus =
  | { readonly kind: 'planned'; readonly plan: StatusPlanRecord }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'bad-note'
        | 'end-before-start'
        | 'end-passed'
        | 'plan-overlaps-itself'
        | 'too-many-entries';
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
    if (wanted.entry !== undefined) {
      const before = await ofCalendar(db, wanted.userId);
      const same = before.find(({ entry }) => entry === wanted.entry);
      // Calendars are read again and again, and mostly say what they said.
      if (same !== undefined && saysTheSame(same, { ...wanted, note })) {
        return { kind: 'planned', plan: same };
      }
      if (
        same === undefined &&
        before.filter(({ endsAt }) => endsAt > now).length >= MOST_ENTRIES
      ) {
        return { kind: 'refused', why: 'too-many-entries' };
      }
      if (same !== undefined)
        await db.deleteFrom('status_plan').where('id', '=', same.id).execute();
    }
    await bumpRevision(db, 'presence');
    const row = {
      id: newId(),
      user_id: wanted.userId,
      organisation_id: wanted.organisationId,
      activity_id: wanted.activityId,
      note,
      starts_at: startsAt,
      ends_at: endsAt,
      repeats,
      repeats_until: repeatsUntil ?? null,
      created_at: now,
      revision: await readRevision(db, 'presence'),
      entry: wanted.entry ?? null,
    };
    await db.insertInto('status_plan').values(row).execute();
    return { kind: 'planned', plan: planOf(row) };
  });
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

/** @returns what it was, or undefined where the organisation has none with that id. */
export async function removeStatusPlan(
  db: Db,
  organisationId: string,
  id: string,
): Promise<StatusPlanRecord | undefined> {
  return inTransaction(db, async (db) => {
    const row = await db
      .deleteFrom('status_plan')
      .where('id', '=', id)
      .where('organisation_id', '=', organisationId)
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) await bumpRevision(db, 'presence');
    return row && planOf(row);
  });
}

/** @returns what it was, or undefined where no such entry of the person's calendar is known. */
export async function removeCalendarEntry(
  db: Db,
  userId: string,
  entry: string,
): Promise<StatusPlanRecord | undefined> {
  return inTransaction(db, async (db) => {
    const row = await db
      .deleteFrom('status_plan')
      .where('user_id', '=', userId)
      .where('entry', '=', entry)
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) await bumpRevision(db, 'presence');
    return row && planOf(row);
  });
}

const ofCalendar = async (db: Db, userId: string): Promise<readonly StatusPlanRecord[]> =>
  (await listStatusPlans(db, userId)).filter(({ entry }) => entry !== undefined);

const saysTheSame = (plan: StatusPlanRecord, wanted: NewStatusPlan): boolean =>
  plan.activityId === wanted.activityId &&
  plan.note === wanted.note &&
  plan.startsAt === wanted.startsAt &&
  plan.endsAt === wanted.endsAt;

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

/** Of one person's calendar: every decision about the person looks through them. */
const MOST_ENTRIES = 200;

/** One that repeats is over before it begins again. */
const LONGEST_MS: Readonly<Record<StatusPlanTable['repeats'], number>> = {
  never: Infinity,
  daily: DAY_MS,
  weekly: 7 * DAY_MS,
  workdays: DAY_MS,
};
