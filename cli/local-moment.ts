import type { EpochMs } from '../common/time.ts';
import { tellMinute } from '../common/working-week.ts';
import { dateOf } from '../daemon/calendar/calendar-date.ts';
import { localTime } from '../daemon/calendar/local-time.ts';

/** `2026-11-22 13:00`, by the clock of the zone. */
export function tellMoment(at: EpochMs, zone: string): string {
  const { day, minute } = localTime(at, zone);
  const date = dateOf(day);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(date.year)}-${two(date.month)}-${two(date.day)} ${tellMinute(minute)}`;
}
