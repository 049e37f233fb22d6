import type { EpochMs } from '../../common/time.ts';
import { type DayNumber, daysAfter, weekdayOf } from '../calendar/calendar-date.ts';
import { localTime, momentOf } from '../calendar/local-time.ts';
import {
  nextWorkingDay,
  OFFICE_HOURS,
  spansOn,
  type WorkingHours,
} from '../calendar/working-hours.ts';
import type { PlannedStatus } from './presence.ts';

/** One time that a planned status holds; at `endsAt` it is over. */
export interface Occurrence {
  readonly plan: PlannedStatus;
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
}

/** By whose clock and by whose working days a plan repeats. */
export interface Calendar {
  readonly zone: string;
  readonly hours: WorkingHours | undefined;
}

/** The one that holds at this moment; of several the one that began last. */
export function occurrenceAt(
  plan: PlannedStatus,
  at: EpochMs,
  calendar: Calendar,
): Occurrence | undefined {
  if (at < plan.startsAt) return undefined;
  if (plan.repeats === 'never') return at < plan.endsAt ? first(plan) : undefined;
  const { day } = localTime(at, calendar.zone);
  const { nights } = patternOf(plan, calendar.zone);
  for (let back = 0; back <= nights; back++) {
    const found = occurrenceOn(plan, daysAfter(day, -back), calendar);
    if (found !== undefined && found.startsAt <= at && at < found.endsAt) return found;
  }
  return undefined;
}

/** The first that begins after this moment. */
export function nextOccurrence(
  plan: PlannedStatus,
  after: EpochMs,
  calendar: Calendar,
): Occurrence | undefined {
  if (plan.repeats === 'never') return after < plan.startsAt ? first(plan) : undefined;
  const from = after < plan.startsAt ? plan.startsAt : after;
  let day: DayNumber | undefined = localTime(from, calendar.zone).day;
  for (let tries = 0; tries < TRIES && day !== undefined; tries++) {
    const found = occurrenceOn(plan, day, calendar);
    if (found !== undefined && found.startsAt > after) return found;
    day = following(plan, day, calendar);
  }
  return undefined;
}

/** The one that begins on that local day. None where the clock springs over the whole of it. */
function occurrenceOn(
  plan: PlannedStatus,
  day: DayNumber,
  calendar: Calendar,
): Occurrence | undefined {
  const { zone } = calendar;
  const { start, from, nights, to } = patternOf(plan, zone);
  if (day < start.day || !repeatsOn(plan, day, start.day, calendar)) return undefined;
  if (day === start.day) return first(plan);
  const startsAt = momentOf(day, from, zone);
  const endsAt = momentOf(daysAfter(day, nights), to, zone);
  const { repeatsUntil } = plan;
  if (endsAt <= startsAt || (repeatsUntil !== undefined && startsAt >= repeatsUntil))
    return undefined;
  return { plan, startsAt, endsAt };
}

function repeatsOn(
  { repeats }: PlannedStatus,
  day: DayNumber,
  firstDay: DayNumber,
  { hours }: Calendar,
): boolean {
  switch (repeats) {
    case 'never':
      return false;
    case 'daily':
      return true;
    case 'weekly':
      return weekdayOf(day) === weekdayOf(firstDay);
    case 'workdays':
      return spansOn(hours ?? OFFICE_HOURS, day).length > 0;
  }
}

/** The next day on which it may begin. */
function following(
  plan: PlannedStatus,
  day: DayNumber,
  { hours }: Calendar,
): DayNumber | undefined {
  switch (plan.repeats) {
    case 'never':
      return undefined;
    case 'daily':
    case 'weekly':
      return daysAfter(day, 1);
    case 'workdays':
      return nextWorkingDay(hours ?? OFFICE_HOURS, day);
  }
}

/** As the clock showed it the first time: the others are at the same time, however the clock was put in between. */
function patternOf({ startsAt, endsAt }: PlannedStatus, zone: string) {
  const start = localTime(startsAt, zone);
  const end = localTime(endsAt, zone);
  return { start, from: start.minute, nights: end.day - start.day, to: end.minute };
}

const first = (plan: PlannedStatus): Occurrence => ({
  plan,
  startsAt: plan.startsAt,
  endsAt: plan.endsAt,
});

/** Days; two weeks, since the clock may spring over the one of a week. */
const TRIES = 15;
