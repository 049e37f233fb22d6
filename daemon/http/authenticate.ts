import { isSameHash, type PresentedToken, readToken } from '../../common/api-token.ts';
import type { Directory } from '../routing/directory.ts';
import { type Client, clientOf, type ProvedToken } from './client.ts';

/** A token as it is kept, with the hash its secret must have. */
export type StoredToken = ProvedToken & { readonly hash: string };

export interface TokenSource {
  readonly findToken: (id: string) => Promise<StoredToken | undefined>;
  readonly directory: () => Directory;
}

/**
 * Who `Authorization: Bearer …` says and proves to be (RFC 6750 §2.1).
 *
 * A token is found by its name and proved by its secret, which is compared in a
 * time that tells nothing; an unknown name costs the same comparison.
 */
export async function authenticate(
  authorization: string,
  { findToken, directory }: TokenSource,
): Promise<Client | undefined> {
  const presented = readBearer(authorization);
  if (presented === undefined) return undefined;
  const stored = await findToken(presented.id);
  const proved = isSameHash(stored?.hash ?? NOBODYS, presented.hash);
  return proved && stored !== undefined ? clientOf(stored, directory()) : undefined;
}

/** The scheme's name is the same in capitals (RFC 9110 §11.1). */
function readBearer(text: string): PresentedToken | undefined {
  const [, token] = /^Bearer +(\S{1,200})$/i.exec(text) ?? [];
  return token === undefined ? undefined : readToken(token);
}

/** No secret has it: 32 zero bytes. */
const NOBODYS = '0'.repeat(64);
