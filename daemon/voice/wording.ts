import type { ClockWord, PhraseName } from './prompt-name.ts';

/** What one language says for every prompt. A phrase left out does not compile. */
export interface Wording {
  readonly phrases: Readonly<Record<PhraseName, string>>;
  readonly clock: Readonly<Partial<Record<ClockWord, string>>>;
  /** 0 … 99, as one counts messages and names keys. */
  readonly number: (value: number) => string;
  /** 0 … 23, with what precedes it: "klockan tretton". */
  readonly hour: (hour: number) => string;
  /** 1 … 59, after the hour: "noll fem". */
  readonly minute: (minute: number) => string;
  /** 1 … 31, as part of a date: "den tjugofjärde". */
  readonly day: (day: number) => string;
  /** 2020 … 2049. */
  readonly year: (year: number) => string;
  /** Monday first. */
  readonly weekdays: readonly [string, string, string, string, string, string, string];
  readonly months: readonly [...Six, ...Six];
}

type Six = readonly [string, string, string, string, string, string];
