import type { EpochMs } from '../../common/time.ts';
import { dateOf, type DayNumber, daysAfter, weekdayOf } from './calendar-date.ts';
import { clockChangeOn, localTime, momentsOf } from './local-time.ts';
import { redDays, type RedDayKind } from './red-days.ts';

/** When a person, a team or an organisation works, by the clock of its zone. */
export interface WorkingHours {
  /** Monday first. */
  readonly week: Week;
  readonly redDays: RedDayChoice;
}

export type Week = readonly [Spans, Spans, Spans, Spans, Spans, Spans, Spans];
export type Spans = readonly Span[];

/** Minutes of the local day, 0 … 1440; at `to` it is over. Past midnight is a span of the next day. */
export type Span = readonly [from: number, to: number];

/** Which Swedish days differ from their weekday. */
export interface RedDayChoice {
  /** Closed on public holidays. */
  readonly red: boolean;
  /** Closed on Midsummer Eve, Christmas Eve and New Year's Eve. */
  readonly eves: boolean;
  /** The minute at which one goes home on the eves of other holidays; undefined for not earlier. */
  readonly halfDaysEnd: number | undefined;
  /** Closed on a working day between two that are not (*klämdag*). */
  readonly squeezed: boolean;
}

/** Who has set none: Monday to Friday, eight to five, and the year's holidays off. */
export const OFFICE_HOURS: WorkingHours = {
  week: [[[480, 1020]], [[480, 1020]], [[480, 1020]], [[480, 1020]], [[480, 1020]], [], []],
  redDays: { red: true, eves: true, halfDaysEnd: undefined, squeezed: false },
};

export function isWorking(hours: WorkingHours, at: EpochMs, zone: string): boolean {
  const { day, minute } = localTime(at, zone);
  return spansOn(hours, day).some(([from, to]) => from <= minute && minute < to);
}

/** That moment if it is one of work, else the first that is. Undefined where a season passes without. */
export function nextWorkingMoment(
  hours: WorkingHours,
  at: EpochMs,
  zone: string,
): EpochMs | undefined {
  if (isWorking(hours, at, zone)) return at;
  const { day } = localTime(at, zone);
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
    const found = firstOf(hours, daysAfter(day, ahead), at, zone);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first day after this one with work; undefined where a season passes without. */
export function nextWorkingDay(hours: WorkingHours, day: DayNumber): DayNumber | undefined {
  for (let ahead = 1; ahead <= DAYS_AHEAD; ahead++) {
    if (spansOn(hours, daysAfter(day, ahead)).length > 0) return daysAfter(day, ahead);
  }
  return undefined;
}

/** The spans of one date, holidays taken into account; in their order. */
export function spansOn({ week, redDays: choice }: WorkingHours, day: DayNumber): Spans {
  const spans = week[weekdayOf(day) - 1] ?? [];
  if (spans.length === 0 || isClosed(choice, day)) return [];
  const { halfDaysEnd } = choice;
  if (halfDaysEnd === undefined || !isRedDay(day, 'half')) return spans;
  return spans
    .map(([from, to]): Span => [from, Math.min(to, halfDaysEnd)])
    .filter(([from, to]) => from < to);
}

/** Work begins where a span does, or where the clock is put from outside one into its middle. */
function firstOf(
  hours: WorkingHours,
  day: DayNumber,
  at: EpochMs,
  zone: string,
): EpochMs | undefined {
  const spans = spansOn(hours, day);
  if (spans.length === 0) return undefined;
  const starts = spans.flatMap(([from]): readonly EpochMs[] => momentsOf(day, from, zone));
  const change = clockChangeOn(day, zone);
  const moments = change === undefined ? starts : [...starts, change];
  return moments
    .filter((moment) => moment >= at && isWorking(hours, moment, zone))
    .toSorted((a, b) => a - b)[0];
}

function isClosed(choice: RedDayChoice, day: DayNumber): boolean {
  if (choice.red && isRedDay(day, 'red')) return true;
  if (choice.eves && isRedDay(day, 'eve')) return true;
  return choice.squeezed && isOff(daysAfter(day, -1)) && isOff(daysAfter(day, 1));
}

/** A day that nobody in an office works: what may squeeze another. */
function isOff(day: DayNumber): boolean {
  return weekdayOf(day) > 5 || isRedDay(day, 'red') || isRedDay(day, 'eve');
}

function isRedDay(day: DayNumber, kind: RedDayKind): boolean {
  return redDays(dateOf(day).year).some((each) => each.day === day && each.kind === kind);
}

/** Who works on one weekday only does so at least once in this. */
const DAYS_AHEAD = 100;
