import { hash, timingSafeEqual } from 'node:crypto';

/** What an `Authorization` header says, before anybody has believed it. */
export type Authorization =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | ({ readonly kind: 'digest' } & DigestAnswer);

export interface DigestAnswer {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  /** As on the wire, eight hexadecimal digits. */
  readonly nc: string;
  readonly cnonce: string;
}

/** Basic (RFC 7617), or Digest with MD5 and `qop=auth` (RFC 7616 §3.4); `undefined` for all else. */
export function readAuthorization(header: string): Authorization | undefined {
  if (header.length > 1_000) return undefined;
  const [, scheme = '', rest = ''] = /^(\w+) +(.*)$/.exec(header) ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic':
      return readBasic(rest);
    case 'digest':
      return readDigest(rest);
    default:
      return undefined;
  }
}

function readBasic(text: string): Authorization | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const [, username, password] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(text, 'base64').toString('utf8')) ?? [];
  return username === undefined || password === undefined
    ? undefined
    : { kind: 'basic', username, password };
}

function readDigest(text: string): Authorization | undefined {
  const facts = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of text.matchAll(PARAMETER)) {
    if (facts.has(name.toLowerCase())) return undefined;
    facts.set(name.toLowerCase(), quoted ?? plain);
  }
  const fact = (name: string) => facts.get(name) ?? '';
  if (fact('qop') !== 'auth' || !/^[0-9a-f]{8}$/i.test(fact('nc'))) return undefined;
  if ((facts.get('algorithm') ?? 'MD5').toUpperCase() !== 'MD5') return undefined;
  if (!/^[0-9a-f]{32}$/i.test(fact('response')) || fact('cnonce') === '') return undefined;
  return {
    kind: 'digest',
    username: fact('username'),
    realm: fact('realm'),
    nonce: fact('nonce'),
    uri: fact('uri'),
    response: fact('response').toLowerCase(),
    nc: fact('nc'),
    cnonce: fact('cnonce'),
  };
}

/** Whether that password gives that answer, compared in a time that does not depend on where they differ. */
export function answersDigest(answer: DigestAnswer, method: string, password: string): boolean {
  const { username, realm, nonce, uri, nc, cnonce } = answer;
  const secret = md5(`${username}:${realm}:${password}`);
  const wanted = md5(`${secret}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
  return timingSafeEqual(Buffer.from(wanted), Buffer.from(answer.response));
}

/** Of any two texts, in a time that tells nothing but their length. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}

const md5 = (text: string): string => hash('md5', text);

const PARAMETER = /([A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.){0,400})"|([^\s,"]{1,400}))\s*(?:,|$)/g;
