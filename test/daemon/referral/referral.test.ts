import fc from 'fast-check';
import t from 'tap';
import { STANDARD_ACTIVITIES, REASONS_OF_ABSENCE } from '../../../common/standard-activities.ts';
import type { ActivityTemplate } from '../../../common/activity.ts';
import { epochMs } from '../../../common/time.ts';
import { OFFICE_HOURS } from '../../../daemon/calendar/working-hours.ts';
import type { Choice, Key } from '../../../daemon/referral/choices.ts';
import {
  type Absence,
  type AbsencePhrase,
  type Referral,
  referralOf,
  referralsFrom,
} from '../../../daemon/referral/referral.ts';
import { moment, STOCKHOLM } from '../../support/stockholm.ts';
import { clocks, dates, situations, texts } from './spoken-cases.ts';

type Language = 'sv' | 'en';
const LANGUAGES = ['sv', 'en'] as const;

const ALL = [...STANDARD_ACTIVITIES, ...REASONS_OF_ABSENCE];

function phraseOf(key: string, language: Language): AbsencePhrase {
  const found: Omit<ActivityTemplate, 'position'> | undefined = ALL.find(
    (each) => each.key === key,
  );
  if (found === undefined) throw new Error(`no activity ${key}`);
  return {
    label: found.names[language],
    spoken: found.phrase[language],
    public: found.publicPhrase?.[language],
    private: found.private,
    endsAs: found.endsAs,
    endWord: found.endWord,
  };
}

function absence(language: Language, rest: Partial<Absence> = {}): Absence {
  return {
    name: 'Anna Berg',
    phrase: phraseOf('lunch', language),
    end: undefined,
    now: moment('2026-11-23 12:00'),
    zone: STOCKHOLM,
    hours: undefined,
    language,
    choices: [],
    ...rest,
  };
}

const said = ({ parts }: Referral) => parts.map(({ text }) => text).join(' ');
const endSaid = ({ parts }: Referral) => parts.find(({ kind }) => kind === 'end')?.text;

for (const language of LANGUAGES) {
  t.test(`every hour and half hour, and odd minutes, in ${language}`, async (t) => {
    for (const [clock, sv, en] of clocks) {
      const now = moment('2026-11-22 23:59');
      // Read on the day itself, but for midnight, which ends it.
      const end = moment(clock === '00:00' ? '2026-11-24 00:00' : `2026-11-23 ${clock}`);
      const heard = referralOf(absence(language, { end, now: epochMs(now + 61_000) }));
      t.equal(endSaid(heard), `${{ sv, en }[language]}.`, clock);
    }
  });

  t.test(`every day and month, seen from the first of January, in ${language}`, async (t) => {
    for (const [date, sv, en] of dates) {
      const end = moment(`${date} 00:00`);
      const now = moment('2026-01-01 09:00');
      const phrase = phraseOf('holiday', language);
      t.equal(
        endSaid(referralOf(absence(language, { end, now, phrase }))),
        `${{ sv, en }[language]}.`,
        date,
      );
    }
  });

  for (const each of situations) {
    t.test(`${each.when}, in ${language}`, async (t) => {
      const { activity, now, end, office } = each;
      const referral = referralOf(
        absence(language, {
          phrase: phraseOf(activity, language),
          now: moment(now),
          end: end === undefined ? undefined : moment(end),
          hours: office ? OFFICE_HOURS : undefined,
        }),
      );
      const [spoken, shown] = each[language];
      t.equal(said(referral), spoken);
      t.equal(referral.shown, shown);
    });
  }

  t.test(`what somebody typed becomes words, in ${language}`, async (t) => {
    for (const [text, sv, en] of texts) {
      const phrase: AbsencePhrase = { ...phraseOf('lunch', language), spoken: text };
      const { parts } = referralOf(absence(language, { phrase }));
      t.equal(parts[1]?.text, `${{ sv, en }[language]}.`, text);
    }
  });
}

t.test(
  'an hour and a day are told in words of their own: 150 of each language and more',
  async (t) => {
    t.ok(clocks.length + dates.length + situations.length + texts.length >= 150);
  },
);

const CHOICES: readonly Choice[] = [
  { key: '1', kind: 'message' },
  { key: '2', kind: 'colleague', name: 'Björn Ek' },
  { key: '3', kind: 'switchboard' },
  { key: '4', kind: 'team', name: 'Support 2' },
  { key: '5', kind: 'mobile' },
  { key: '6', kind: 'ring-back' },
];

