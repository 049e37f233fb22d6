import type { Wording } from '../voice/wording.ts';
import type { Choice } from './choices.ts';
import type { ReturnTime } from './return-time.ts';

/** What one language needs to tell of an absence, beyond the words of every prompt. */
export interface ReferralWording {
  readonly words: Wording;
  /** Whoever has no name that can be spoken. */
  readonly someone: string;
  /** Stands for a phrase that is private, cannot be spoken, or would not be true. */
  readonly notAvailable: string;
  /** Stands for a label that is private. */
  readonly absent: string;
  /** "åter i morgon klockan åtta"; follows the phrase. */
  readonly spokenEnd: (end: ReturnTime) => string;
  /** "till i morgon 08:00"; follows the label. */
  readonly shownEnd: (end: ReturnTime) => string;
  /** "Tryck", before the first key. */
  readonly press: string;
  /** "för växeln"; follows the key. */
  readonly choice: (choice: Choice) => string;
  /** Signs that have a word. */
  readonly signs: Readonly<Record<'&' | '+' | '%', string>>;
}

/** "08:05" */
export function digits(minute: number): string {
  const pad = (value: number) => `${value}`.padStart(2, '0');
  return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}
