import { isUtf8 } from 'node:buffer';

/**
 * Bytes as text: UTF-8 where they are UTF-8, and Latin-1 where they are not.
 *
 * FreeSWITCH hands on the bytes a phone sent. A caller named Åsa by an old
 * telephone arrives as `C5 73 61`, which is no UTF-8; reading it as Latin-1
 * gives her name back. Any bytes are Latin-1, so this never fails.
 */
export function readText(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

/** The same of bytes that came as a character each. */
export const readLatin1 = (latin1: string): string =>
  isAscii(latin1) ? latin1 : readText(Buffer.from(latin1, 'latin1'));

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);

/**
 * Undoes percent-encoding as far as there is any.
 *
 * Total, where `decodeURIComponent` throws: a `%` that begins no escape stays,
 * and escapes that are not UTF-8 are read as Latin-1, so `%C5sa` is Åsa.
 */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    readText(Buffer.from(escapes.replaceAll('%', ''), 'hex')),
  );
}
