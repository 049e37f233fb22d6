import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import type { OutsideLimits } from '../routing/directory.ts';
import type { CallsOut } from '../routing/rules.ts';

/**
 * What somebody may dial outside while no daemon lives, as an expression that
 * FreeSWITCH holds against E.164 or a short number. It knows no hours and counts
 * nothing; a calling code that several countries share goes by its largest one.
 *
 * @param home - ISO 3166-1 alpha-2.
 */
export function mayCall(home: string, { countries }: OutsideLimits, callsOut: CallsOut): string {
  const { reach } = callsOut;
  if (reach === 'none') return NOTHING;
  const premium = callsOut.premium && reach === 'anywhere';
  const own = CODES_OF.get(home) ?? '';
  const dear = PREMIUM[home] ?? [];
  const owns = premium || dear.length === 0 ? own : `${own}(?!${dear.join('|')})`;
  const codes = reach === 'domestic' ? [owns] : [owns, ...abroad(own, countries, premium)];
  return `^(?:${premium ? '1\\d' : '1(?!18)\\d'}|\\+(?:${codes.join('|')})\\d)`;
}

function abroad(
  own: string,
  countries: OutsideLimits['countries'],
  premium: boolean,
): readonly string[] {
  if (countries === 'all') return [premium ? `(?!${own})` : `(?!${own}|${NO_COUNTRY})`];
  return [...CODES]
    .filter(([code, all]) => code !== own && isAllowed(code, all, countries))
    .map(([code]) => code);
}

function isAllowed(code: string, all: readonly string[], countries: readonly string[]): boolean {
  const largest = LARGEST[code];
  return largest === undefined
    ? all.every((country) => countries.includes(country))
    : countries.includes(largest);
}

const CODES_OF = new Map<string, string>(
  getCountries().map((country) => [country, getCountryCallingCode(country)]),
);

/** Every country of a calling code. */
const CODES = new Map<string, string[]>();
for (const [country, code] of CODES_OF) CODES.set(code, [...(CODES.get(code) ?? []), country]);

/** Where small neighbours share the code. +1 and +7 are left out: too much of them is far away. */
const LARGEST: Readonly<Record<string, string>> = { 39: 'IT', 44: 'GB', 47: 'NO', 358: 'FI' };

/** After the calling code (PTS, numbering plan; libphonenumber has the same). */
const PREMIUM: Readonly<Record<string, readonly string[]>> = {
  SE: ['649', '900', '939', '944', '99'],
};

/** International freephone, shared cost, Inmarsat, personal numbers, satellites, relief and premium (ITU-T E.164, codes of no country). */
const NO_COUNTRY = '80[08]|87[08]|88[1238]|979';

const NOTHING = '^(?!)';
