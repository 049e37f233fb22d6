import type { PhonesConfig } from '../../common/config.ts';
import type { Clock } from '../../common/time.ts';
import type { Asked } from '../http/path.ts';
import type { KnownPhone, PhoneLookup } from '../phone-lookup.ts';
import type { Mac } from '../phone/phone.ts';
import { answersDigest, readAuthorization, sameSecret } from './authorization.ts';
import type { Nonces } from './nonces.ts';

/** What a request shows of who sent it. */
export interface Shown {
  readonly asked: Asked;
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  readonly address: string;
  readonly encrypted: boolean;
  /** By a factory certificate. */
  readonly proven: Mac | undefined;
  /** By the User-Agent: it can contradict, and never prove. */
  readonly said: Mac | undefined;
}

export type Verdict =
  | { readonly kind: 'granted'; readonly phone: KnownPhone; readonly by: GrantedBy }
  /** Nothing was shown yet, or a nonce had run out: the usual first request of a phone. */
  | { readonly kind: 'ask'; readonly stale: boolean }
  | { readonly kind: 'refused'; readonly why: RefusedFor };

export type GrantedBy = 'token' | 'digest' | 'basic' | 'certificate' | 'window';

export type RefusedFor =
  | 'wrong-token'
  | 'wrong-credentials'
  | 'replayed'
  | 'disabled'
  | 'other-phone'
  | 'other-agent'
  | 'not-offered';

export interface AccessDeps {
  readonly config: { readonly phones: Pick<PhonesConfig, 'access'> };
  readonly lookup: PhoneLookup;
  readonly nonces: Nonces;
  readonly clock: Clock;
}

export const REALM = 'vaxel';

/** Decides who is asking. That a MAC address is known, or an agent is right, decides nothing. */
export async function decideAccess(shown: Shown, deps: AccessDeps): Promise<Verdict> {
  const { by } = shown.asked;
  if (by.kind === 'token') return byToken(by.token, shown, deps);
  if (shown.proven !== undefined && deps.config.phones.access.includes('certificate')) {
    return admit(await deps.lookup.byMac(shown.proven), 'certificate', shown);
  }
  if (shown.authorization !== '') return byCredentials(shown, deps);
  const mac = 'mac' in shown.asked.file ? shown.asked.file.mac : shown.said;
  const isIn = mac !== undefined && (await isOpen(mac, shown, deps));
  return isIn
    ? admit(await deps.lookup.byMac(mac), 'window', shown)
    : { kind: 'ask', stale: false };
}

async function byToken(token: string, shown: Shown, deps: AccessDeps): Promise<Verdict> {
  const phone = deps.config.phones.access.includes('token')
    ? await deps.lookup.byToken(token)
    : undefined;
  return phone === undefined ? refused('wrong-token') : admit(phone, 'token', shown);
}

async function byCredentials(shown: Shown, deps: AccessDeps): Promise<Verdict> {
  const given = readAuthorization(shown.authorization);
  if (given === undefined) return refused('wrong-credentials');
  const offered =
    deps.config.phones.access.includes(given.kind) && (given.kind === 'digest' || shown.encrypted);
  if (!offered) return refused('not-offered');
  const phone = await deps.lookup.byMac(given.username.replaceAll(/[:-]/g, '').toLowerCase());
  // The same work for a phone that is not there.
  const password = phone?.password ?? NOBODY;
  if (given.kind === 'basic') {
    return sameSecret(password, given.password) && phone !== undefined
      ? admit(phone, 'basic', shown)
      : refused('wrong-credentials');
  }
  const nonce = deps.nonces.look(given.nonce);
  const right =
    answersDigest(given, shown.method, password) &&
    given.realm === REALM &&
    isSameUri(given.uri, shown.url) &&
    phone !== undefined;
  if (!right || nonce === 'foreign') return refused('wrong-credentials');
  if (nonce === 'stale') return { kind: 'ask', stale: true };
  if (!deps.nonces.take(given.nonce, Number.parseInt(given.nc, 16))) return refused('replayed');
  return admit(phone, 'digest', shown);
}

/** A phone that is off, or asks for another's file, gets what a stranger gets. */
function admit(phone: KnownPhone | undefined, by: GrantedBy, shown: Shown): Verdict {
  if (phone === undefined) return refused('wrong-credentials');
  const { record } = phone;
  const { file } = shown.asked;
  if (!record.enabled) return refused('disabled');
  if ('mac' in file && file.mac !== record.mac) return refused('other-phone');
  if (shown.said !== undefined && shown.said !== record.mac) return refused('other-agent');
  return { kind: 'granted', phone, by };
}

async function isOpen(
  mac: Mac,
  { address }: Shown,
  { lookup, clock }: AccessDeps,
): Promise<boolean> {
  const window = await lookup.windowOf(mac);
  if (window === undefined || window.until < clock()) return false;
  return window.address === undefined || window.address === address;
}

/** Some clients sign the whole URL rather than the path (RFC 7616 §3.4.6 has them equal). */
const isSameUri = (signed: string, url: string): boolean =>
  signed === url || signed.replace(/^https?:\/\/[^/]{1,300}/i, '') === url;

const refused = (why: RefusedFor): Verdict => ({ kind: 'refused', why });

/** As long as a password, and nobody's. */
const NOBODY = '0'.repeat(20);
