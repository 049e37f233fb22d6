import { type E164, readE164 } from '../../common/phone-number.ts';
import type { Diverted } from '../call/question.ts';

/** Where a call has been before it came to us. */
export interface Passed {
  readonly numbers: readonly E164[];
  /** How often it was sent on, by those too who are not named. */
  readonly times: number;
}

/** To nobody else. */
export const STRAIGHT: Passed = { numbers: [], times: 0 };

/** Carriers write a number in the spelling of their country. */
export const passedBy = (diverted: Diverted | undefined, country: string): Passed =>
  diverted === undefined
    ? STRAIGHT
    : {
        numbers: diverted.by.flatMap((text) => readE164(text, { country }) ?? []),
        times: diverted.times,
      };
