import { randomInt } from 'node:crypto';

/**
 * A new identifier: 13 characters, 65 random bits. Short enough to be typed
 * after `vaxel device remove`, and it tells nothing of when or where it was made.
 */
export function newId(): string {
  return randomText(BASE32, 13);
}

/** `length` characters drawn evenly from `alphabet` by the system's secure source. */
export function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** Crockford's base 32 in lower case: no i, l, o or u to misread or to spell with. */
export const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';
