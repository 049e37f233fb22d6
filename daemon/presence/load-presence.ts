import { listStatusPlans, type StatusPlanRecord } from '../../common/db/status-plans.ts';
import { statusesAfter, type StatusRecord } from '../../common/db/statuses.ts';
import type { Db } from '../../common/db/open.ts';
import type { ForwardTable } from '../../common/db/presence-schema.ts';
import { readRevision } from '../../common/db/revision.ts';
import { inSnapshot } from '../../common/db/transaction.ts';
import { groupBy } from '../../common/group-by.ts';
import type { E164, Extension } from '../../common/phone-number.ts';
import { epochMs } from '../../common/time.ts';
import type { ActivityId } from '../routing/activity.ts';
import type {
  Destination,
  Forward,
  ForwardReason,
  Forwards,
  PlannedStatus,
  Presence,
  Status,
} from '../routing/presence.ts';

/** What was read, and by what it is known whether a table has moved. */
export interface LoadedPresence {
  readonly presence: Presence;
  readonly forwards: TableMark;
  readonly plans: TableMark;
}

/** Rows that go leave their count, rows that come the newest revision. */
interface TableMark {
  readonly rows: number;
  readonly newest: number;
}

/**
 * Reads what has been set since `before`, from one moment. Of statuses, which
 * change all day, only the rows that are newer; forwards and plans whole, where
 * there is any other.
 *
 * A status goes with its user only, whom nobody asks about any more.
 */
export async function loadPresence(db: Db, before?: LoadedPresence): Promise<LoadedPresence> {
  return inSnapshot(db, async (db) => {
    const revision = await readRevision(db, 'presence');
    // A database that was put back from a copy is another one.
    const known = before !== undefined && before.presence.revision <= revision ? before : undefined;
    const changed = await statusesAfter(db, known?.presence.revision ?? 0);
    const forwards = await markOf(db, 'forward');
    const plans = await markOf(db, 'status_plan');
    return {
      forwards,
      plans,
      presence: Object.freeze({
        revision,
        statuses: withChanged(known?.presence.statuses ?? new Map(), changed),
        forwards:
          known !== undefined && isSame(known.forwards, forwards)
            ? known.presence.forwards
            : await readForwards(db),
        plans:
          known !== undefined && isSame(known.plans, plans)
            ? known.presence.plans
            : await readPlans(db),
      }),
    };
  });
}

async function markOf(db: Db, table: 'forward' | 'status_plan'): Promise<TableMark> {
  const row = await db
    .selectFrom(table)
    .select(({ fn }) => [
      fn.countAll<number>().as('rows'),
      fn.max<number | null>('revision').as('newest'),
    ])
    .executeTakeFirstOrThrow();
  return { rows: row.rows, newest: row.newest ?? 0 };
}

const isSame = (a: TableMark, b: TableMark): boolean => a.rows === b.rows && a.newest === b.newest;

function withChanged(
  statuses: ReadonlyMap<string, Status>,
  changed: readonly StatusRecord[],
): ReadonlyMap<string, Status> {
  if (changed.length === 0) return statuses;
  const all = new Map(statuses);
  for (const record of changed) all.set(record.userId, statusOf(record));
  return all;
}

function statusOf(record: StatusRecord): Status {
  const { note, startedAt, endsAt, source, setBy, version } = record;
  const activity = record.activityId as ActivityId;
  return Object.freeze({ activity, note, startedAt, endsAt, source, setBy, version });
}

async function readPlans(db: Db): Promise<ReadonlyMap<string, readonly PlannedStatus[]>> {
  const records = groupBy(await listStatusPlans(db), ({ userId }) => userId);
  return new Map([...records].map(([userId, plans]) => [userId, plans.map(planOf)]));
}

function planOf(record: StatusPlanRecord): PlannedStatus {
  const { id, note, startsAt, endsAt, repeats, repeatsUntil, entry } = record;
  const activity = record.activityId as ActivityId;
  const source = entry === undefined ? 'schedule' : 'calendar';
  return Object.freeze({ id, activity, note, startsAt, endsAt, repeats, repeatsUntil, source });
}

/** Those that are on. */
async function readForwards(db: Db): Promise<ReadonlyMap<string, Forwards>> {
  const rows = await db
    .selectFrom('forward')
    .select(['user_id', 'reason', 'target_kind', 'target', 'ends_at', 'source', 'set_at'])
    .where('active', '=', 1)
    .execute();
  const forwards = new Map<string, Partial<Record<ForwardReason, Forward>>>();
  for (const row of rows) {
    const to = destinationOf(row);
    if (to === undefined) continue;
    const endsAt = row.ends_at === null ? undefined : epochMs(row.ends_at);
    const forward = Object.freeze({ to, endsAt, source: row.source, setAt: epochMs(row.set_at) });
    forwards.set(row.user_id, { ...forwards.get(row.user_id), [row.reason]: forward });
  }
  return forwards;
}

type ForwardRow = Pick<ForwardTable, 'target_kind' | 'target'>;

function destinationOf({ target_kind: kind, target }: ForwardRow): Destination | undefined {
  if (kind === 'voicemail') return { kind };
  if (target === null) return undefined;
  return kind === 'extension'
    ? { kind, extension: target as Extension }
    : { kind, number: target as E164 };
}
