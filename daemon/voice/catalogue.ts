import type { Language } from '../routing/directory.ts';
import { english } from './english.ts';
import type { ClockWord, PhraseName, PromptName, SeriesName } from './prompt-name.ts';
import { swedish } from './swedish.ts';
import type { Wording } from './wording.ts';

/**
 * Every prompt of a language: its name and what it says.
 *
 * The phrases come first: what a caller is told when the daemon is new and the
 * numbers are still being made.
 */
export function prompts(language: Language): ReadonlyMap<PromptName, string> {
  const { phrases, clock, number, hour, minute, day, year, weekdays, months } = WORDINGS[language];
  return new Map<PromptName, string>([
    ...PHRASES.map((name) => [name, phrases[name]] as const),
    ...(Object.entries(clock) as [ClockWord, string][]),
    ...series('number', 0, 99, number, (value) => `${value}`),
    ...series('hour', 0, 23, hour),
    ...series('minute', 1, 59, minute),
    ...series(
      'weekday',
      1,
      7,
      (value) => weekdays[value - 1] ?? '',
      (value) => `${value}`,
    ),
    ...series('day', 1, 31, day),
    ...series('month', 1, 12, (value) => months[value - 1] ?? ''),
    ...series('year', 2020, 2049, year),
  ]);
}

function series(
  name: SeriesName,
  first: number,
  last: number,
  say: (value: number) => string,
  write = (value: number) => `${value}`.padStart(2, '0'),
): (readonly [PromptName, string])[] {
  const values = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return values.map((value) => [`${name}-${write(value)}`, say(value)]);
}

export const LANGUAGES: readonly Language[] = ['sv', 'en'];

const WORDINGS: Readonly<Record<Language, Wording>> = { sv: swedish, en: english };

/** In the order they are written down: the refusals first. */
const PHRASES = Object.keys(swedish.phrases) as PhraseName[];
