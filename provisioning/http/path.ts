import { type FileName, readFileName } from '../files/file-name.ts';

/** What a request asks for. */
export interface Asked {
  /** What stands before the file: a phone's token, the lobby, or nothing. */
  readonly by:
    | { readonly kind: 'token'; readonly token: string }
    /** The organisation's domain, where the path names one. */
    | { readonly kind: 'lobby'; readonly domain: string | undefined }
    | { readonly kind: 'bare' };
  readonly file: FileName;
  /** As the phone wrote it. */
  readonly name: string;
  /** What follows the question mark. */
  readonly query: string;
}

/**
 * A path of ours: `/<token>/<file>`, `/lobby/<file>`, `/lobby/<domain>/<file>` or
 * `/<file>`, each part of plain letters. Firmware and languages may lie one folder
 * deeper, as some phones ask for them (`base/25.81.0.30.rom`). Escapes,
 * backslashes, further folders and absurd lengths are no path of ours, so that
 * nothing is ever decoded, joined or cleaned.
 */
export function readPath(url: string): Asked | undefined {
  if (url.length > 300) return undefined;
  const parts = PATH.exec(url)?.groups;
  const { token, lobby, domain, folder, last = '', query = '' } = parts ?? {};
  const found = readFileName(last);
  const name = folder === undefined ? last : `${folder}/${last}`;
  const file = folder === undefined || found === undefined ? found : inFolder(found, name);
  if (file === undefined) return undefined;
  const rest = { file, name, query };
  if (token !== undefined) return { by: { kind: 'token', token }, ...rest };
  return { by: lobby === undefined ? { kind: 'bare' } : { kind: 'lobby', domain }, ...rest };
}

/** What is made from a phone has no folders. */
const inFolder = ({ kind }: FileName, name: string): FileName | undefined =>
  kind === 'resource' ? { kind, name } : undefined;

/** A token is as `phoneToken` makes it; a domain has a dot, and a folder none. */
const PATH =
  /^\/(?:(?<token>[0-9a-hjkmnp-tv-z]{26})\/|(?<lobby>lobby)\/(?:(?<domain>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6})\/)?)?(?:(?<folder>[A-Za-z][A-Za-z0-9_-]{0,30})\/)?(?<last>[A-Za-z0-9_-][A-Za-z0-9._-]{0,99})(?:\?(?<query>[!-~\x80-\xff]{0,200}))?$/;
