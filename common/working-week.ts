/** Monday first. */
export type WorkingWeek = readonly [
  DaySpans,
  DaySpans,
  DaySpans,
  DaySpans,
  DaySpans,
  DaySpans,
  DaySpans,
];
export type DaySpans = readonly DaySpan[];

/** Minutes of the local day, 0 … 1440; at `to` it is over. */
export type DaySpan = readonly [from: number, to: number];

/**
 * Reads what a person writes: `mon-fri 08:00-17:00`, with commas between kinds of
 * days, and several spans for a day with a break: `mon-thu 8-12 13-17, fre 8-15`.
 * Undefined where it cannot be read, or two spans of a day overlap.
 */
export function readWeek(text: string): WorkingWeek | undefined {
  const parts = text
    .trim()
    .toLowerCase()
    .split(/\s*,\s*/);
  const spans: DaySpan[][] = [[], [], [], [], [], [], []];
  for (const part of parts) {
    const [days = '', ...times] = part.split(/\s+/);
    const on = readDays(days);
    const read = times.map(readSpan);
    if (on === undefined || read.length === 0) return undefined;
    for (const span of read) {
      if (span === undefined) return undefined;
      for (const day of on) spans[day]?.push(span);
    }
  }
  return weekOf(spans);
}

/** Undefined where two spans of a day overlap. */
export function weekOf(spans: readonly (readonly DaySpan[])[]): WorkingWeek | undefined {
  const sorted = spans.map((day) => day.toSorted(([a], [b]) => a - b));
  const overlap = sorted.some((day) => day.some(([, to], at) => to > (day[at + 1]?.[0] ?? 1440)));
  const [mon = [], tue = [], wed = [], thu = [], fri = [], sat = [], sun = []] = sorted;
  return overlap ? undefined : [mon, tue, wed, thu, fri, sat, sun];
}

/** As `readWeek` reads it: days that are alike are told together. */
export function tellWeek(week: WorkingWeek): string {
  const days = week.map((spans) => spans.map(tellSpan).join(' '));
  const runs = days.flatMap((spans, from) => {
    if (spans === '' || days[from - 1] === spans) return [];
    const next = days.findIndex((other, at) => at > from && other !== spans);
    const to = next === -1 ? 6 : next - 1;
    const name = to === from ? nameOf(from) : `${nameOf(from)}-${nameOf(to)}`;
    return [`${name} ${spans}`];
  });
  return runs.join(', ');
}

/** `08:00`, `8.00` or `8`; 24:00 is the end of the day. */
export function readMinute(text: string): number | undefined {
  const [, hour, minute = '0'] = /^(\d{1,2})(?:[:.]?(\d\d))?$/.exec(text) ?? [];
  const found = Number(hour) * 60 + Number(minute);
  return hour !== undefined && Number(minute) < 60 && found <= 1440 ? found : undefined;
}

/** `08:00` */
export function tellMinute(minute: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** A day, or from one to another: `sat-sun`, `fri-mon` too. */
function readDays(text: string): readonly number[] | undefined {
  const [first = '', last = first, ...more] = text.split('-');
  const [from, to] = [readWeekday(first), readWeekday(last)];
  if (from === undefined || to === undefined || more.length > 0) return undefined;
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, at) => (from + at) % 7);
}

function readWeekday(text: string): number | undefined {
  const found = WEEKDAYS.findIndex((names) => names.includes(text));
  return found === -1 ? undefined : found;
}

function readSpan(text: string): DaySpan | undefined {
  const [first = '', last = '', ...more] = text.split('-');
  const [from, to] = [readMinute(first), readMinute(last)];
  if (from === undefined || to === undefined || more.length > 0) return undefined;
  return from < to ? [from, to] : undefined;
}

const tellSpan = ([from, to]: DaySpan): string => `${tellMinute(from)}-${tellMinute(to)}`;

const nameOf = (day: number): string => WEEKDAYS[day]?.[0] ?? '';

const WEEKDAYS: readonly (readonly string[])[] = [
  ['mon', 'monday', 'mån', 'måndag'],
  ['tue', 'tuesday', 'tis', 'tisdag'],
  ['wed', 'wednesday', 'ons', 'onsdag'],
  ['thu', 'thursday', 'tor', 'tors', 'torsdag'],
  ['fri', 'friday', 'fre', 'fredag'],
  ['sat', 'saturday', 'lör', 'lördag'],
  ['sun', 'sunday', 'sön', 'söndag'],
];
