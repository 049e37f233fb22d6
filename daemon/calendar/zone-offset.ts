import { type EpochMs, epochMs } from '../../common/time.ts';
import { DAY_MS } from './calendar-date.ts';

/**
 * How far a zone's clock is ahead of UTC, in milliseconds.
 *
 * `Intl` knows, but takes some microseconds to say. It is asked once a day and
 * zone; the moment of a change is looked for on the days that begin and end
 * differently.
 *
 * @throws {RangeError} for a zone that is none.
 */
export function offsetAt(at: EpochMs, zone: string): number {
  const { from, change, to } = dayOffsets(Math.floor(at / DAY_MS), zone);
  return at < change ? from : to;
}

/** The moment in (from, to] when the offset changes; undefined where it stays. */
export function changeWithin(from: EpochMs, to: EpochMs, zone: string): EpochMs | undefined {
  for (let day = Math.floor(from / DAY_MS); day <= Math.floor(to / DAY_MS); day++) {
    const offsets = dayOffsets(day, zone);
    if (offsets.from !== offsets.to && offsets.change > from && offsets.change <= to) {
      return offsets.change;
    }
  }
  return undefined;
}

/** One day of UTC: the offset is `from` before `change`, and `to` from then on. */
interface DayOffsets {
  readonly from: number;
  readonly change: EpochMs;
  readonly to: number;
}

function dayOffsets(day: number, zone: string): DayOffsets {
  const known = zoneOf(zone);
  const found = known.days.get(day);
  if (found !== undefined) return found;
  if (known.days.size >= DAYS_KEPT) known.days.clear();
  const made = ask(known.format, day);
  known.days.set(day, made);
  return made;
}

/** No zone has changed its offset twice within a day, so the change can be closed in upon. */
function ask(format: Intl.DateTimeFormat, day: number): DayOffsets {
  let before = day * DAY_MS;
  let change = before + DAY_MS;
  const from = offsetOf(format, before);
  const to = offsetOf(format, change);
  while (from !== to && change - before > 1000) {
    const middle = before + Math.floor((change - before) / 2000) * 1000;
    if (offsetOf(format, middle) === from) before = middle;
    else change = middle;
  }
  return { from, change: epochMs(change), to };
}

function offsetOf(format: Intl.DateTimeFormat, at: number): number {
  const parts = format.formatToParts(at);
  const field = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value);
  return (
    Date.UTC(
      field('year'),
      field('month') - 1,
      field('day'),
      field('hour'),
      field('minute'),
      field('second'),
    ) - at
  );
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly days: Map<number, DayOffsets>;
}

/** What has been asked for, so that the same answer costs nothing the next time. */
const ZONES = new Map<string, Zone>();

function zoneOf(zone: string): Zone {
  const known = ZONES.get(zone);
  if (known !== undefined) return known;
  const made: Zone = {
    format: new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }),
    days: new Map(),
  };
  ZONES.set(zone, made);
  return made;
}

/** Some years of one zone, about a megabyte. */
const DAYS_KEPT = 4000;
