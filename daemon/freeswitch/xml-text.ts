/** A value of ours as an XML attribute (XML 1.0 §2.3); its `${…}` is meant to be expanded. */
export function xmlAttribute(value: string): string {
  return /[&<>"']/.test(value) ? value.replaceAll(/[&<>"']/g, (c) => ENTITIES[c] ?? c) : value;
}

/**
 * Text that a person typed, harmless wherever FreeSWITCH may expand it.
 *
 * Control characters are not XML (XML 1.0 §2.2), and FreeSWITCH expands a
 * dollar sign at load (`$${…}`) and again in a call (`${…}`, API calls
 * included), so neither survives.
 */
export function inertText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff$]/gu, ' ').trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
