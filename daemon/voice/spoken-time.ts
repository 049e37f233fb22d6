import type { EpochMs } from '../../common/time.ts';
import type { Language } from '../routing/directory.ts';
import { type Macro, type Rule, spoken } from './macro.ts';
import type { PromptName } from './prompt-name.ts';

/**
 * A moment that has been, as it is said: "i dag klockan tretton noll fem".
 *
 * What FreeSWITCH plays for `voicemail_say_date`: the same rules, followed here
 * for tests and for prompts that the daemon puts together itself.
 */
export function spokenTime(
  moment: EpochMs,
  zone: string,
  now: EpochMs,
  language: Language,
): PromptName[] {
  const then = localTime(moment, zone);
  const today = localTime(now, zone);
  const day = `${then.dayOfYear} ${today.dayOfYear} ${then.weekday} ${then.day} ${then.month}`;
  const macros = timeMacros(language);
  return [
    ...spoken(macros, 'vaxel_day', day),
    ...spoken(macros, 'vaxel_clock', `${then.hour} ${then.minute}`),
  ];
}

/**
 * The macros that say a moment.
 *
 * `vaxel_moment` takes candidate zones and a moment in epoch seconds; FreeSWITCH
 * turns them into local time with `strftime_tz`, by the rules of
 * timezones.conf. "Yesterday" is told by the day of the year, since a day back
 * is not always 24 hours, and expansion can compare but not subtract.
 */
export function timeMacros(language: Language): readonly Macro[] {
  return [
    {
      name: 'vaxel_moment',
      rules: [
        {
          pattern: '^ *([A-Za-z][A-Za-z0-9_/+-]*) .*?(\\d+)$',
          steps: [
            {
              macro: 'vaxel_day',
              data: '${strftime_tz($1 $2|%Y%j)} ${strftime_tz($1 %Y%j)} ${strftime_tz($1 $2|%u %d %m)}',
            },
            { macro: 'vaxel_clock', data: '${strftime_tz($1 $2|%H %M)}' },
          ],
        },
      ],
    },
    { name: 'vaxel_day', rules: DAY },
    { name: 'vaxel_clock', rules: CLOCK[language] },
  ];
}

/** Data: the moment's year and day of the year, today's, then weekday, day and month of the moment. */
const DAY: readonly Rule[] = [
  { pattern: '^(\\d{7}) \\1 ', steps: [{ play: 'today' }] },
  ...yesterday().map((pattern): Rule => ({ pattern, steps: [{ play: 'yesterday' }] })),
  {
    pattern: '^(\\d{4})\\d{3} \\1\\d{3} ([1-7]) (\\d\\d) (\\d\\d)$',
    steps: [{ play: 'weekday-$2' }, { play: 'day-$3' }, { play: 'month-$4' }],
  },
  {
    pattern: '^(20[2-4]\\d)\\d{3} \\d{7} ([1-7]) (\\d\\d) (\\d\\d)$',
    steps: [{ play: 'weekday-$2' }, { play: 'day-$3' }, { play: 'month-$4' }, { play: 'year-$1' }],
  },
];

/** Two days of the year that follow on each other: by their digits, and over each kind of edge. */
function yesterday(): readonly string[] {
  const ones = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((one) => `${one} \\1[${one + 1}]`);
  const tens = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((ten) => `${ten}9 \\1[${ten + 1}]0`);
  const hundreds = [0, 1, 2].map((hundred) => `${hundred}99 \\1[${hundred + 1}]00`);
  const newYears = Array.from({ length: 30 }, (_, index) => {
    const year = 2020 + index;
    return `${year}${year % 4 === 0 ? 366 : 365} ${year + 1}001`;
  });
  return [
    `^(\\d{6})(?:${ones.join('|')}) `,
    `^(\\d{5})(?:${tens.join('|')}) `,
    `^(\\d{4})(?:${hundreds.join('|')}) `,
    `^(?:${newYears.join('|')}) `,
  ];
}

/** Data: hour and minute. */
const CLOCK: Readonly<Record<Language, readonly Rule[]>> = {
  sv: [
    { pattern: '^00 00$', steps: [{ play: 'midnight' }] },
    { pattern: '^(\\d\\d) 00$', steps: [{ play: 'hour-$1' }] },
    { pattern: '^(\\d\\d) (\\d\\d)$', steps: [{ play: 'hour-$1' }, { play: 'minute-$2' }] },
  ],
  en: [
    { pattern: '^00 00$', steps: [{ play: 'midnight' }] },
    { pattern: '^12 00$', steps: [{ play: 'noon' }] },
    { pattern: '^(0\\d|1[01]) 00$', steps: [{ play: 'hour-$1' }, { play: 'am' }] },
    { pattern: '^(\\d\\d) 00$', steps: [{ play: 'hour-$1' }, { play: 'pm' }] },
    {
      pattern: '^(0\\d|1[01]) (\\d\\d)$',
      steps: [{ play: 'hour-$1' }, { play: 'minute-$2' }, { play: 'am' }],
    },
    {
      pattern: '^(\\d\\d) (\\d\\d)$',
      steps: [{ play: 'hour-$1' }, { play: 'minute-$2' }, { play: 'pm' }],
    },
  ],
};

interface LocalTime {
  /** Year and day of the year: `2026326`. */
  readonly dayOfYear: string;
  /** 1 is Monday. */
  readonly weekday: number;
  readonly day: string;
  readonly month: string;
  readonly hour: string;
  readonly minute: string;
}

/** The fields that `strftime` calls `%Y%j %u %d %m %H %M`. */
function localTime(moment: EpochMs, zone: string): LocalTime {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(moment);
  const field = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((part) => part.type === type)?.value ?? '';
  const year = Number(field('year'));
  const date = Date.UTC(year, Number(field('month')) - 1, Number(field('day')));
  const dayOfYear = (date - Date.UTC(year, 0, 1)) / DAY_MS + 1;
  return {
    dayOfYear: `${year}${`${dayOfYear}`.padStart(3, '0')}`,
    weekday: new Date(date).getUTCDay() || 7,
    day: field('day'),
    month: field('month'),
    hour: field('hour'),
    minute: field('minute'),
  };
}

const DAY_MS = 86_400_000;
