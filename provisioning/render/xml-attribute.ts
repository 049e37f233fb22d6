import { printable } from './printable.ts';

/** A value between the double quotes of an XML attribute (XML 1.0 §2.3). */
export function xmlAttribute(value: unknown): string {
  return printable(value).replaceAll(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
