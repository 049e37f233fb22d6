import type { Brand } from './brand.ts';

/** A number in E.164 with its plus: `+46812345678`. Made only by `readE164`. */
export type E164 = Brand<string, 'E164'>;

/** A person's short number inside the organisation: two to five digits. Made only by `readExtension`. */
export type Extension = Brand<string, 'Extension'>;

/** Accepts exactly two to five digits, the first not a zero: a zero begins a public number. */
export function readExtension(text: string): Extension | undefined {
  return /^[1-9]\d{1,4}$/.test(text) ? (text as Extension) : undefined;
}
