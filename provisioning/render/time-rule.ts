/** A zone's clock as phones want it told: an offset, and how summer time recurs. */
export interface TimeRule {
  /** Minutes east of Greenwich in winter. */
  readonly offset: number;
  /** Undefined where the clock is never changed, or by no rule a phone could follow. */
  readonly summer:
    { readonly starts: Change; readonly ends: Change; readonly minutes: number } | undefined;
}

/** The nth such weekday of a month, at an hour of the clock that is being changed. */
export interface Change {
  /** From 1. */
  readonly month: number;
  /** From 1; 5 is the last, wherever it falls. */
  readonly week: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
}

/**
 * The rule of an IANA zone, never a year's dates: a date is a week wrong in some
 * later year, and a file that changes with the year is a file every phone fetches anew.
 *
 * Node's own zone data are asked for a fixed run of years that holds every way a
 * month can lie, so the answer does not depend on when it is given.
 */
export function timeRule(zone: string): TimeRule {
  const known = KNOWN.get(zone);
  if (known !== undefined) return known;
  const rule = findRule(zone);
  KNOWN.set(zone, rule);
  return rule;
}

/** Finding a rule takes tens of milliseconds, and an installation has few zones. */
const KNOWN = new Map<string, TimeRule>();

/** October's last Sunday is its fourth in 2026 and its fifth in 2027. */
const YEARS = [2026, 2027, 2028, 2029] as const;

function findRule(zone: string): TimeRule {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const offsetAt = (minute: number): number => wallMinute(format, minute) - minute;
  const changes = YEARS.flatMap((year) => changesOf(year, offsetAt));
  const winter = Math.min(
    ...YEARS.map((year) => offsetAt(utcMinute(year, 0))),
    ...changes.map(({ after }) => after),
  );
  const starts = sameEveryYear(changes.filter(({ before, after }) => after > before));
  const ends = sameEveryYear(changes.filter(({ before, after }) => after < before));
  const [first] = changes;
  const summer =
    starts && ends && first
      ? { starts, ends, minutes: Math.abs(first.after - first.before) }
      : undefined;
  return { offset: winter, summer };
}

interface Found {
  /** In minutes since 1970. */
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

function changesOf(year: number, offsetAt: (minute: number) => number): readonly Found[] {
  const starts = Array.from({ length: 13 }, (_, month) => utcMinute(year, month));
  const offsets = starts.map(offsetAt);
  return starts.slice(0, 12).flatMap((start, month) => {
    const [before, after] = [offsets[month] ?? 0, offsets[month + 1] ?? 0];
    if (before === after) return [];
    let from = start;
    let to = starts[month + 1] ?? start;
    while (to - from > 1) {
      const middle = Math.floor((from + to) / 2);
      if (offsetAt(middle) === before) from = middle;
      else to = middle;
    }
    return [{ at: to, before, after }];
  });
}

/** The change all years have in common; undefined unless there is one in each. */
function sameEveryYear(found: readonly Found[]): Change | undefined {
  const walls = found.map(({ at, before }) => new Date((at + before) * 60_000));
  const [first] = walls;
  if (first === undefined || found.length !== YEARS.length) return undefined;
  const weeks = walls.map((wall) => Math.ceil(wall.getUTCDate() / 7));
  const areLast = walls.every((wall) => wall.getUTCDate() + 7 > daysInMonth(wall));
  const alike = (read: (wall: Date) => number) => new Set(walls.map(read)).size === 1;
  const whole = walls.every((wall) => wall.getUTCMinutes() === 0);
  if (!alike((wall) => wall.getUTCMonth()) || !alike((wall) => wall.getUTCDay())) return undefined;
  if (!alike((wall) => wall.getUTCHours()) || !whole) return undefined;
  if (!areLast && new Set(weeks).size !== 1) return undefined;
  return {
    month: first.getUTCMonth() + 1,
    week: areLast ? 5 : (weeks[0] ?? 1),
    weekday: first.getUTCDay(),
    hour: first.getUTCHours(),
  };
}

const daysInMonth = (wall: Date): number =>
  new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + 1, 0)).getUTCDate();

const utcMinute = (year: number, month: number): number => Date.UTC(year, month) / 60_000;

/** What the zone's clock shows at a minute, counted as if it were Greenwich's. */
function wallMinute(format: Intl.DateTimeFormat, minute: number): number {
  const parts = new Map(
    format.formatToParts(minute * 60_000).map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')) / 60_000
  );
}