const menus: readonly (readonly [choices: readonly Choice[], sv: string, en: string])[] = [
  [[], '', ''],
  [CHOICES.slice(0, 1), 'Tryck ett för att lämna ett meddelande.', 'Press one to leave a message.'],
  [
    CHOICES.slice(0, 3),
    'Tryck ett för att lämna ett meddelande, två för Björn Ek, tre för växeln.',
    'Press one to leave a message, two for Björn Ek, three for the switchboard.',
  ],
  [
    CHOICES,
    'Tryck ett för att lämna ett meddelande, två för Björn Ek, tre för växeln, ' +
      'fyra för Support två, fem för mobiltelefonen, ' +
      'sex för att bli uppringd när personen är tillbaka.',
    'Press one to leave a message, two for Björn Ek, three for the switchboard, ' +
      'four for Support two, five for the mobile phone, ' +
      'six to be called back when the person has returned.',
  ],
  [CHOICES.slice(2, 3), 'Tryck tre för växeln.', 'Press three for the switchboard.'],
  [
    [
      { key: '0', kind: 'switchboard' },
      { key: '*', kind: 'mobile' },
      { key: '#', kind: 'message' },
    ],
    'Tryck noll för växeln, stjärna för mobiltelefonen, fyrkant för att lämna ett meddelande.',
    'Press zero for the switchboard, star for the mobile phone, hash to leave a message.',
  ],
  [
    [
      { key: '7', kind: 'colleague', name: '☎' },
      { key: '8', kind: 'team', name: ' ' },
    ],
    'Tryck sju för en kollega, åtta för gruppen.',
    'Press seven for a colleague, eight for the team.',
  ],
];

t.test('the choices are one sentence, in the order they are given', async (t) => {
  for (const [choices, sv, en] of menus) {
    for (const language of LANGUAGES) {
      const { parts } = referralOf(absence(language, { choices }));
      const menu = parts.filter(({ kind }) => kind === 'choice');
      t.equal(menu.length, choices.length);
      t.equal(menu.map(({ text }) => text).join(' '), { sv, en }[language]);
    }
  }
});

t.test('a private activity leaks neither its label nor its phrase', async (t) => {
  const secret: AbsencePhrase = {
    label: 'Sjuk',
    spoken: 'är sjuk',
    public: undefined,
    private: true,
    endsAs: 'date',
    endWord: undefined,
  };
  const bare = referralOf(absence('sv', { phrase: secret, choices: CHOICES }));
  t.match(said(bare), /^Anna Berg är inte tillgänglig\. Tryck ett/);
  t.equal(bare.shown, 'Frånvarande');
  const told = referralOf(absence('sv', { phrase: { ...secret, public: 'är borta i dag' } }));
  t.equal(said(told), 'Anna Berg är borta i dag.');
  const silly = referralOf(absence('sv', { phrase: { ...secret, public: '???' } }));
  t.equal(said(silly), 'Anna Berg är inte tillgänglig.');
  const soon = referralOf(
    absence('sv', { phrase: { ...secret, endWord: 'soon' }, end: moment('2026-11-23 12:15') }),
  );
  t.equal(said(soon), 'Anna Berg är inte tillgänglig, åter klockan tolv och femton.');
});

t.test('what is for colleagues only is shown and not spoken', async (t) => {
  for (const spoken of [undefined, '', '  ']) {
    const phrase = { ...phraseOf('available', 'sv'), spoken };
    const referral = referralOf(absence('sv', { phrase, choices: CHOICES }));
    t.strictSame(referral, { parts: [], shown: 'Tillgänglig' });
  }
});

t.test('a name that cannot be spoken is somebody', async (t) => {
  t.equal(said(referralOf(absence('sv', { name: '★ ' }))), 'Personen du söker är på lunch.');
  t.equal(said(referralOf(absence('en', { name: '' }))), 'The person you are calling is at lunch.');
  t.equal(said(referralOf(absence('en', { name: 'Reception 2' }))), 'Reception two is at lunch.');
});

t.test('the other zone decides which day it is', async (t) => {
  const end = moment('2026-11-24 01:00');
  const now = moment('2026-11-23 23:00');
  t.equal(endSaid(referralOf(absence('sv', { end, now }))), 'åter i morgon klockan ett.');
  t.equal(
    endSaid(referralOf(absence('sv', { end, now, zone: 'America/New_York' }))),
    'åter klockan nitton.',
  );
});

const names = fc.oneof(fc.string(), fc.constantFrom('Anna Berg', 'Björn Ek', 'Växel 2'));
const keys = fc.constantFrom<Key>('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#');
const anyChoice: fc.Arbitrary<Choice> = fc.oneof(
  fc.record({
    key: keys,
    kind: fc.constantFrom('message' as const, 'switchboard' as const, 'mobile' as const),
  }),
  fc.record({
    key: keys,
    kind: fc.constantFrom('colleague' as const, 'team' as const),
    name: names,
  }),
);
const anyMoment = fc
  .integer({ min: Date.UTC(2024, 0), max: Date.UTC(2040, 0) })
  .map((value) => epochMs(value));
