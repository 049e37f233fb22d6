import { type FileName, readFileName } from '../files/file-name.ts';

/** What a request asks for. */
export interface Asked {
  /** What stands before the file: a phone's token, the lobby, or nothing. */
  readonly by:
    { readonly kind: 'token'; readonly token: string } | { readonly kind: 'lobby' | 'bare' };
  readonly file: FileName;
  /** As the phone wrote it. */
  readonly name: string;
  /** What follows the question mark. */
  readonly query: string;
}

/**
 * A path of ours: `/<token>/<file>`, `/lobby/<file>` or `/<file>`, each part of
 * plain letters. Escapes, backslashes, further folders and absurd lengths are no
 * path of ours, so that nothing is ever decoded, joined or cleaned.
 */
export function readPath(url: string): Asked | undefined {
  if (url.length > 300) return undefined;
  const parts = PATH.exec(url)?.groups;
  const { token, lobby, name = '', query = '' } = parts ?? {};
  const file = readFileName(name);
  if (file === undefined) return undefined;
  if (token !== undefined) return { by: { kind: 'token', token }, file, name, query };
  return { by: { kind: lobby === undefined ? 'bare' : 'lobby' }, file, name, query };
}

/** A token is as `phoneToken` makes it. */
const PATH =
  /^\/(?:(?<token>[0-9a-hjkmnp-tv-z]{26})\/|(?<lobby>lobby)\/)?(?<name>[A-Za-z0-9_-][A-Za-z0-9._-]{0,99})(?:\?(?<query>[!-~\x80-\xff]{0,200}))?$/;
