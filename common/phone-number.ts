import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Brand } from './brand.ts';
import { readEmergency, readShortNumber, type ShortNumberClass } from './short-numbers.ts';

/** A number in E.164 with its plus: `+46812345678`. Made only by `readE164`. */
export type E164 = Brand<string, 'E164'>;

/** A person's short number inside the organisation: two to five digits. Made only by `readExtension`. */
export type Extension = Brand<string, 'Extension'>;

/** Where a number is read: what a national and a local number mean. */
export interface NumberPlan {
  /** ISO 3166-1 alpha-2: `SE`. */
  readonly country: string;
  /** Without its leading zero; with it, a number without one is local (open dialling). */
  readonly areaCode?: string | undefined;
}

/** What somebody dialled, before anyone has looked for who that is. */
export type Dialled =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'emergency'; readonly number: '112' | '90000' }
  | { readonly kind: 'short'; readonly number: string; readonly class: ShortNumberClass }
  | {
      readonly kind: 'extension';
      readonly extension: Extension;
      /** What the same digits are where nobody has that extension: a short local number. Read when it is asked for. */
      readonly otherwise: E164 | undefined;
    }
  | { readonly kind: 'e164'; readonly e164: E164 }
  | { readonly kind: 'invalid'; readonly why: InvalidNumber };

export type InvalidNumber = 'empty' | 'not-a-number' | 'no-such-number';

/** Accepts exactly two to five digits, the first not a zero: a zero begins a public number. */
export function readExtension(text: string): Extension | undefined {
  return /^[1-9]\d{1,4}$/.test(text) ? (text as Extension) : undefined;
}

/** True for a country whose numbers we can read. */
export const isCountry = (text: string): boolean => isSupportedCountry(text);

/**
 * A public number in any spelling a carrier or a person uses: `+46…`, `0046…`,
 * `46…`, `+46 (0)8…`, `08-…`, and local ones where the plan has an area code.
 * Emergency and short numbers have no E.164 form and give `undefined`.
 */
export function readE164(text: string, plan: NumberPlan): E164 | undefined {
  const digits = withoutFormatting(text);
  if (!/^\+?\d{3,20}$/.test(digits)) return undefined;
  if (readEmergency(digits, plan.country) ?? readShortNumber(digits, plan.country))
    return undefined;
  if (digits.startsWith('+')) return parse(digits);
  if (digits.startsWith('00')) return parse(`+${digits.slice(2)}`);
  if (digits.startsWith('0')) return parse(digits, plan.country);
  return readUnprefixed(digits, plan);
}

/**
 * What was dialled, in the order that keeps every meaning reachable: codes, then
 * emergency, then short numbers, extensions, international, national and local.
 */
export function readDialled(text: string, plan: NumberPlan): Dialled {
  const digits = withoutFormatting(text);
  if (digits === '') return { kind: 'invalid', why: 'empty' };
  if (/^[*#][\d*#]*$/.test(digits)) return { kind: 'code', code: digits };
  if (!/^\+?\d+$/.test(digits)) return { kind: 'invalid', why: 'not-a-number' };

  const emergency = readEmergency(digits, plan.country);
  if (emergency !== undefined) return { kind: 'emergency', number: emergency };

  const short = readShortNumber(digits, plan.country);
  if (short !== undefined) return { kind: 'short', number: digits, class: short };

  const extension = readExtension(digits);
  if (extension !== undefined) {
    return {
      kind: 'extension',
      extension,
      get otherwise() {
        return readE164(digits, plan);
      },
    };
  }
  const e164 = readE164(digits, plan);
  return e164 === undefined ? { kind: 'invalid', why: 'no-such-number' } : { kind: 'e164', e164 };
}

/** Charged beyond the call itself: 0900, 0939, 0944, 099 and their like abroad. */
export const isPremium = (number: E164): boolean =>
  parsePhoneNumberFromString(number)?.getType() === 'PREMIUM_RATE';

/** What people put between digits, and the trunk zero of `+46 (0)8`. */
function withoutFormatting(text: string): string {
  const compact = text.replace(/[\s().\-/\u2010-\u2015\u2212\u00ad]/gu, '');
  return /^\s*(\+|00)[\d\s.-]*\(0\)/.test(text) ? withoutTrunkZero(text) : compact;
}

function withoutTrunkZero(text: string): string {
  return withoutFormatting(text.replace('(0)', ''));
}

/**
 * Digits without zero or plus. A carrier's `46812345678` is told from a local
 * number by its length: no subscriber's number here has nine digits or more.
 */
function readUnprefixed(digits: string, plan: NumberPlan): E164 | undefined {
  if (digits.length >= 9) {
    const international = parse(`+${digits}`);
    if (international !== undefined) return international;
  }
  if (plan.areaCode === undefined || digits.length < 5) return undefined;
  return parse(plan.areaCode + digits, plan.country);
}

/** The same number is read several times for one call, and again for the next. */
function parse(digits: string, country = ''): E164 | undefined {
  const key = `${country} ${digits}`;
  if (lately.has(key)) return lately.get(key);
  const number = before.has(key) ? before.get(key) : parseAnew(digits, country);
  if (lately.size >= PARSED_KEPT) {
    before = lately;
    lately = new Map();
  }
  lately.set(key, number);
  return number;
}

type Parsed = Map<string, E164 | undefined>;

/** Two, so that what is read again and again is never forgotten with the rest. */
let lately: Parsed = new Map();
let before: Parsed = new Map();

/** In each, for the numbers of a company of thousands and of those who call it: a megabyte or two. */
const PARSED_KEPT = 10_000;

function parseAnew(digits: string, country: string): E164 | undefined {
  const options = isSupportedCountry(country) ? { defaultCountry: country } : {};
  const number = parsePhoneNumberFromString(digits, { ...options, extract: false });
  return number?.isValid() === true ? (number.number as E164) : undefined;
}
