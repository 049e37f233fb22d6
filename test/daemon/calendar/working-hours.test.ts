import fc from 'fast-check';
import t from 'tap';
import type { DefaultLength, EndsAs } from '../../../common/activity.ts';
import { epochMs } from '../../../common/time.ts';
import { defaultEnd } from '../../../daemon/calendar/default-end.ts';
import { readUntil } from '../../../daemon/calendar/read-until.ts';
import {
  isWorking,
  nextWorkingMoment,
  OFFICE_HOURS,
  type RedDayChoice,
  type Span,
  type Spans,
  type Week,
  type WorkingHours,
} from '../../../daemon/calendar/working-hours.ts';
import { moment as at, shown, STOCKHOLM } from '../../support/stockholm.ts';

const MINUTE = 60_000;

const NEVER: WorkingHours = { ...OFFICE_HOURS, week: [[], [], [], [], [], [], []] };
const daily = (spans: Spans): Week => [spans, spans, spans, spans, spans, spans, spans];
const withDays = (choice: Partial<RedDayChoice>): WorkingHours => ({
  ...OFFICE_HOURS,
  redDays: { ...OFFICE_HOURS.redDays, ...choice },
});
const LUNCH_CLOSED: Spans = [
  [480, 720],
  [780, 1020],
];

t.test('from the first minute of a span on, and at its last no more', async (t) => {
  t.equal(isWorking(OFFICE_HOURS, at('2026-11-23 07:59'), STOCKHOLM), false);
  t.equal(isWorking(OFFICE_HOURS, at('2026-11-23 08:00'), STOCKHOLM), true);
  t.equal(isWorking(OFFICE_HOURS, at('2026-11-23 16:59'), STOCKHOLM), true);
  t.equal(isWorking(OFFICE_HOURS, at('2026-11-23 17:00'), STOCKHOLM), false);
});

const nextCases: readonly (readonly [
  name: string,
  from: string,
  next: string | undefined,
  hours?: WorkingHours,
])[] = [
  ['within a span it is now', '2026-11-23 10:17', '2026-11-23 10:17'],
  ['before work', '2026-11-23 05:00', '2026-11-23 08:00'],
  ['the evening of a working day', '2026-11-23 19:00', '2026-11-24 08:00'],
  ['Friday afternoon', '2026-11-27 17:00', '2026-11-30 08:00'],
  ['Sunday night', '2026-11-29 23:59', '2026-11-30 08:00'],
  ['the eve of Christmas Eve', '2026-12-23 17:00', '2026-12-28 08:00'],
  ['Christmas Eve', '2026-12-24 10:00', '2026-12-28 08:00'],
  ["New Year's Eve", '2026-12-31 10:00', '2027-01-04 08:00'],
  ['the eve of Epiphany, which is a Wednesday', '2027-01-05 17:00', '2027-01-07 08:00'],
  ['Maundy Thursday', '2026-04-02 17:00', '2026-04-07 08:00'],
  ['Midsummer Eve', '2026-06-19 09:00', '2026-06-22 08:00'],
  ['Ascension Day; the Friday after it is worked', '2026-05-14 09:00', '2026-05-15 08:00'],
  [
    'the same with squeezed days off',
    '2026-05-14 09:00',
    '2026-05-18 08:00',
    withDays({ squeezed: true }),
  ],
  [
    'a squeezed day before a red one: Monday the fifth of January',
    '2026-01-02 17:00',
    '2026-01-07 08:00',
    withDays({ squeezed: true }),
  ],
  [
    'a Friday is not squeezed by a weekend alone',
    '2026-11-27 05:00',
    '2026-11-27 08:00',
    withDays({ squeezed: true }),
  ],
  [
    'red days worked by choice',
    '2026-12-25 05:00',
    '2026-12-25 08:00',
    withDays({ red: false, eves: false }),
  ],
  ['only the eves worked', '2026-12-24 05:00', '2026-12-24 08:00', withDays({ eves: false })],
  [
    'a half day is over at noon',
    '2026-04-30 12:00',
    '2026-05-04 08:00',
    withDays({ halfDaysEnd: 720 }),
  ],
  ['its morning is worked', '2026-04-30 11:59', '2026-04-30 11:59', withDays({ halfDaysEnd: 720 })],
  [
    'half days that end before they begin are off',
    '2026-04-30 05:00',
    '2026-05-04 08:00',
    withDays({ halfDaysEnd: 480 }),
  ],
  [
    'noon where lunch is closed',
    '2026-11-23 12:00',
    '2026-11-23 13:00',
    { ...OFFICE_HOURS, week: daily(LUNCH_CLOSED) },
  ],
  [
    'a night shift in two spans',
    '2026-11-24 06:00',
    '2026-11-24 22:00',
    {
      ...OFFICE_HOURS,
      week: daily([
        [0, 360],
        [1320, 1440],
      ]),
    },
  ],
  [
    'work that begins in the hour that is sprung over',
    '2026-03-29 01:00',
    '2026-03-29 03:00',
    {
      ...OFFICE_HOURS,
      week: daily([[150, 480]]),
      redDays: { ...OFFICE_HOURS.redDays, red: false },
    },
  ],
  ['who never works', '2026-11-23 10:00', undefined, NEVER],
];

