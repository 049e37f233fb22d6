import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a client of the daemon's API may do; docs/api.md explains each. */
export const SCOPES = [
  'lines:read',
  'events:read',
  // With whom others speak, and what waits in their mailboxes; of oneself one sees it without.
  'personal:read',
  'calls:write',
  'statuses:write',
] as const;

export type Scope = (typeof SCOPES)[number];

export const readScope = (text: string): Scope | undefined =>
  SCOPES.find((scope) => scope === text);

/** A token's text, which is shown once, and the hash that is kept. @param secret - 43 letters of base64url. */
export function makeToken(
  id: string,
  secret = randomBytes(32).toString('base64url'),
): { readonly text: string; readonly hash: string } {
  return { text: `vxt_${id}_${secret}`, hash: hashOf(secret) };
}

/** What a client presented: which token it says it is, and the hash of what it says to prove it. */
export interface PresentedToken {
  readonly id: string;
  readonly hash: string;
}

/** Total: anything that is no token of ours is undefined. */
export function readToken(text: string): PresentedToken | undefined {
  const [, id, secret] = /^vxt_([0-9a-z]{13})_([\w-]{43})$/.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, hash: hashOf(secret) };
}

/** In a time that tells nothing of how much of it was right. Both are SHA-256 in hexadecimal. */
export function isSameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The secret is 256 random bits, so one round of a fast hash is enough. */
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
