import Holidays, { type HolidaysTypes } from 'date-holidays';
import fc from 'fast-check';
import t from 'tap';
import { epochMs } from '../../../common/time.ts';
import {
  dateOf,
  dayNumber,
  type DayNumber,
  dayOf,
  readDay,
} from '../../../daemon/calendar/calendar-date.ts';
import {
  clockChangeOn,
  localTime,
  momentOf,
  momentsOf,
} from '../../../daemon/calendar/local-time.ts';
import { easterSunday, redDays, type RedDayKind } from '../../../daemon/calendar/red-days.ts';

const MINUTE = 60_000;

/** Those that spring at odd hours, by half an hour, over midnight, over a whole day, and never. */
const ZONES = [
  'Europe/Stockholm',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'America/Havana',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'UTC',
] as const;

const zones = fc.constantFrom(...ZONES);

/** What `Intl` says, asked anew: minutes since the local 1970. */
const FORMATS = new Map(
  ZONES.map((zone) => [
    zone,
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }),
  ]),
);
function wallMinute(at: number, zone: (typeof ZONES)[number]): number {
  const text = FORMATS.get(zone)?.format(at) ?? '';
  return Math.floor(Date.parse(`${text.replace(' ', 'T')}Z`) / MINUTE);
}

const WEEK = 7 * 86_400_000;

/** The weeks from 2005 to 2035 that `Intl` has a change of clocks in. */
const WEEKS = ZONES.flatMap((zone) =>
  Array.from({ length: 30 * 52 }, (_, index) => Date.UTC(2005, 0, 1) + index * WEEK)
    .filter((at) => wallMinute(at + WEEK, zone) - wallMinute(at, zone) !== WEEK / MINUTE)
    .map((at) => ({ zone, at })),
);

const CHANGES = WEEKS.flatMap(({ zone, at }) =>
  Array.from({ length: 9 }, (_, index) => dayNumber(Math.floor(at / 86_400_000) - 1 + index))
    .map((day) => clockChangeOn(day, zone))
    .filter((change) => change !== undefined && change > at && change <= at + WEEK)
    .map((change) => ({ zone, change: change ?? 0 })),
);

/** Any moment, and many within a day of a change. */
const moments = fc.oneof(
  fc.record({
    zone: zones,
    at: fc.integer({ min: Date.UTC(2005, 0, 3), max: Date.UTC(2034, 0, 1) }),
  }),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -86_400_000, max: 86_400_000 }))
    .map(([{ zone, change }, away]) => ({ zone, at: change + away })),
);

t.test('the local time is what Intl says, in every zone and at every change', async (t) => {
  t.ok(CHANGES.length > 500, `${CHANGES.length} changes of clocks`);
  t.equal(CHANGES.length, WEEKS.length, 'every change is found, once');
  fc.assert(
    fc.property(moments, ({ zone, at }) => {
      const { day, minute } = localTime(epochMs(at), zone);
      return minute >= 0 && minute < 1440 && day * 1440 + minute === wallMinute(at, zone);
    }),
    { numRuns: 3000 },
  );
  const wrong = CHANGES.flatMap(({ zone, change }) =>
    [change - 1, change].filter((at) => {
      const { day, minute } = localTime(epochMs(at), zone);
      return day * 1440 + minute !== wallMinute(at, zone);
    }),
  );
  t.strictSame(wrong, []);
  t.throws(() => localTime(epochMs(0), 'Europe/Nowhere'), RangeError);
});

t.test('the moment of a local time is the first at which the clock has come to it', async () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 0, max: 1440 }), ({ zone, at }, minute) => {
      const { day } = localTime(epochMs(at), zone);
      const wanted = day * 1440 + minute;
      const found = momentsOf(day, minute, zone);
      const shows = (moment: number) => {
        const shown = localTime(epochMs(moment), zone);
        return shown.day * 1440 + shown.minute;
      };
      // Noon of the day before has it ahead in any zone; minute by minute from there.
      let first = momentOf(day, 0, zone) - 14 * 60 * MINUTE;
      while (shows(first) < wanted) first += MINUTE;
      if (found[0] !== first) return false;
      const [, second] = found;
      return second === undefined || (second > first && shows(second) === wanted);
    }),
    { numRuns: 500 },
  );
});

const changes = [
  ['a time the clock springs over is the moment of the spring', '2026-03-29', '02:30', ['01:00']],
  ['so is the first minute of what is sprung over', '2026-03-29', '02:00', ['01:00']],
  ['the minute after the spring', '2026-03-29', '03:00', ['01:00']],
  ['a time that comes twice has two moments', '2026-10-25', '02:30', ['00:30', '01:30']],
  ['the hour after it has one', '2026-10-25', '03:00', ['02:00']],
  ['midnight after it', '2026-10-25', '24:00', ['23:00']],
] as const;

for (const [name, date, clock, expected] of changes) {
  t.test(`Stockholm: ${name}`, async (t) => {
    const [hour = 0, minute = 0] = clock.split(':').map(Number);
    t.strictSame(
      momentsOf(day(date), hour * 60 + minute, 'Europe/Stockholm').map((moment) =>
        new Date(moment).toISOString(),
      ),
      expected.map((utc) => `${date}T${utc}:00.000Z`),
    );
  });
}

t.test(
  'a day that begins at one begins then, and one that never was is over at once',
  async (t) => {
    // Beirut, 2022-03-27: 00:00 became 01:00. Samoa had no 2011-12-30.
    t.equal(momentOf(day('2022-03-27'), 0, 'Asia/Beirut'), Date.UTC(2022, 2, 26, 22));
    t.equal(momentOf(day('2011-12-30'), 600, 'Pacific/Apia'), Date.UTC(2011, 11, 30, 10));
  },
);

