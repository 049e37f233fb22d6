import { createHash, randomBytes } from 'node:crypto';
import { type Header, header, headerValues, type SipResponse } from './message.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly qop: 'auth' | undefined;
  readonly stale: boolean;
}

/** The MD5 challenge of a 401 or 407 (RFC 3261 §22.4); others are not spoken here. */
export function readChallenge(response: SipResponse): Challenge | undefined {
  for (const value of headerValues(response, CHALLENGE[response.status] ?? '')) {
    const facts = digestFacts(value);
    const realm = facts.get('realm');
    const nonce = facts.get('nonce');
    const algorithm = facts.get('algorithm') ?? 'MD5';
    if (realm === undefined || nonce === undefined || algorithm.toUpperCase() !== 'MD5') continue;
    const offered = facts.get('qop')?.split(/\s*,\s*/) ?? [];
    return {
      realm,
      nonce,
      opaque: facts.get('opaque'),
      qop: offered.includes('auth') ? 'auth' : undefined,
      stale: facts.get('stale')?.toLowerCase() === 'true',
    };
  }
  return undefined;
}

/** The answer to a 401 (Authorization) or 407 (Proxy-Authorization). */
export function authorization(
  status: number,
  challenge: Challenge,
  credentials: Credentials,
  method: string,
  uri: string,
): Header {
  const { realm, nonce, opaque, qop } = challenge;
  const { username } = credentials;
  const cnonce = randomBytes(8).toString('hex');
  const count = '00000001';
  const response = digestResponse({
    ...credentials,
    realm,
    nonce,
    method,
    uri,
    ...(qop === undefined ? {} : { qop, cnonce, count }),
  });
  const facts = [
    `username="${username}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    'algorithm=MD5',
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(qop === undefined ? [] : [`qop=${qop}`, `cnonce="${cnonce}"`, `nc=${count}`]),
  ];
  return header(
    status === 407 ? 'Proxy-Authorization' : 'Authorization',
    `Digest ${facts.join(', ')}`,
  );
}

export interface DigestInput extends Credentials {
  readonly realm: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
  readonly qop?: string;
  readonly cnonce?: string;
  readonly count?: string;
}

/** RFC 2617 §3.2.2.1, with `qop` where the challenge offered it and RFC 2069's form where not. */
export function digestResponse(input: DigestInput): string {
  const { username, realm, password, method, uri, nonce, qop, cnonce = '', count = '' } = input;
  const secret = md5(`${username}:${realm}:${password}`);
  const request = md5(`${method}:${uri}`);
  return qop === undefined
    ? md5(`${secret}:${nonce}:${request}`)
    : md5(`${secret}:${nonce}:${count}:${cnonce}:${qop}:${request}`);
}

/** The parameters of a `Digest …` value, names in lower case, quotes gone. */
export function digestFacts(value: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of value.matchAll(
    /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g,
  )) {
    facts.set(name.toLowerCase(), quoted ?? plain);
  }
  return facts;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const CHALLENGE: Readonly<Record<number, string>> = {
  401: 'WWW-Authenticate',
  407: 'Proxy-Authenticate',
};
