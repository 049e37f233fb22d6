import type { Brand } from '../../common/brand.ts';

/** A day of some place's calendar, as whole days since 1970-01-01: days can be counted, hours cannot. */
export type DayNumber = Brand<number, 'DayNumber'>;

export interface CalendarDate {
  readonly year: number;
  /** 1 … 12. */
  readonly month: number;
  /** 1 … 31. */
  readonly day: number;
  /** ISO 8601: 1 is Monday, 7 Sunday. */
  readonly weekday: number;
}

export function dateOf(day: DayNumber): CalendarDate {
  const date = new Date(day * DAY_MS);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: weekdayOf(day),
  };
}

/** 1 is Monday. The first of January 1970 was a Thursday. */
export function weekdayOf(day: DayNumber): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Undefined for a date that no calendar has, such as the thirtieth of February. */
export function readDay(year: number, month: number, day: number): DayNumber | undefined {
  const found = dayOf(year, month, day);
  const date = dateOf(found);
  return date.year === year && date.month === month && date.day === day ? found : undefined;
}

/** The day of a date that exists. */
export function dayOf(year: number, month: number, day: number): DayNumber {
  return dayNumber(Date.UTC(year, month - 1, day) / DAY_MS);
}

export const dayNumber = (value: number): DayNumber => value as DayNumber;

export const daysAfter = (day: DayNumber, days: number): DayNumber => dayNumber(day + days);

export const DAY_MS = 86_400_000;
