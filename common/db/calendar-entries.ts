import type { EpochMs } from '../time.ts';
import type { Db } from './open.ts';
import {
  insertPlan,
  listStatusPlans,
  type NewStatusPlan,
  removeStatusPlan,
  type StatusPlanRecord,
} from './status-plans.ts';
import { readNote } from './statuses.ts';
import { inTransaction } from './transaction.ts';

/** What a calendar says of one time, by the calendar's own name for it. */
export interface CalendarEntry extends Omit<NewStatusPlan, 'repeats' | 'repeatsUntil'> {
  readonly entry: string;
}

type EntryRefusal = 'bad-note' | 'end-before-start' | 'too-many-entries';

/**
 * Writes down what an entry says, in place of what it said before. One that is
 * over is forgotten: it may have been moved there from a time to come.
 *
 * @returns why it may not be; undefined where it now stands so.
 */
export async function setCalendarEntry(
  db: Db,
  wanted: CalendarEntry,
  now: EpochMs,
): Promise<EntryRefusal | undefined> {
  const { userId, entry, startsAt, endsAt } = wanted;
  const note = readNote(wanted.note ?? '');
  if (note === undefined) return 'bad-note';
  if (endsAt <= startsAt) return 'end-before-start';
  return inTransaction(db, async (db) => {
    const all = (await listStatusPlans(db, userId)).filter((plan) => plan.entry !== undefined);
    const before = all.find((plan) => plan.entry === entry);
    // Calendars are read again and again, and mostly say what they said.
    if (before !== undefined && saysTheSame(before, { ...wanted, note })) return undefined;
    const isOver = endsAt <= now;
    const others = all.filter((plan) => plan.entry !== entry && plan.endsAt > now);
    if (!isOver && others.length >= MOST_ENTRIES) return 'too-many-entries';
    await removeStatusPlan(db, { user_id: userId, entry });
    if (!isOver) await insertPlan(db, { ...wanted, note, repeats: 'never' }, now);
    return undefined;
  });
}

const saysTheSame = (plan: StatusPlanRecord, wanted: CalendarEntry): boolean =>
  plan.activityId === wanted.activityId &&
  plan.note === wanted.note &&
  plan.startsAt === wanted.startsAt &&
  plan.endsAt === wanted.endsAt;

/** Of one person, not over: every decision about the person looks through them. */
const MOST_ENTRIES = 200;