for (const [name, from, next, hours = OFFICE_HOURS] of nextCases) {
  t.test(`the next working moment: ${name}`, async (t) => {
    t.equal(shown(nextWorkingMoment(hours, at(from), STOCKHOLM)), next);
  });
}

t.test('the next working moment is one of work, and none before it is', async () => {
  const edges = fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { maxLength: 6 });
  const spans = edges.map((minutes): Spans => {
    const sorted = minutes.toSorted((a, b) => a - b);
    const pairs: Span[] = [];
    for (let index = 0; index + 1 < sorted.length; index += 2) {
      pairs.push([sorted[index] ?? 0, sorted[index + 1] ?? 0]);
    }
    return pairs;
  });
  const hours = fc.record<WorkingHours>({
    week: fc.tuple(spans, spans, spans, spans, spans, spans, spans),
    redDays: fc.record({
      red: fc.boolean(),
      eves: fc.boolean(),
      halfDaysEnd: fc.option(fc.integer({ min: 0, max: 1440 }), { nil: undefined }),
      squeezed: fc.boolean(),
    }),
  });
  const starts = fc
    .tuple(
      fc.constantFrom(
        ...['2026-03-29', '2026-10-25', '2026-12-23', '2026-12-31', '2026-04-30', '2026-11-27'],
      ),
      fc.integer({ min: -1440, max: 1440 }),
    )
    .map(([date, minutes]) => epochMs(at(`${date} 02:00`) + minutes * MINUTE));
  const zones = fc.constantFrom(STOCKHOLM, 'Australia/Lord_Howe', 'Asia/Kathmandu');
  fc.assert(
    fc.property(hours, starts, zones, (hours, from, zone) => {
      const next = nextWorkingMoment(hours, from, zone);
      const last = next ?? epochMs(from + 20 * 1440 * MINUTE);
      for (let moment = from; moment < last; moment = epochMs(moment + MINUTE)) {
        if (isWorking(hours, moment, zone)) return false;
      }
      return next === undefined || isWorking(hours, next, zone);
    }),
    { numRuns: 300 },
  );
});

const HOUR: DefaultLength = { kind: 'minutes', minutes: 60 };
const ONE: DefaultLength = { kind: 'time', minuteOfDay: 780 };
const REST: DefaultLength = { kind: 'rest-of-day' };
const MORNING: DefaultLength = { kind: 'next-working-day' };

const endCases: readonly (readonly [
  name: string,
  length: DefaultLength,
  now: string,
  end: string | undefined,
  hours?: WorkingHours,
])[] = [
  ['an hour', HOUR, '2026-11-23 12:00', '2026-11-23 13:00'],
  ['an hour from some seconds past', HOUR, '2026-11-23 12:00:20', '2026-11-23 13:00'],
  ['an hour from nearly the next minute', HOUR, '2026-11-23 12:00:40', '2026-11-23 13:01'],
  ['an hour over midnight', HOUR, '2026-12-31 23:30', '2027-01-01 00:30'],
  ['an hour over the spring of the clock', HOUR, '2026-03-29 01:30', '2026-03-29 03:30'],
  ['until one', ONE, '2026-11-23 12:10', '2026-11-23 13:00'],
  ['until one, at one', ONE, '2026-11-23 13:00', '2026-11-24 13:00'],
  ['until one, in the evening', ONE, '2026-11-23 20:00', '2026-11-24 13:00'],
  ['the rest of a working day', REST, '2026-11-23 10:00', '2026-11-23 17:00'],
  ['the rest of the evening', REST, '2026-11-23 17:00', '2026-11-24 00:00'],
  ['the rest of a Sunday', REST, '2026-11-22 10:00', '2026-11-23 00:00'],
  ['the rest of the day that has 25 hours', REST, '2026-10-25 00:10', '2026-10-26 00:00'],
  [
    'the rest of a day whose lunch is closed',
    REST,
    '2026-11-23 12:30',
    '2026-11-23 17:00',
    { ...OFFICE_HOURS, week: daily(LUNCH_CLOSED) },
  ],
  ['tomorrow morning', MORNING, '2026-11-23 16:00', '2026-11-24 08:00'],
  ['tomorrow morning, said before work', MORNING, '2026-11-23 07:00', '2026-11-24 08:00'],
  ['in the small hours it is still yesterday', MORNING, '2026-11-24 00:40', '2026-11-24 08:00'],
  ['Friday afternoon', MORNING, '2026-11-27 15:30', '2026-11-30 08:00'],
  ['the eve of Christmas Eve', MORNING, '2026-12-23 15:00', '2026-12-28 08:00'],
  ["New Year's Eve", MORNING, '2026-12-31 12:00', '2027-01-04 08:00'],
  ['Friday before the clock springs', MORNING, '2026-03-27 15:30', '2026-03-30 08:00'],
  ['who never works', MORNING, '2026-11-23 16:00', undefined, NEVER],
  [
    'a night worker, small hours',
    MORNING,
    '2026-11-24 03:00',
    '2026-11-25 00:00',
    { ...OFFICE_HOURS, week: daily([[0, 120]]) },
  ],
  ['open-ended', { kind: 'open-ended' }, '2026-11-23 16:00', undefined],
];

