import type { DestinationClass } from './destination-class.ts';

/** Which numbers of the public network somebody may call, whatever the hour and however often. */
export interface OutsideReach {
  readonly reach: Reach;
  /** Premium numbers, directory enquiries and satellites as well. */
  readonly premium: boolean;
  /** Besides `home`. */
  readonly countries: Countries;
  /** ISO 3166-1 alpha-2. */
  readonly home: string;
}

/** `anywhere` is the countries that the organisation allows. */
export type Reach = 'anywhere' | 'domestic' | 'none';

/** ISO 3166-1 alpha-2. */
export type Countries = readonly string[] | 'all';

/** Why a number may not be called at any time. */
export type NeverAllowed = 'none-outside' | 'domestic-only' | 'premium' | 'country';

/** @returns undefined where it may. */
export function neverAllowed(
  to: DestinationClass,
  { reach, premium, countries, home }: OutsideReach,
): NeverAllowed | undefined {
  if (isBeyond(to, reach)) return reach === 'none' ? 'none-outside' : 'domestic-only';
  if (to.kind === 'premium' && !premium) return 'premium';
  return isDear(to) && !isAmong(to.country, countries, home) ? 'country' : undefined;
}

export function isBeyond(to: DestinationClass, reach: Reach): boolean {
  switch (reach) {
    case 'anywhere':
      return false;
    case 'domestic':
      return isDear(to);
    case 'none':
      return true;
  }
}

type Dear = Extract<DestinationClass, { kind: 'abroad' | 'premium' }>;

/** What fraud earns by. */
const isDear = (to: DestinationClass): to is Dear => to.kind === 'abroad' || to.kind === 'premium';

function isAmong(country: string | undefined, countries: Countries, home: string): boolean {
  if (countries === 'all' || country === home) return true;
  return country !== undefined && countries.includes(country);
}

/** The setting `countries`. */
export function readCountries(text: string): Countries {
  if (text === 'all') return 'all';
  return text === 'none' ? [] : text.split(',');
}
