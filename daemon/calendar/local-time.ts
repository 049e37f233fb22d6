import { type EpochMs, epochMs } from '../../common/time.ts';
import { DAY_MS, type DayNumber, dayNumber } from './calendar-date.ts';
import { changeWithin, offsetAt } from './zone-offset.ts';

/** What calendar and clock show at some place. */
export interface LocalTime {
  readonly day: DayNumber;
  /** Whole minutes since the clock showed 00:00: 0 … 1439. */
  readonly minute: number;
}

/** @throws {RangeError} for a zone that is none. */
export function localTime(at: EpochMs, zone: string): LocalTime {
  const wall = at + offsetAt(at, zone);
  const day = Math.floor(wall / DAY_MS);
  return { day: dayNumber(day), minute: Math.floor((wall - day * DAY_MS) / MINUTE_MS) };
}

/**
 * The first moment at which the place's clock shows this or has passed it:
 * where the clock springs over it, the moment of the spring.
 *
 * Minute 1440 is the next day's first.
 */
export function momentOf(day: DayNumber, minute: number, zone: string): EpochMs {
  return momentsOf(day, minute, zone)[0];
}

/** As `momentOf`, and the second one where the clock goes back and shows it twice. */
export function momentsOf(
  day: DayNumber,
  minute: number,
  zone: string,
): readonly [EpochMs] | readonly [EpochMs, EpochMs] {
  const wall = day * DAY_MS + minute * MINUTE_MS;
  const before = offsetAt(epochMs(wall - DAY_MS), zone);
  const after = offsetAt(epochMs(wall + DAY_MS), zone);
  const early = epochMs(wall - before);
  if (before === after) return [early];
  const late = epochMs(wall - after);
  const isShown = (moment: EpochMs) => moment + offsetAt(moment, zone) === wall;
  if (isShown(early)) return isShown(late) ? [early, late] : [early];
  if (isShown(late)) return [late];
  // Sprung over: the clock of before would show it after the change, that of after before it.
  return [changeWithin(late, early, zone) ?? early];
}

/** The moments of a local day at which its clock is put forward or back: none, on all days but two a year. */
export function clockChangeOn(day: DayNumber, zone: string): EpochMs | undefined {
  return changeWithin(momentOf(day, 0, zone), momentOf(day, 1440, zone), zone);
}

export const MINUTE_MS = 60_000;
