import type { Header } from './message.ts';

/** Where datagrams go to and come from. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Uri {
  readonly user: string;
  readonly host: string;
  readonly port: number | undefined;
}

/** A From, To, Contact, P-Asserted-Identity … taken apart (RFC 3261 §20.10). */
export interface Address extends Uri {
  /** As a person would read it: quotes and backslashes gone, bytes read as UTF-8. */
  readonly displayName: string;
  /** The same before decoding, for names that are not UTF-8. */
  readonly displayNameBytes: Buffer;
  readonly uri: string;
  readonly tag: string | undefined;
}

export function readAddress(value: Header | undefined): Address {
  const text = value?.bytes.toString('latin1') ?? '';
  const named = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<([^>]*)>(.*)$/s.exec(text);
  const [, quoted, plain = '', uri = '', after = ''] = named ?? bare(text);
  const displayNameBytes = Buffer.from(
    quoted === undefined ? plain : quoted.replaceAll(/\\(.)/gs, '$1'),
    'latin1',
  );
  return {
    displayName: displayNameBytes.toString('utf8'),
    displayNameBytes,
    uri,
    tag: /;\s*tag\s*=\s*([^;,\s]+)/i.exec(after)?.[1],
    ...readUri(uri),
  };
}

export function readUri(uri: string): Uri {
  const [, user = '', host = '', port] =
    /^(?:sips?|tel):(?:([^@]*)@)?(\[[^\]]*\]|[^;:?>]*)(?::(\d+))?/i.exec(uri) ?? [];
  return {
    user: user.replace(/[;:].*$/s, ''),
    host,
    port: port === undefined ? undefined : Number(port),
  };
}

/** A quoted display name for a header; a `Buffer` keeps its bytes, escaped like any other. */
export function quotedName(name: string | Buffer): Buffer {
  const bytes = typeof name === 'string' ? Buffer.from(name) : name;
  const escaped = bytes.toString('latin1').replaceAll(/["\\]/g, '\\$&');
  return Buffer.from(`"${escaped}"`, 'latin1');
}

/** Without angle brackets everything past the first semicolon belongs to the header (RFC 3261 §20). */
function bare(text: string): readonly (string | undefined)[] {
  const [, uri = '', after = ''] = /^\s*([^;]*?)\s*(;.*)?$/s.exec(text) ?? [];
  return [text, undefined, '', uri, after];
}
