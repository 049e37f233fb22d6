import { createHash } from 'node:crypto';
import { a1Hash } from '../../common/a1-hash.ts';
import { headerOf, type SipResponse } from './sip-message.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Answers FreeSWITCH’s challenge, and goes on using it for as long as it is taken (RFC 2617 §3.3). */
export interface Digest {
  /** @returns whether the response had a challenge that we can answer. */
  learn(response: SipResponse): boolean;
  /** Its nonce is old: mod_sofia then says 401 and offers no other until it is asked without one. */
  forget(): void;
  /** Name and value; none before there is a challenge. */
  header(method: string, uri: string): readonly [string, string] | undefined;
}

export function createDigest({ username, password }: Credentials, fresh: () => string): Digest {
  let challenge:
    { readonly name: string; readonly realm: string; readonly nonce: string } | undefined;
  let count = 0;

  return {
    learn(response) {
      const proxy = headerOf(response, 'proxy-authenticate');
      const facts = factsOf(proxy === '' ? headerOf(response, 'www-authenticate') : proxy);
      const [realm, nonce] = [facts.get('realm'), facts.get('nonce')];
      const canAnswer = facts.get('qop')?.split(',').includes('auth') ?? false;
      if (realm === undefined || nonce === undefined || !canAnswer) return false;
      challenge = { name: proxy === '' ? 'Authorization' : 'Proxy-Authorization', realm, nonce };
      count = 0;
      return true;
    },
    forget() {
      challenge = undefined;
    },
    header(method, uri) {
      if (challenge === undefined) return undefined;
      const { name, realm, nonce } = challenge;
      count += 1;
      const nc = count.toString(16).padStart(8, '0');
      const cnonce = fresh();
      const secret = a1Hash(username, realm, password);
      const response = md5(`${secret}:${nonce}:${nc}:${cnonce}:auth:${md5(`${method}:${uri}`)}`);
      const value =
        `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
        `response="${response}", algorithm=MD5, qop=auth, cnonce="${cnonce}", nc=${nc}`;
      return [name, value];
    },
  };
}

/** `Digest realm="…", nonce="…", algorithm=MD5, qop="auth"`: names in lower case, quotes gone. */
function factsOf(value: string): ReadonlyMap<string, string> {
  const facts = value.matchAll(/(\w{1,32})=(?:"([^"\\]*)"|([^\s",]+))/g);
  return new Map(
    [...facts].map(([, name = '', quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? '']),
  );
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
