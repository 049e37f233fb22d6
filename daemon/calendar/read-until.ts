import type { EndsAs } from '../../common/activity.ts';
import { type EpochMs, epochMs } from '../../common/time.ts';
import { dateOf, type DayNumber, daysAfter, readDay, weekdayOf } from './calendar-date.ts';
import { nextTimeOfDay, wholeMinute } from './default-end.ts';
import { localTime, MINUTE_MS, momentOf } from './local-time.ts';

export type Until =
  | { readonly kind: 'until'; readonly end: EpochMs }
  | {
      readonly kind: 'refused';
      readonly because: 'unreadable' | 'no-such-time' | 'no-such-date' | 'past' | 'too-far';
      /** What would have been right, for whoever typed it. */
      readonly right: string;
    };

/**
 * Until when, as it is typed or dialled.
 *
 * A time is its next occurrence; a date is the day on which one is back, from
 * its first minute. Four digits are both in one: every date is also a time of
 * day. So what the activity ends as decides: `1224` is 12:24 for a lunch, and
 * Christmas Eve for a holiday; `1300` is 13:00 for both, since no month is the
 * thirteenth.
 */
export function readUntil(text: string, now: EpochMs, zone: string, endsAs: EndsAs): Until {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const found = FORMS.map(([form, read]) => {
    const groups = form.exec(words)?.groups;
    return groups === undefined ? undefined : read(groups, { now, zone, endsAs });
  }).find((each) => each !== undefined);
  if (found === undefined) return refused('unreadable', `a time or a date: ${EXAMPLES}`);
  if (found.kind === 'refused') return found;
  if (found.end <= now) return refused('past', 'a time or a date that is still to come');
  if (found.end > now + FARTHEST_MS) return refused('too-far', 'a date within five years');
  return found;
}

interface Asked {
  readonly now: EpochMs;
  readonly zone: string;
  readonly endsAs: EndsAs;
}

type Groups = Readonly<Record<string, string | undefined>>;

const FORMS: readonly (readonly [form: RegExp, read: (groups: Groups, asked: Asked) => Until])[] = [
  [/^(?<first>\d\d)(?<second>\d\d)$/, fourDigits],
  [/^(?<hour>\d{1,2})[:.](?<minute>\d\d)$/, timeOfDay],
  [/^\+(?:(?<hours>\d{1,4})h)?(?:(?<minutes>\d{1,5})m)?$/, length],
  [
    /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[ t](?<hour>\d\d)[:.]?(?<minute>\d\d))?$/,
    fullDate,
  ],
  [/^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?:(?<hour>\d\d)(?<minute>\d\d))?$/, fullDate],
  [/^(?<name>\p{L}+)(?: (?<hour>\d{1,2})[:.]?(?<minute>\d\d))?$/u, namedDay],
  [/^i (?<name>morgon)(?: (?<hour>\d{1,2})[:.]?(?<minute>\d\d))?$/, namedDay],
];

function fourDigits({ first, second }: Groups, asked: Asked): Until {
  const date = asked.endsAs === 'date' ? nextDate(Number(first), Number(second), asked) : undefined;
  return date ?? timeOfDay({ hour: first, minute: second }, asked);
}

/** Undefined where the digits are no month and day of any year. */
function nextDate(month: number, day: number, { now, zone }: Asked): Until | undefined {
  if (readDay(LEAP_YEAR, month, day) === undefined) return undefined;
  const today = localTime(now, zone).day;
  const { year } = dateOf(today);
  const thisYear = readDay(year, month, day);
  if (thisYear === today) return refused('past', 'a day after today');
  const found =
    thisYear !== undefined && thisYear > today ? thisYear : readDay(year + 1, month, day);
  return found === undefined
    ? refused('no-such-date', 'a date of the coming twelve months')
    : until(momentOf(found, 0, zone));
}

function timeOfDay(groups: Groups, { now, zone }: Asked): Until {
  const minute = minuteOf(groups);
  return minute === undefined ? NO_SUCH_TIME : until(nextTimeOfDay(minute, now, zone));
}

function length({ hours, minutes }: Groups, { now }: Asked): Until {
  const total = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return total === 0
    ? refused('unreadable', 'a length such as +90m or +1h30m')
    : until(wholeMinute(epochMs(now + total * MINUTE_MS), now));
}

function fullDate(groups: Groups, { zone }: Asked): Until {
  const { year, month, day } = groups;
  const found = readDay(Number(year), Number(month), Number(day));
  if (found === undefined) return refused('no-such-date', 'a date that the calendar has');
  return onDay(found, groups, zone);
}

/** The next such day after today. */
function namedDay(groups: Groups, { now, zone }: Asked): Until {
  const name = groups['name'] ?? '';
  const today = localTime(now, zone).day;
  if (TOMORROW.includes(name)) return onDay(daysAfter(today, 1), groups, zone);
  const weekday = WEEKDAYS.findIndex((names) => names.includes(name)) + 1;
  if (weekday === 0) return refused('unreadable', `a time or a date: ${EXAMPLES}`);
  const ahead = (weekday - weekdayOf(today) + 6) % 7;
  return onDay(daysAfter(today, ahead + 1), groups, zone);
}

function onDay(day: DayNumber, groups: Groups, zone: string): Until {
  const minute = groups['hour'] === undefined ? 0 : minuteOf(groups);
  return minute === undefined ? NO_SUCH_TIME : until(momentOf(day, minute, zone));
}

/** 24:00 is the end of the day, as many write it. */
function minuteOf({ hour, minute }: Groups): number | undefined {
  const found = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && found <= 1440 ? found : undefined;
}

const until = (end: EpochMs): Until => ({ kind: 'until', end });

function refused(because: Extract<Until, { kind: 'refused' }>['because'], right: string): Until {
  return { kind: 'refused', because, right };
}

const NO_SUCH_TIME = refused('no-such-time', 'a time from 0000 to 2400');

const EXAMPLES = '1300, 13:00, 2026-12-24, 2026-12-24 14:00, friday, friday 14:00 or +90m';

const TOMORROW = ['imorgon', 'morgon', 'tomorrow'];

/** Monday first. */
const WEEKDAYS: readonly (readonly string[])[] = [
  ['måndag', 'mån', 'monday', 'mon'],
  ['tisdag', 'tis', 'tuesday', 'tue'],
  ['onsdag', 'ons', 'wednesday', 'wed'],
  ['torsdag', 'tors', 'tor', 'thursday', 'thu'],
  ['fredag', 'fre', 'friday', 'fri'],
  ['lördag', 'lör', 'saturday', 'sat'],
  ['söndag', 'sön', 'sunday', 'sun'],
];

const LEAP_YEAR = 2024;

/** Five years: what nobody means, a slip of the finger does. */
export const FARTHEST_MS = 5 * 366 * 86_400_000;
