import { newId } from '../id.ts';
import type { SecretBox } from '../secret-box.ts';
import { readHostPort } from '../sip-domain.ts';
import type { EpochMs } from '../time.ts';
import type { TrunkTrust } from '../trunk-trust.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

export interface TrunkRecord {
  readonly id: string;
  readonly organisationId: string;
  readonly name: string;
  /** `host` or `host:port`. */
  readonly host: string;
  readonly username: string | undefined;
  readonly register: boolean;
  /** Order in which trunks are tried, from 1. */
  readonly position: number;
  /** What of its calls says who calls. */
  readonly trust: TrunkTrust;
  /** It takes a mobile's number for the caller's. */
  readonly showsMobiles: boolean;
}

export interface TrunkAccount extends TrunkRecord {
  readonly domain: string;
  /** In the clear: for FreeSWITCH's gateway file alone. */
  readonly password: string | undefined;
}

export interface NewTrunk {
  readonly name: string;
  readonly host: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly register: boolean;
}

export type AddTrunk =
  | { readonly kind: 'added'; readonly trunk: TrunkRecord }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'bad-trunk-name'
        | 'bad-host'
        | 'bad-credentials'
        | 'incomplete-credentials'
        | 'register-needs-username'
        | 'trunk-name-taken';
    };

/** A new trunk is tried after those there are. */
export async function addTrunk(
  db: Db,
  box: SecretBox,
  organisation: string,
  wanted: NewTrunk,
  now: EpochMs,
): Promise<AddTrunk> {
  const host = readHostPort(wanted.host);
  const { name, username, password, register } = wanted;
  if (!/^[a-z0-9-]{1,32}$/.test(name)) return { kind: 'refused', why: 'bad-trunk-name' };
  if (host === undefined) return { kind: 'refused', why: 'bad-host' };
  if (![username, password].every(isCredential)) return { kind: 'refused', why: 'bad-credentials' };
  if ((username === undefined) !== (password === undefined)) {
    return { kind: 'refused', why: 'incomplete-credentials' };
  }
  if (register && username === undefined) {
    return { kind: 'refused', why: 'register-needs-username' };
  }
  return inTransaction(db, async (db) => {
    const rows = await db
      .selectFrom('trunk')
      .select(['name', 'organisation_id', 'position'])
      .execute();
    if (rows.some((row) => row.name === name)) return { kind: 'refused', why: 'trunk-name-taken' };
    const ours = rows.filter((row) => row.organisation_id === organisation);
    const position = Math.max(0, ...ours.map((row) => row.position)) + 1;
    const id = newId();
    await db
      .insertInto('trunk')
      .values({
        id,
        organisation_id: organisation,
        name,
        host,
        username: username ?? null,
        secret: password === undefined ? null : box.seal(password, trunkPlace(id)),
        register: register ? 1 : 0,
        position,
        created_at: now,
      })
      .execute();
    await bumpRevision(db);
    const trunk: TrunkRecord = {
      ...{ id, organisationId: organisation, name, host, username, register, position },
      trust: 'asserted',
      showsMobiles: false,
    };
    return { kind: 'added', trunk };
  });
}

/** @returns whether there was such a trunk. */
export async function removeTrunk(db: Db, organisation: string, name: string): Promise<boolean> {
  return inTransaction(db, async (db) => {
    const { numDeletedRows } = await db
      .deleteFrom('trunk')
      .where('organisation_id', '=', organisation)
      .where('name', '=', name)
      .executeTakeFirst();
    if (numDeletedRows > 0n) await bumpRevision(db);
    return numDeletedRows > 0n;
  });
}

/** All trunks of the server with their passwords, by organisation and in the order they are tried. */
export async function listTrunks(db: Db, box: SecretBox): Promise<readonly TrunkAccount[]> {
  const rows = await selectTrunks(db).execute();
  return rows.map((row) => ({
    ...trunkOf(row),
    domain: row.domain,
    password: row.secret === null ? undefined : box.open(row.secret, trunkPlace(row.id)),
  }));
}

/** Of one organisation, without passwords. */
export async function listTrunksOf(db: Db, organisation: string): Promise<readonly TrunkRecord[]> {
  const rows = await selectTrunks(db).where('trunk.organisation_id', '=', organisation).execute();
  return rows.map(trunkOf);
}

interface TrunkRow {
  readonly id: string;
  readonly organisation_id: string;
  readonly name: string;
  readonly host: string;
  readonly username: string | null;
  readonly register: 0 | 1;
  readonly position: number;
  readonly trust: TrunkTrust;
  readonly shows_mobiles: 0 | 1;
}

function trunkOf(row: TrunkRow): TrunkRecord {
  return {
    id: row.id,
    organisationId: row.organisation_id,
    name: row.name,
    host: row.host,
    username: row.username ?? undefined,
    register: row.register === 1,
    position: row.position,
    trust: row.trust,
    showsMobiles: row.shows_mobiles === 1,
  };
}

function selectTrunks(db: Db) {
  return db
    .selectFrom('trunk')
    .innerJoin('organisation', 'organisation.id', 'trunk.organisation_id')
    .selectAll('trunk')
    .select('organisation.domain')
    .orderBy('organisation.domain')
    .orderBy('position');
}

/** Anything a carrier may have chosen, short of what would break a line. */
const isCredential = (text: string | undefined): boolean =>
  text === undefined || /^[^\p{Cc}]{1,128}$/u.test(text);

const trunkPlace = (id: string) => ({ table: 'trunk', id, column: 'secret' });

/** What may be said of a trunk; what is left out stays. */
export interface TrunkChange {
  readonly trust?: TrunkTrust;
  readonly showsMobiles?: boolean;
  readonly referralMedia?: 'answered' | 'early';
}

/** @returns false where there is no such trunk. */
export async function changeTrunk(
  db: Db,
  organisation: string,
  name: string,
  { trust, showsMobiles, referralMedia }: TrunkChange,
): Promise<boolean> {
  return inTransaction(db, async (db) => {
    const { numUpdatedRows } = await db
      .updateTable('trunk')
      .set({
        ...(trust && { trust }),
        ...(showsMobiles !== undefined && { shows_mobiles: showsMobiles ? 1 : 0 }),
        ...(referralMedia && { referral_media: referralMedia }),
      })
      .where('organisation_id', '=', organisation)
      .where('name', '=', name)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) await bumpRevision(db);
    return numUpdatedRows > 0n;
  });
}
