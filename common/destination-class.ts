import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { readShortNumber } from './short-numbers.ts';

/** What a call to the public network is likely to cost, as far as its digits tell. */
export type DestinationClass =
  | { readonly kind: 'free' }
  | { readonly kind: 'domestic' }
  /** ISO 3166-1 alpha-2. */
  | { readonly kind: 'abroad'; readonly country: string }
  /** Charged beyond the call itself. Satellites and international networks (+88…) too, which belong to no country. */
  | { readonly kind: 'premium'; readonly country: string | undefined };

/** The classes that somebody is charged for: those counted by the hour. */
export type ChargedKind = Exclude<DestinationClass['kind'], 'free'>;

/**
 * @param to - E.164, or a short number as it is dialled.
 * @param home - the country one calls from, ISO 3166-1 alpha-2.
 */
export function destinationClass(to: string, home: string): DestinationClass {
  const short = readShortNumber(to, home);
  if (short !== undefined) return short === 'directory' ? { kind: 'premium', country: home } : FREE;
  const number = parsePhoneNumberFromString(to);
  const country = number?.country;
  const type = number?.getType();
  if (type === 'PREMIUM_RATE' || country === undefined) return { kind: 'premium', country };
  if (country === home) return type === 'TOLL_FREE' ? FREE : DOMESTIC;
  // Numbers that follow a person (+44 70) cost as premium ones do, and are where the profit of fraud is made.
  return { kind: type === 'PERSONAL_NUMBER' ? 'premium' : 'abroad', country };
}

const FREE = { kind: 'free' } as const;
const DOMESTIC = { kind: 'domestic' } as const;