for (const [name, length, now, end, hours] of endCases) {
  t.test(`how long it lasts: ${name}`, async (t) => {
    t.equal(shown(defaultEnd(length, at(now), STOCKHOLM, hours)), end);
  });
}

t.test('whatever the length, its end is ahead and a whole minute', async () => {
  const lengths = fc.oneof(
    fc
      .integer({ min: 1, max: 3000 })
      .map((minutes): DefaultLength => ({ kind: 'minutes', minutes })),
    fc
      .integer({ min: 0, max: 1439 })
      .map((minuteOfDay): DefaultLength => ({ kind: 'time', minuteOfDay })),
    fc.constantFrom(REST, MORNING),
  );
  const moments = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2034, 0) });
  fc.assert(
    fc.property(lengths, moments, (length, now) => {
      const end = defaultEnd(length, epochMs(now), STOCKHOLM, undefined);
      return end !== undefined && end > now && end % MINUTE === 0;
    }),
    { numRuns: 1000 },
  );
});

/** Sunday 22 November 2026, one o'clock and ten minutes. */
const NOW = '2026-11-22 13:10';

const untilCases: readonly (readonly [text: string, endsAs: EndsAs, end: string, now?: string])[] =
  [
    ['1500', 'clock', '2026-11-22 15:00'],
    ['1500', 'date', '2026-11-22 15:00'],
    ['1300', 'clock', '2026-11-23 13:00'],
    ['1310', 'clock', '2026-11-23 13:10'],
    ['1311', 'clock', '2026-11-22 13:11'],
    ['0824', 'clock', '2026-11-23 08:24'],
    ['0824', 'date', '2027-08-24 00:00'],
    ['1224', 'clock', '2026-11-23 12:24'],
    ['1224', 'date', '2026-12-24 00:00'],
    ['1123', 'date', '2026-11-23 00:00'],
    ['1121', 'date', '2027-11-21 00:00'],
    ['0230', 'date', '2026-11-23 02:30'],
    ['0045', 'date', '2026-11-23 00:45'],
    ['0229', 'date', '2028-02-29 00:00', '2027-11-22 13:10'],
    ['0000', 'clock', '2026-11-23 00:00'],
    ['0000', 'date', '2026-11-23 00:00'],
    ['2400', 'clock', '2026-11-23 00:00'],
    ['2359', 'clock', '2026-11-22 23:59'],
    ['13:00', 'clock', '2026-11-23 13:00'],
    ['15:00', 'date', '2026-11-22 15:00'],
    ['15.30', 'clock', '2026-11-22 15:30'],
    ['8:05', 'clock', '2026-11-23 08:05'],
    ['12:24', 'date', '2026-11-23 12:24'],
    [' 15:00 ', 'clock', '2026-11-22 15:00'],
    ['+90m', 'clock', '2026-11-22 14:40'],
    ['+2h', 'clock', '2026-11-22 15:10'],
    ['+1h30m', 'date', '2026-11-22 14:40'],
    ['+1m', 'clock', '2026-11-22 13:11'],
    ['2026-12-24', 'clock', '2026-12-24 00:00'],
    ['2026-12-24 14:00', 'clock', '2026-12-24 14:00'],
    ['2026-12-24T14:00', 'clock', '2026-12-24 14:00'],
    ['2026-12-24 1400', 'date', '2026-12-24 14:00'],
    ['20261224', 'clock', '2026-12-24 00:00'],
    ['202612241400', 'clock', '2026-12-24 14:00'],
    ['2026-11-22 14:00', 'clock', '2026-11-22 14:00'],
    ['fredag', 'clock', '2026-11-27 00:00'],
    ['Friday', 'clock', '2026-11-27 00:00'],
    ['fre 14:00', 'clock', '2026-11-27 14:00'],
    ['LÖRDAG 0900', 'clock', '2026-11-28 09:00'],
    ['söndag', 'clock', '2026-11-29 00:00'],
    ['mån', 'date', '2026-11-23 00:00'],
    ['tomorrow', 'clock', '2026-11-23 00:00'],
    ['i morgon 8:00', 'clock', '2026-11-23 08:00'],
    ['imorgon', 'date', '2026-11-23 00:00'],
    ['0230', 'clock', '2026-03-29 03:00', '2026-03-29 01:00'],
  ];

