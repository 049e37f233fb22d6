import type { EndsAs, EndWord } from '../../common/activity.ts';
import { type EpochMs, epochMs } from '../../common/time.ts';
import { type CalendarDate, dateOf } from '../calendar/calendar-date.ts';
import { localTime, MINUTE_MS } from '../calendar/local-time.ts';
import { nextWorkingMoment, spansOn, type WorkingHours } from '../calendar/working-hours.ts';

/** When one is reached again, as it is to be told. */
export interface ReturnTime {
  readonly word: EndWord;
  readonly moment: EpochMs;
  /** Midnights until then: 0 is today. */
  readonly daysAhead: number;
  readonly date: CalendarDate;
  readonly otherYear: boolean;
  /** Of the day, 0 … 1439; undefined where the day alone is told. */
  readonly minute: number | undefined;
  /** The activity is over before, but outside working hours. */
  readonly afterHours: boolean;
}

export interface EndOfActivity {
  readonly end: EpochMs | undefined;
  readonly now: EpochMs;
  /** IANA name. */
  readonly zone: string;
  /** Undefined for somebody who is there at any hour. */
  readonly hours: WorkingHours | undefined;
  readonly endsAs: EndsAs;
  readonly endWord: EndWord | undefined;
}

/**
 * What can be promised; undefined where nothing can: no end, or one that has
 * been. An end outside working hours becomes the next moment of work.
 */
export function returnTime(ending: EndOfActivity): ReturnTime | undefined {
  const { end, now, zone, hours, endsAs, endWord = 'back' } = ending;
  if (end === undefined || end <= now) return undefined;
  // A minute that has begun would be a promise of the past.
  const free = epochMs(Math.ceil(end / MINUTE_MS) * MINUTE_MS);
  const moment = hours === undefined ? free : (nextWorkingMoment(hours, free, zone) ?? free);
  const afterHours = moment !== free;
  const { day, minute } = localTime(moment, zone);
  const today = localTime(now, zone).day;
  const daysAhead = day - today;
  const beginsDay = minute === 0 || (hours !== undefined && spansOn(hours, day)[0]?.[0] === minute);
  const dayAlone = endsAs === 'date' ? beginsDay : minute === 0 && daysAhead > 1;
  const date = dateOf(day);
  return {
    word: afterHours ? 'back' : endWord,
    moment,
    daysAhead,
    date,
    otherYear: date.year !== dateOf(today).year,
    minute: dayAlone ? undefined : minute,
    afterHours,
  };
}
