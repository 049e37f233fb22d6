/** How a short number is charged, as far as its first digits tell. */
export type ShortNumberClass = 'free' | 'directory' | 'service';

/** Numbers that must reach 112 whatever else is set; written as they are dialled. */
export function readEmergency(digits: string, country: string): '112' | '90000' | undefined {
  if (/^(112|0112|00112|\+112|\+46112|0046112)$/.test(digits)) return '112';
  return country === 'SE' && digits === '90000' ? '90000' : undefined;
}

/**
 * The Swedish numbers that are dialled whole and have no E.164 form (PTS, the
 * numbers "nationellt signifikanta" in 11x and 90x). Fixed lengths, so that no
 * subscriber's number is taken for one.
 */
export function readShortNumber(digits: string, country: string): ShortNumberClass | undefined {
  if (country !== 'SE') return undefined;
  return SWEDISH.find(([pattern]) => pattern.test(digits))?.[1];
}

const SWEDISH: readonly (readonly [RegExp, ShortNumberClass])[] = [
  [/^(11313|11414|1177)$/, 'free'],
  [/^116\d{3}$/, 'free'],
  [/^118\d{3}$/, 'directory'],
  [/^90\d{3}$/, 'service'],
];
