import fc from 'fast-check';
import t from 'tap';
import { epochMs } from '../../../common/time.ts';
import { prompts } from '../../../daemon/voice/catalogue.ts';
import { spokenTime } from '../../../daemon/voice/spoken-time.ts';

const STOCKHOLM = 'Europe/Stockholm';
const CATALOGUE = { sv: prompts('sv'), en: prompts('en') };

/** What is said, as text. */
function said(moment: string, now: string, language: 'sv' | 'en', zone = STOCKHOLM): string {
  const texts = CATALOGUE[language];
  return spokenTime(epochMs(Date.parse(moment)), zone, epochMs(Date.parse(now)), language)
    .map((name) => texts.get(name) ?? `[${name}]`)
    .join(' ');
}

const cases = [
  {
    when: 'a time today has hour and minute',
    moment: '2026-11-22T13:05+01:00',
    now: '2026-11-22T15:00+01:00',
    sv: 'i dag klockan tretton noll fem',
    en: 'today at one oh five P M',
  },
  {
    when: 'half past is the hour and thirty',
    moment: '2026-11-22T13:30+01:00',
    now: '2026-11-22T15:00+01:00',
    sv: 'i dag klockan tretton och trettio',
    en: 'today at one thirty P M',
  },
  {
    when: 'noon',
    moment: '2026-11-22T12:00+01:00',
    now: '2026-11-22T15:00+01:00',
    sv: 'i dag klockan tolv',
    en: 'today at noon',
  },
  {
    when: 'one at night is "ett", never "en"',
    moment: '2026-11-22T01:00+01:00',
    now: '2026-11-22T15:00+01:00',
    sv: 'i dag klockan ett',
    en: 'today at one A M',
  },
  {
    when: 'the first minute of the day',
    moment: '2026-11-22T00:00+01:00',
    now: '2026-11-22T15:00+01:00',
    sv: 'i dag vid midnatt',
    en: 'today at midnight',
  },
  {
    when: 'the minute after midnight',
    moment: '2026-11-22T00:01+01:00',
    now: '2026-11-22T15:00+01:00',
    sv: 'i dag klockan noll noll ett',
    en: 'today at twelve oh one A M',
  },
  {
    when: 'two minutes ago, but yesterday',
    moment: '2026-11-21T23:59+01:00',
    now: '2026-11-22T00:01+01:00',
    sv: 'i går klockan tjugotre och femtionio',
    en: 'yesterday at eleven fifty-nine P M',
  },
  {
    when: 'the day before a day of 23 hours, 24 hours before its end',
    moment: '2026-03-28T23:45+01:00',
    now: '2026-03-29T23:50+02:00',
    sv: 'i går klockan tjugotre och fyrtiofem',
    en: 'yesterday at eleven forty-five P M',
  },
  {
    when: 'the day before yesterday, less than 47 hours ago, over the change to summer time',
    moment: '2026-03-28T23:45+01:00',
    now: '2026-03-30T00:15+02:00',
    sv: 'lördag den tjugoåttonde mars klockan tjugotre och fyrtiofem',
    en: 'Saturday the twenty-eighth of March at eleven forty-five P M',
  },
  {
    when: 'the second half past two of the night that has two',
    moment: '2026-10-25T02:30+01:00',
    now: '2026-10-25T23:59+01:00',
    sv: 'i dag klockan två och trettio',
    en: 'today at two thirty A M',
  },
  {
    when: 'last week has weekday and date',
    moment: '2026-11-16T08:15+01:00',
    now: '2026-11-22T15:00+01:00',
    sv: 'måndag den sextonde november klockan åtta och femton',
    en: 'Monday the sixteenth of November at eight fifteen A M',
  },
  {
    when: 'another year is named',
    moment: '2025-12-24T15:00+01:00',
    now: '2026-11-22T15:00+01:00',
    sv: 'onsdag den tjugofjärde december tjugohundratjugofem klockan femton',
    en: 'Wednesday the twenty-fourth of December twenty twenty-five at three P M',
  },
  {
    when: "New Year's Eve is yesterday on the first of January",
    moment: '2024-12-31T23:00+01:00',
    now: '2025-01-01T10:00+01:00',
    sv: 'i går klockan tjugotre',
    en: 'yesterday at eleven P M',
  },
  {
    when: 'the thirtieth of a leap year is not yesterday on the first of January',
    moment: '2024-12-30T23:00+01:00',
    now: '2025-01-01T10:00+01:00',
    sv: 'måndag den trettionde december tjugohundratjugofyra klockan tjugotre',
    en: 'Monday the thirtieth of December twenty twenty-four at eleven P M',
  },
  {
    when: 'the leap day is yesterday on the first of March',
    moment: '2028-02-29T07:00+01:00',
    now: '2028-03-01T07:00+01:00',
    sv: 'i går klockan sju',
    en: 'yesterday at seven A M',
  },
] as const;

for (const { when, moment, now, sv, en } of cases) {
  t.test(when, async (t) => {
    t.equal(said(moment, now, 'sv'), sv);
    t.equal(said(moment, now, 'en'), en);
  });
}

t.test('the zone decides which day it was', async (t) => {
  const moment = '2026-11-22T02:00Z';
  t.equal(said(moment, '2026-11-22T12:00Z', 'sv', 'Europe/London'), 'i dag klockan två');
  t.equal(said(moment, '2026-11-22T12:00Z', 'sv', 'America/New_York'), 'i går klockan tjugoett');
});

t.test('the day before today is yesterday, and no other day is', async (t) => {
  const noonOf = (day: number) => epochMs(Date.UTC(2020, 0, 1 + day, 12));
  const dayWord = (then: number, now: number) =>
    spokenTime(noonOf(then), 'UTC', noonOf(now), 'sv')[0]?.replace(/-.*/, '');
  for (let year = 2021; year < 2050; year++) {
    const newYear = Math.round((Date.UTC(year, 0, 1) - Date.UTC(2020, 0, 1)) / 86_400_000);
    t.equal(dayWord(newYear - 1, newYear), 'yesterday');
    t.equal(dayWord(newYear - 2, newYear), 'weekday');
  }
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: 0, max: 12 }), (then, later) => {
      const word = ['today', 'yesterday'][later] ?? 'weekday';
      return dayWord(then, then + later) === word;
    }),
    { numRuns: 400 },
  );
});

t.test('every moment until 2050 is said, with prompts that exist', async () => {
  const moments = fc.integer({ min: Date.UTC(2020, 0, 2), max: Date.UTC(2049, 11, 30) });
  fc.assert(
    fc.property(moments, moments, fc.constantFrom('sv', 'en'), (moment, now, language) => {
      const names = spokenTime(epochMs(moment), STOCKHOLM, epochMs(now), language);
      return names.length >= 2 && names.every((name) => CATALOGUE[language].has(name));
    }),
  );
});