for (const [text, endsAs, end, now = NOW] of untilCases) {
  t.test(`until ${text} of an activity that ends as a ${endsAs}, at ${now}`, async (t) => {
    const read = readUntil(text, at(now), STOCKHOLM, endsAs);
    t.equal(read.kind === 'until' ? shown(read.end) : read.because, end);
  });
}

const refusals: readonly (readonly [text: string, endsAs: EndsAs, because: string])[] = [
  ['2412', 'clock', 'no-such-time'],
  ['2412', 'date', 'no-such-time'],
  ['1260', 'clock', 'no-such-time'],
  ['9999', 'date', 'no-such-time'],
  ['24:01', 'clock', 'no-such-time'],
  ['12:60', 'clock', 'no-such-time'],
  ['fredag 25:00', 'clock', 'no-such-time'],
  ['2026-12-24 24:30', 'clock', 'no-such-time'],
  ['1122', 'date', 'past'],
  ['0229', 'date', 'no-such-date'],
  ['2026-02-29', 'clock', 'no-such-date'],
  ['2026-13-01', 'clock', 'no-such-date'],
  ['20260231', 'date', 'no-such-date'],
  ['2026-11-22', 'clock', 'past'],
  ['2026-11-22 13:10', 'clock', 'past'],
  ['2025-12-24', 'date', 'past'],
  ['2036-12-24', 'date', 'too-far'],
  ['+99999m', 'clock', 'ok'],
  ['+9999h', 'clock', 'ok'],
  ['', 'clock', 'unreadable'],
  ['+', 'clock', 'unreadable'],
  ['+0m', 'clock', 'unreadable'],
  ['13', 'clock', 'unreadable'],
  ['130', 'clock', 'unreadable'],
  ['13000', 'clock', 'unreadable'],
  ['fredagen', 'clock', 'unreadable'],
  ['in a while', 'clock', 'unreadable'],
  ['24/12', 'date', 'unreadable'],
  ['-90m', 'clock', 'unreadable'],
];

t.test('what cannot be meant is refused, with what would be right', async (t) => {
  for (const [text, endsAs, because] of refusals) {
    const read = readUntil(text, at(NOW), STOCKHOLM, endsAs);
    t.equal(read.kind === 'refused' ? read.because : 'ok', because, `${endsAs} ${text}`);
    t.ok(read.kind === 'until' || read.right.length > 10, text);
  }
});

t.test('a time that comes twice tonight is the one still ahead', async (t) => {
  const second = epochMs(Date.UTC(2026, 9, 25, 1, 10));
  const read = readUntil('0230', second, STOCKHOLM, 'clock');
  t.equal(read.kind === 'until' && read.end, Date.UTC(2026, 9, 25, 1, 30));
});

t.test('whatever is typed, the end is ahead or there is a reason', async () => {
  const texts = fc.oneof(
    fc.string(),
    fc.stringMatching(/^\d{1,12}$/),
    fc.constantFrom(...untilCases.map(([text]) => text)),
  );
  const moments = fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2034, 0) });
  fc.assert(
    fc.property(texts, moments, fc.constantFrom('clock', 'date'), (text, now, endsAs) => {
      const read = readUntil(text, epochMs(now), STOCKHOLM, endsAs);
      return read.kind === 'refused' || (read.end > now && read.end % MINUTE === 0);
    }),
    { numRuns: 2000 },
  );
});