const anyAbsence: fc.Arbitrary<Absence> = fc
  .record({
    name: names,
    label: fc.string(),
    spoken: fc.option(fc.string(), { nil: undefined }),
    public: fc.option(fc.string(), { nil: undefined }),
    private: fc.boolean(),
    endsAs: fc.constantFrom('clock' as const, 'date' as const),
    endWord: fc.constantFrom(undefined, 'back' as const, 'until' as const, 'soon' as const),
    now: anyMoment,
    length: fc.option(
      fc.oneof(
        fc.integer({ min: -86_400_000, max: 14 * 86_400_000 }),
        fc.integer({ min: 0, max: 800 * 86_400_000 }),
      ),
      { nil: undefined },
    ),
    zone: fc.constantFrom(STOCKHOLM, 'America/New_York', 'Australia/Lord_Howe'),
    hours: fc.constantFrom(undefined, OFFICE_HOURS),
    language: fc.constantFrom(...LANGUAGES),
    choices: fc.array(anyChoice, { maxLength: 4 }),
  })
  .map(({ label, spoken, endsAs, endWord, length, ...rest }) => ({
    ...rest,
    phrase: { label, spoken, public: rest.public, private: rest.private, endsAs, endWord },
    end: length === undefined ? undefined : epochMs(rest.now + length),
  }));

t.test('every part can be spoken, no end has been, and the same gives the same', async () => {
  fc.assert(
    fc.property(anyAbsence, (each) => {
      const { parts, shown } = referralOf(each);
      const again = referralOf(structuredClone(each));
      const hasEnd = parts.some(({ kind }) => kind === 'end');
      const isOver = each.end === undefined || each.end <= each.now;
      return (
        parts.every(({ text }) => /\p{L}/u.test(text) && /^[\p{L}\p{M} ,.'’-]+$/u.test(text)) &&
        parts.every(({ text }) => text === text.trim() && !text.includes('  ')) &&
        hasEnd === (parts.length > 0 && !isOver) &&
        // A name that ends in a point may be followed by none.
        (parts.length === 0 || /[.]$/.test(said({ parts, shown }))) &&
        JSON.stringify({ parts, shown }) === JSON.stringify(again)
      );
    }),
    { numRuns: 1000 },
  );
});

t.test('all that will be said until the end is known ahead', async () => {
  fc.assert(
    fc.property(anyAbsence, fc.double({ min: 0, max: 1, noNaN: true }), (each, part) => {
      const ahead = referralsFrom(each);
      const span = each.end === undefined ? 86_400_000 : Math.max(0, each.end - each.now) * 1.1;
      const now = epochMs(Math.floor(each.now + part * span));
      const known = ahead.findLast(({ from }) => from <= now)?.referral;
      const isOrdered = ahead.every(({ from }, index) => from > (ahead[index - 1]?.from ?? 0));
      return (
        isOrdered &&
        ahead.length <= 6 &&
        JSON.stringify(known) === JSON.stringify(referralOf({ ...each, now }))
      );
    }),
    { numRuns: 1000 },
  );
});

t.test('a holiday changes its words five times', async (t) => {
  const plan = referralsFrom(
    absence('sv', {
      phrase: phraseOf('holiday', 'sv'),
      now: moment('2026-12-15 12:00'),
      end: moment('2027-01-11 00:00'),
      hours: OFFICE_HOURS,
    }),
  );
  t.strictSame(
    plan.map(({ from, referral }) => [from, endSaid(referral)]),
    [
      [moment('2026-12-15 12:00'), 'åter måndagen den elfte januari tjugohundratjugosju.'],
      [moment('2027-01-01 00:00'), 'åter måndagen den elfte januari.'],
      [moment('2027-01-05 00:00'), 'åter måndag.'],
      [moment('2027-01-10 00:00'), 'åter i morgon.'],
      [moment('2027-01-11 00:00'), undefined],
    ],
  );
});

t.test('the twelve are in order, told apart, and can be read on white and on dark', async (t) => {
  t.strictSame(
    STANDARD_ACTIVITIES.map(({ position }) => position),
    Array.from({ length: 12 }, (_, index) => index),
  );
  t.equal(new Set(ALL.map(({ key }) => key)).size, ALL.length);
  for (const each of ALL) {
    t.ok(contrast(each.colour, '#ffffff') >= 4.5, `${each.key} on white`);
    t.ok(contrast(each.colour, '#121212') >= 3, `${each.key} on dark`);
    t.equal(each.rings, each.phrase.sv === '', `${each.key} is spoken where it does not ring`);
    t.ok(!each.private || each.publicPhrase !== undefined, `${each.key} has public words`);
  }
  t.equal(new Set(STANDARD_ACTIVITIES.map(({ icon }) => icon)).size, 12);
});

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
      const value = parseInt(colour.slice(start, start + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}
