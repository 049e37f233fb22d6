import type { Scope } from '../../common/api-token.ts';
import type { Extension } from '../../common/phone-number.ts';
import type { Directory, Organisation, User } from '../routing/directory.ts';

/** Who asks: a token that was proved, and what the directory says of its holder now. */
export interface Client {
  readonly tokenId: string;
  readonly organisation: Organisation;
  /** Undefined for a service of the organisation's. */
  readonly user: User | undefined;
  readonly scopes: readonly Scope[];
}

/** What is known of a token before the directory is asked. */
export interface ProvedToken {
  readonly id: string;
  readonly organisationId: string;
  readonly extension: string | undefined;
  readonly userId: string | undefined;
  readonly scopes: readonly Scope[];
}

/** @returns undefined where the organisation or the person is gone. */
export function clientOf(token: ProvedToken, directory: Directory): Client | undefined {
  const { id: tokenId, organisationId, userId, extension, scopes } = token;
  const organisation = [...directory.organisations.values()].find(
    ({ id }) => id === organisationId,
  );
  if (organisation === undefined) return undefined;
  if (userId === undefined) return { tokenId, organisation, user: undefined, scopes };
  const user = organisation.users.get(extension as Extension);
  return user?.id === userId ? { tokenId, organisation, user, scopes } : undefined;
}

/** With whom somebody speaks, and what waits for them, is for themselves and for who was given the right. */
export const maySeePersonal = ({ user, scopes }: Client, userId: string): boolean =>
  user?.id === userId || scopes.includes('personal:read');
