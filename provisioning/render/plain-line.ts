/**
 * A value in a `key = value` file (Yealink): one line without control characters
 * or halves of characters. The format knows no quotes and no escapes, so what
 * would end the line can only be left out.
 */
export function plainLine(value: unknown): string {
  return String(value).replaceAll(FORBIDDEN, ' ').trim();
}

const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufeff\ufffe\uffff]/gu;