t.test('a date that no calendar has is none', async (t) => {
  t.equal(readDay(2026, 2, 29), undefined);
  t.equal(readDay(2026, 13, 1), undefined);
  t.equal(readDay(2026, 4, 0), undefined);
  t.strictSame(dateOf(day('2028-02-29')), { year: 2028, month: 2, day: 29, weekday: 2 });
  fc.assert(
    fc.property(fc.integer({ min: -20_000, max: 40_000 }), (number) => {
      const date = dateOf(dayNumber(number));
      const weekday = new Date(number * 86_400_000).getUTCDay();
      return (
        dayOf(date.year, date.month, date.day) === number &&
        date.weekday === (weekday === 0 ? 7 : weekday)
      );
    }),
  );
});

/** From 2024 on, written out. */
const EASTER = [
  ['2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28', '2028-04-16', '2029-04-01'],
  ['2030-04-21', '2031-04-13', '2032-03-28', '2033-04-17', '2034-04-09', '2035-03-25'],
].flat();

/** The paschal full moon by golden number, 1900 … 2199: days after 21 March. */
const FULL_MOONS = [24, 13, 2, 21, 10, 28, 18, 7, 26, 15, 4, 23, 12, 1, 20, 9, 27, 17, 6];

t.test('Easter is the Sunday after the paschal full moon, from 1900 to 2199', async (t) => {
  EASTER.forEach((date, index) => {
    t.equal(easterSunday(2024 + index), day(date), date);
  });
  for (let year = 1900; year < 2200; year++) {
    const moon = dayOf(year, 3, 21) + (FULL_MOONS[year % 19] ?? 0);
    // Sundays are the days that leave 3 over.
    t.equal(easterSunday(year), moon + 1 + ((((3 - moon - 1) % 7) + 7) % 7), `${year}`);
  }
});

/** The public holidays and closed eves that move, written out. */
const MOVING: Readonly<Record<number, string>> = {
  2024: '03-29 03-31 04-01 05-09 05-19 06-21 06-22 11-02',
  2025: '04-18 04-20 04-21 05-29 06-08 06-20 06-21 11-01',
  2026: '04-03 04-05 04-06 05-14 05-24 06-19 06-20 10-31',
  2027: '03-26 03-28 03-29 05-06 05-16 06-25 06-26 11-06',
  2028: '04-14 04-16 04-17 05-25 06-04 06-23 06-24 11-04',
  2029: '03-30 04-01 04-02 05-10 05-20 06-22 06-23 11-03',
  2030: '04-19 04-21 04-22 05-30 06-09 06-21 06-22 11-02',
  2031: '04-11 04-13 04-14 05-22 06-01 06-20 06-21 11-01',
  2032: '03-26 03-28 03-29 05-06 05-16 06-25 06-26 11-06',
  2033: '04-15 04-17 04-18 05-26 06-05 06-24 06-25 11-05',
  2034: '04-07 04-09 04-10 05-18 05-28 06-23 06-24 11-04',
  2035: '03-23 03-25 03-26 05-03 05-13 06-22 06-23 11-03',
};
const FIXED = ['01-01', '01-06', '05-01', '06-06', '12-24', '12-25', '12-26', '12-31'];

for (const [year, moving] of Object.entries(MOVING)) {
  t.test(`the red days and closed eves of ${year}`, async (t) => {
    t.strictSame(
      datesOf(Number(year), ['red', 'eve']),
      [...moving.split(' '), ...FIXED].toSorted(),
    );
  });
}

t.test('the half days of 2026, and what the days are called', async (t) => {
  t.strictSame(datesOf(2026, ['half']), ['01-05', '04-02', '04-30', '10-30']);
  t.strictSame(datesOf(2026, ['eve']), ['06-19', '12-24', '12-31']);
  const names = redDays(2026).map(({ names }) => names.sv);
  t.equal(new Set(names).size, 20);
  t.equal(names.indexOf('midsommarafton') + 1, names.indexOf('midsommardagen'));
  const again = redDays(2026).find((each) => each.names.en === 'Ascension Day');
  t.equal(again?.day, day('2026-05-14'), 'a Thursday');
  t.strictSame(
    redDays(2008)
      .filter((each) => each.day === day('2008-05-01'))
      .map(({ names }) => names.sv),
    ['första maj', 'Kristi himmelsfärdsdag'],
    'one date may be two days',
  );
});

/** Half days are by custom: the package has Maundy Thursday among the many days that it only mentions. */
const ORACLE: Readonly<Record<RedDayKind, (day: HolidaysTypes.Holiday) => boolean>> = {
  red: ({ type }) => type === 'public',
  eve: ({ type }) => type === 'bank',
  half: ({ type, rule }) => type === 'optional' || rule === 'easter -3',
};

for (const kind of ['red', 'eve', 'half'] as const) {
  t.test(`date-holidays knows the same days of kind ${kind}, 2020 to 2045`, async (t) => {
    const sweden = new Holidays('SE');
    for (let year = 2020; year <= 2045; year++) {
      const theirs = sweden.getHolidays(year).filter(ORACLE[kind]);
      t.ok(theirs.length > 2);
      t.strictSame(
        datesOf(year, [kind]),
        [...new Set(theirs.map(({ date }) => date.slice(5, 10)))].toSorted(),
        `${year}`,
      );
    }
  });
}

function datesOf(year: number, kinds: readonly RedDayKind[]): readonly string[] {
  const dates = redDays(year)
    .filter(({ kind }) => kinds.includes(kind))
    .map((each) => new Date(each.day * 86_400_000).toISOString().slice(5, 10));
  return [...new Set(dates)];
}

function day(text: string): DayNumber {
  return dayNumber(Date.parse(`${text}T00:00Z`) / 86_400_000);
}
