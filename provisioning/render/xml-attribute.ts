/**
 * A value between the double quotes of an XML attribute (XML 1.0 §2.3, §3.3.3).
 * Control characters and halves of characters are not XML at all, and line ends
 * would be read as spaces.
 */
export function xmlAttribute(value: unknown): string {
  return xmlCharacters(String(value)).replaceAll(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
}

/** Text without what XML 1.0 §2.2 forbids, and without line ends. */
export function xmlCharacters(text: string): string {
  return text.replaceAll(FORBIDDEN, ' ').trim();
}

const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufeff\ufffe\uffff]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
