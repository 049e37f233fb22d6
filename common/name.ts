/**
 * A name as a person writes it, trimmed and in one spelling (Unicode NFC), or
 * `undefined` where it is empty, longer than 100 characters, or holds something
 * no name does: control characters, line breaks, marks that turn the direction
 * of the text around, halves of characters. Quotes and emoji are fine.
 */
export function readName(text: string): string | undefined {
  const name = text.trim().normalize('NFC');
  if (name === '' || name.length > 100 || FORBIDDEN.test(text)) return;
  return name;
}

const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
