import type { DefaultLength } from '../../common/activity.ts';
import { type EpochMs, epochMs } from '../../common/time.ts';
import { daysAfter } from './calendar-date.ts';
import { localTime, MINUTE_MS, momentOf, momentsOf } from './local-time.ts';
import { nextWorkingDay, OFFICE_HOURS, spansOn, type WorkingHours } from './working-hours.ts';

/**
 * When an activity that begins now is over, if nobody says until when.
 *
 * Always a whole minute and always ahead; undefined for one that stays until it
 * is changed. Who has no working hours has those of an office where the length
 * speaks of work.
 */
export function defaultEnd(
  length: DefaultLength,
  now: EpochMs,
  zone: string,
  hours: WorkingHours | undefined,
): EpochMs | undefined {
  switch (length.kind) {
    case 'minutes':
      return wholeMinute(epochMs(now + length.minutes * MINUTE_MS), now);
    case 'time':
      return nextTimeOfDay(length.minuteOfDay, now, zone);
    case 'rest-of-day':
      return endOfDay(now, zone, hours ?? OFFICE_HOURS);
    case 'next-working-day':
      return nextMorning(now, zone, hours ?? OFFICE_HOURS);
    case 'open-ended':
      return undefined;
  }
}

/** The next moment at which the clock shows this; tomorrow's where today's has been. */
export function nextTimeOfDay(minute: number, now: EpochMs, zone: string): EpochMs {
  const { day } = localTime(now, zone);
  const today = momentsOf(day, minute, zone).find((moment) => moment > now);
  return today ?? momentOf(daysAfter(day, 1), minute, zone);
}

/** The whole minute nearest to it that is still ahead: an hour from 12:00:20 is over at 13:00. */
export function wholeMinute(moment: EpochMs, now: EpochMs): EpochMs {
  const nearest = Math.round(moment / MINUTE_MS) * MINUTE_MS;
  return epochMs(nearest > now ? nearest : nearest + MINUTE_MS);
}

/** The end of today's work, or midnight once it is over. */
function endOfDay(now: EpochMs, zone: string, hours: WorkingHours): EpochMs {
  const { day } = localTime(now, zone);
  const end = spansOn(hours, day).at(-1)?.[1] ?? 0;
  const ofWork = momentOf(day, end, zone);
  return ofWork > now ? ofWork : momentOf(day, 1440, zone);
}

/**
 * The start of another day's work: who says at seven in the morning that he
 * travels is not back at eight. In the small hours it is still the evening
 * before.
 */
function nextMorning(now: EpochMs, zone: string, hours: WorkingHours): EpochMs | undefined {
  const { day, minute } = localTime(now, zone);
  const evening = minute < NIGHT_ENDS ? daysAfter(day, -1) : day;
  for (
    let next = nextWorkingDay(hours, evening);
    next !== undefined;
    next = nextWorkingDay(hours, next)
  ) {
    const start = momentOf(next, spansOn(hours, next)[0]?.[0] ?? 0, zone);
    if (start > now) return start;
  }
  return undefined;
}

/** Minute of the day. */
const NIGHT_ENDS = 4 * 60;
