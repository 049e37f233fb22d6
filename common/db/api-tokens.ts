import { makeToken, readScope, type Scope } from '../api-token.ts';
import { newId } from '../id.ts';
import { readName } from '../name.ts';
import type { SecretBox } from '../secret-box.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';

export interface ApiToken {
  readonly id: string;
  readonly organisationId: string;
  readonly holder: TokenHolder;
  readonly scopes: readonly Scope[];
  readonly createdAt: EpochMs;
}

/** A person's client acts for that person alone; a service for anybody in its organisation. */
export type TokenHolder =
  | { readonly kind: 'user'; readonly userId: string; readonly extension: string }
  | { readonly kind: 'service'; readonly name: string };

export interface NewApiToken {
  readonly organisationId: string;
  readonly holder: { readonly userId: string } | { readonly service: string };
  readonly scopes: readonly string[];
}

export type AddApiToken =
  /** `text` is what the client presents; nobody can show it again. */
  | { readonly kind: 'added'; readonly id: string; readonly text: string }
  | { readonly kind: 'refused'; readonly why: 'unknown-scope' | 'bad-name' };

export async function addApiToken(
  db: Db,
  { organisationId, holder, scopes }: NewApiToken,
  now: EpochMs,
): Promise<AddApiToken> {
  const known = [...new Set(scopes.map(readScope))];
  if (known.length === 0 || known.includes(undefined)) {
    return { kind: 'refused', why: 'unknown-scope' };
  }
  const service = 'service' in holder ? readName(holder.service) : null;
  if (service === undefined || service === COMMAND_LINE)
    return { kind: 'refused', why: 'bad-name' };
  const id = newId();
  const { text, hash } = makeToken(id);
  await db
    .insertInto('api_token')
    .values({
      id,
      organisation_id: organisationId,
      user_id: 'userId' in holder ? holder.userId : null,
      service,
      scopes: known.join(' '),
      hash,
      created_at: now,
    })
    .execute();
  return { kind: 'added', id, text };
}

/**
 * The command line's own token: its secret comes from the installation's key, so
 * nobody keeps it, and who may read the key may do all of this anyway.
 */
export async function commandLineToken(
  db: Db,
  box: SecretBox,
  organisationId: string,
  now: EpochMs,
): Promise<string> {
  const row = await db
    .selectFrom('api_token')
    .select(['id', 'scopes'])
    .where('organisation_id', '=', organisationId)
    .where('service', '=', COMMAND_LINE)
    .executeTakeFirst();
  const id = row?.id ?? newId();
  const secret = box.derive({ table: 'api_token', id, column: 'secret' });
  const { text, hash } = makeToken(id, secret);
  if (row === undefined) {
    const of = { organisation_id: organisationId, user_id: null, service: COMMAND_LINE };
    await db
      .insertInto('api_token')
      .values({ id, ...of, scopes: SCOPES, hash, created_at: now })
      .execute();
  } else if (row.scopes !== SCOPES) {
    await db.updateTable('api_token').set({ scopes: SCOPES }).where('id', '=', id).execute();
  }
  return text;
}

const COMMAND_LINE = 'vaxel';
const SCOPES = 'lines:read events:read personal:read calls:write statuses:write';

/** The token with that id, and the hash that its secret must have. */
export async function findApiToken(
  db: Db,
  id: string,
): Promise<(ApiToken & { readonly hash: string }) | undefined> {
  const row = await tokens(db).select('hash').where('api_token.id', '=', id).executeTakeFirst();
  return row && { ...tokenOf(row), hash: row.hash };
}

/** Which of these are there still. */
export async function findLiveTokens(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.selectFrom('api_token').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map(({ id }) => id));
}

/** Oldest first. */
export async function listApiTokens(db: Db, organisation: string): Promise<readonly ApiToken[]> {
  const rows = await tokens(db)
    .where('api_token.organisation_id', '=', organisation)
    .orderBy('api_token.created_at')
    .orderBy('api_token.id')
    .execute();
  return rows.map(tokenOf);
}

/** What uses it is cut off with the next heartbeat of its stream. @returns whether there was one. */
export async function removeApiToken(db: Db, organisation: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('api_token')
    .where('organisation_id', '=', organisation)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

const tokens = (db: Db) =>
  db
    .selectFrom('api_token')
    .leftJoin('user', 'user.id', 'api_token.user_id')
    .select(['api_token.id', 'api_token.organisation_id', 'api_token.user_id', 'service'])
    .select(['scopes', 'api_token.created_at', 'extension']);

function tokenOf(row: {
  readonly id: string;
  readonly organisation_id: string;
  readonly user_id: string | null;
  readonly service: string | null;
  readonly scopes: string;
  readonly created_at: number;
  readonly extension: string | null;
}): ApiToken {
  const { id, organisation_id: organisationId, user_id: userId, service, extension } = row;
  return {
    id,
    organisationId,
    holder:
      userId === null
        ? { kind: 'service', name: service ?? '' }
        : { kind: 'user', userId, extension: extension ?? '' },
    // A scope that a later version took away gives nothing.
    scopes: row.scopes.split(' ').flatMap((text) => readScope(text) ?? []),
    createdAt: epochMs(row.created_at),
  };
}
