import type { Selectable } from 'kysely';
import type { Extension } from '../phone-number.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import type { Source, StatusLogTable, StatusTable } from './presence-schema.ts';
import { bumpRevision, readRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

/** What was set for a person last; whether it still holds is a question of the time. */
export interface StatusRecord {
  readonly userId: string;
  readonly activityId: string;
  readonly note: string;
  readonly startedAt: EpochMs;
  /** Undefined: until somebody changes it. */
  readonly endsAt: EpochMs | undefined;
  readonly source: Source;
  /** The colleague who set it. */
  readonly setBy: Extension | undefined;
  readonly version: number;
}

/** One line of the log, with the activity's name of then. */
export interface LoggedStatus extends StatusRecord {
  readonly activityName: string;
}

export interface WhoseStatus {
  readonly organisationId: string;
  readonly userId: string;
  readonly source: Source;
  readonly setBy?: Extension | undefined;
  /** The one it was decided upon: another that was set meanwhile is not written over. */
  readonly version?: number | undefined;
}

export interface NewStatus extends WhoseStatus {
  readonly activityId: string;
  readonly note?: string | undefined;
  readonly endsAt: EpochMs | undefined;
}

export type SetStatus =
  | { readonly kind: 'set'; readonly status: StatusRecord }
  | {
      readonly kind: 'refused';
      readonly why: 'unknown-user' | 'unknown-activity' | 'bad-note' | 'end-passed';
    }
  | {
      readonly kind: 'refused';
      readonly why: 'set-meanwhile';
      readonly status: StatusRecord | undefined;
    };

/**
 * Sets what a person is doing, and writes it into the log. Of two who set it at
 * once the later holds, whoever it is, and the log has both.
 */
export async function setStatus(db: Db, wanted: NewStatus, now: EpochMs): Promise<SetStatus> {
  const { organisationId, userId, endsAt } = wanted;
  const note = readNote(wanted.note ?? '');
  if (note === undefined) return { kind: 'refused', why: 'bad-note' };
  if (endsAt !== undefined && endsAt <= now) return { kind: 'refused', why: 'end-passed' };

  return inTransaction(db, async (db) => {
    const activity = await choosable(db, wanted);
    if (activity === undefined) return { kind: 'refused', why: 'unknown-activity' };
    if (!(await isIn(db, organisationId, userId))) return { kind: 'refused', why: 'unknown-user' };
    const before = await findStatus(db, userId);
    if (wanted.version !== undefined && wanted.version !== (before?.version ?? 0)) {
      return { kind: 'refused', why: 'set-meanwhile', status: before };
    }
    await bumpRevision(db, 'presence');
    const logged = {
      organisation_id: organisationId,
      activity_id: wanted.activityId,
      note,
      started_at: now,
      ends_at: endsAt ?? null,
      source: wanted.source,
      set_by: wanted.setBy ?? null,
      version: (before?.version ?? 0) + 1,
    };
    const row = { ...logged, revision: await readRevision(db, 'presence') };
    await db
      .insertInto('status')
      .values({ user_id: userId, ...row })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet(row))
      .execute();
    await db
      .insertInto('status_log')
      .values({ user_id: userId, activity_name: activity.name, ...logged })
      .execute();
    return { kind: 'set', status: statusOf({ user_id: userId, ...row }) };
  });
}

/** Makes a person available: what was planned for now gives way, what is to come does not. */
export async function clearStatus(db: Db, whose: WhoseStatus, now: EpochMs): Promise<SetStatus> {
  const available = await db
    .selectFrom('activity')
    .select('id')
    .where('organisation_id', '=', whose.organisationId)
    .where('key', '=', 'available')
    .executeTakeFirst();
  if (available === undefined) return { kind: 'refused', why: 'unknown-activity' };
  return setStatus(db, { ...whose, activityId: available.id, endsAt: undefined }, now);
}

export async function findStatus(db: Db, userId: string): Promise<StatusRecord | undefined> {
  const row = await db
    .selectFrom('status')
    .selectAll()
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row && statusOf(row);
}

/** Those that were written after this revision of `presence`. */
export async function statusesAfter(db: Db, revision: number): Promise<readonly StatusRecord[]> {
  const rows = await db.selectFrom('status').selectAll().where('revision', '>', revision).execute();
  return rows.map(statusOf);
}

/** The newest first. */
export async function listStatusLog(
  db: Db,
  userId: string,
  limit: number,
): Promise<readonly LoggedStatus[]> {
  const rows = await db
    .selectFrom('status_log')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...statusOf(row), activityName: row.activity_name }));
}

/** Up to 280 characters on one line, or undefined. Emoji are fine. */
export function readNote(text: string): string | undefined {
  const note = text.trim().normalize('NFC');
  return [...note].length > 280 || FORBIDDEN.test(note) ? undefined : note;
}

/** With its name in the organisation's language; undefined where it is removed, or somebody else's. */
async function choosable(
  db: Db,
  { organisationId, userId, activityId }: NewStatus,
): Promise<{ readonly name: string } | undefined> {
  const row = await db
    .selectFrom('activity')
    .innerJoin('organisation', 'organisation.id', 'activity.organisation_id')
    .select(['activity.user_id', 'name_sv', 'name_en', 'language'])
    .where('activity.id', '=', activityId)
    .where('organisation.id', '=', organisationId)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined || (row.user_id !== null && row.user_id !== userId)) return undefined;
  return { name: row.language === 'sv' ? row.name_sv : row.name_en };
}

async function isIn(db: Db, organisationId: string, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('user')
    .select('id')
    .where('id', '=', userId)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  return row !== undefined;
}

type Row = Omit<Selectable<StatusTable>, 'organisation_id' | 'revision'> &
  Partial<Selectable<StatusLogTable>>;

function statusOf(row: Row): StatusRecord {
  return {
    userId: row.user_id,
    activityId: row.activity_id,
    note: row.note,
    startedAt: epochMs(row.started_at),
    endsAt: row.ends_at === null ? undefined : epochMs(row.ends_at),
    source: row.source,
    setBy: row.set_by === null ? undefined : (row.set_by as Extension),
    version: row.version,
  };
}

/** What a line of text on a display does not hold: control characters, and marks that turn its direction around. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
