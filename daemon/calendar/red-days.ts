import type { Bilingual } from '../../common/activity.ts';
import { type DayNumber, dayOf, daysAfter, weekdayOf } from './calendar-date.ts';

/**
 * A day on which Sweden does not work as usual.
 *
 * - `red`: a public holiday (lag 1989:253 om allmänna helgdagar), Sundays that are one included
 * - `eve`: no holiday by law, and closed nearly everywhere
 * - `half`: the day before a holiday, on which many leave early
 */
export interface RedDay {
  readonly day: DayNumber;
  readonly kind: RedDayKind;
  readonly names: Bilingual;
}

export type RedDayKind = 'red' | 'eve' | 'half';

/**
 * The days of a year, in their order. A date may stand twice: Ascension Day has
 * been the first of May.
 *
 * As it has been since 2005, when Whit Monday gave way to the National Day.
 */
export function redDays(year: number): readonly RedDay[] {
  const known = YEARS.get(year);
  if (known !== undefined) return known;
  if (YEARS.size >= YEARS_KEPT) YEARS.clear();
  const made = RULES.map(([kind, sv, en, rule]) => ({ day: rule(year), kind, names: { sv, en } }));
  made.sort((a, b) => a.day - b.day);
  YEARS.set(year, made);
  return made;
}

/** Easter Sunday of the Gregorian calendar: the algorithm of Meeus (Astronomical Algorithms, chapter 8). */
export function easterSunday(year: number): DayNumber {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const inCentury = year % 100;
  const moonCorrection = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonCorrection + 15) % 30;
  const toSunday =
    (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  return daysAfter(dayOf(year, 3, 22), epact + toSunday - 7 * late);
}

type Rule = (year: number) => DayNumber;

const on =
  (month: number, day: number): Rule =>
  (year) =>
    dayOf(year, month, day);

const fromEaster =
  (days: number): Rule =>
  (year) =>
    daysAfter(easterSunday(year), days);

/** The first such weekday on that date or after it; 5 is Friday. */
const firstFrom =
  (weekday: number, month: number, day: number): Rule =>
  (year) => {
    const from = dayOf(year, month, day);
    return daysAfter(from, (weekday - weekdayOf(from) + 7) % 7);
  };

const RULES: readonly (readonly [RedDayKind, sv: string, en: string, Rule])[] = [
  ['red', 'nyårsdagen', "New Year's Day", on(1, 1)],
  ['half', 'trettondagsafton', 'Twelfth Night', on(1, 5)],
  ['red', 'trettondedag jul', 'Epiphany', on(1, 6)],
  ['half', 'skärtorsdagen', 'Maundy Thursday', fromEaster(-3)],
  ['red', 'långfredagen', 'Good Friday', fromEaster(-2)],
  ['red', 'påskdagen', 'Easter Sunday', fromEaster(0)],
  ['red', 'annandag påsk', 'Easter Monday', fromEaster(1)],
  ['half', 'valborgsmässoafton', 'Walpurgis Night', on(4, 30)],
  ['red', 'första maj', 'May Day', on(5, 1)],
  ['red', 'Kristi himmelsfärdsdag', 'Ascension Day', fromEaster(39)],
  ['red', 'pingstdagen', 'Whit Sunday', fromEaster(49)],
  ['red', 'nationaldagen', 'the National Day', on(6, 6)],
  ['eve', 'midsommarafton', 'Midsummer Eve', firstFrom(5, 6, 19)],
  ['red', 'midsommardagen', 'Midsummer Day', firstFrom(6, 6, 20)],
  ['half', 'allhelgonaafton', "All Saints' Eve", firstFrom(5, 10, 30)],
  ['red', 'alla helgons dag', "All Saints' Day", firstFrom(6, 10, 31)],
  ['eve', 'julafton', 'Christmas Eve', on(12, 24)],
  ['red', 'juldagen', 'Christmas Day', on(12, 25)],
  ['red', 'annandag jul', 'Boxing Day', on(12, 26)],
  ['eve', 'nyårsafton', "New Year's Eve", on(12, 31)],
];

/** A year is the same whenever it is asked for. */
const YEARS = new Map<number, readonly RedDay[]>();
const YEARS_KEPT = 100;
