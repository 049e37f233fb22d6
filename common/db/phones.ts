import { hash } from 'node:crypto';
import { BASE32, newId, randomText } from '../id.ts';
import type { SecretBox } from '../secret-box.ts';
import { type EpochMs, epochMs } from '../time.ts';
import { compiledOnce } from './compiled-once.ts';
import { addDevice } from './devices.ts';
import type { Db } from './open.ts';
import { insertKeys, type PhoneKey } from './phone-keys.ts';
import { bumpRevision } from './revision.ts';
import { findSite } from './sites.ts';
import { inTransaction } from './transaction.ts';
import type { UserRecord } from './users.ts';

/** A hardware phone as it was set up, with what its last request said. */
export interface PhoneRecord {
  readonly id: string;
  readonly organisationId: string;
  /** Twelve lower-case hexadecimal digits. */
  readonly mac: string;
  readonly model: string;
  readonly siteId: string | undefined;
  readonly enabled: boolean;
  readonly tokenNumber: number;
  readonly firmware: string | undefined;
  readonly agent: string | undefined;
  readonly address: string | undefined;
  readonly fetchedAt: EpochMs | undefined;
}

export interface NewPhone {
  readonly mac: string;
  /** A name of the table of models, or what the phone calls itself. */
  readonly model: string;
  /** The name of a site there is. */
  readonly site?: string | undefined;
  readonly lines: readonly NewLine[];
  readonly keys: readonly PhoneKey[];
}

export interface NewLine {
  readonly position: number;
  readonly user: UserRecord;
  readonly label?: string | undefined;
}

export type AddPhone =
  | { readonly kind: 'added'; readonly phone: PhoneRecord }
  | {
      readonly kind: 'refused';
      readonly why: 'mac-taken' | 'line-twice' | 'key-twice' | 'key-without-line' | 'unknown-site';
    };

/** Adds the phone, with a SIP account of its own for each line. */
export async function addPhone(
  db: Db,
  box: SecretBox,
  organisation: string,
  wanted: NewPhone,
  now: EpochMs,
): Promise<AddPhone> {
  const positions = new Set(wanted.lines.map(({ position }) => position));
  if (positions.size < wanted.lines.length) return { kind: 'refused', why: 'line-twice' };
  const places = new Set(wanted.keys.map(({ module, key }) => `${module}.${key}`));
  if (places.size < wanted.keys.length) return { kind: 'refused', why: 'key-twice' };
  if (wanted.keys.some(({ line }) => line !== undefined && !positions.has(line))) {
    return { kind: 'refused', why: 'key-without-line' };
  }
  return inTransaction(db, async (db) => {
    if ((await findPhone(db, { mac: wanted.mac })) !== undefined) {
      return { kind: 'refused', why: 'mac-taken' };
    }
    const site =
      wanted.site === undefined ? undefined : await findSite(db, organisation, wanted.site);
    if (wanted.site !== undefined && site === undefined) {
      return { kind: 'refused', why: 'unknown-site' };
    }
    const id = newId();
    await db
      .insertInto('phone')
      .values({
        id,
        organisation_id: organisation,
        mac: wanted.mac,
        model: wanted.model,
        site_id: site?.id ?? null,
        admin_password: box.seal(randomText('0123456789', ADMIN_DIGITS), adminPlace(id)),
        token_hash: hashOfToken(phoneToken(box, id, 1)),
        created_at: now,
      })
      .execute();
    for (const { position, user, label } of wanted.lines) {
      const kind = 'desk';
      const added = await addDevice(db, box, user, { kind, label: wanted.model }, now);
      if (added.kind === 'refused') throw new Error(`a desk phone was refused: ${added.why}`);
      const line = { phone_id: id, position, device_id: added.device.id, label: label ?? null };
      await db.insertInto('phone_line').values(line).execute();
    }
    await insertKeys(db, id, wanted.keys);
    await bumpRevision(db, 'phones');
    const phone = await findPhone(db, { mac: wanted.mac });
    if (phone === undefined) throw new Error('a phone just added is not there');
    return { kind: 'added', phone };
  });
}

/** In one look-up by an index, however many phones there are. */
export async function findPhone(
  db: Db,
  by: { readonly mac: string } | { readonly tokenHash: string } | { readonly id: string },
): Promise<PhoneRecord | undefined> {
  const [row] = await findRows(db, by);
  return row && phoneRecordOf(row);
}

function findRows(db: Db, by: Parameters<typeof findPhone>[1]): Promise<readonly Row[]> {
  if ('mac' in by) return selectByMac(db, by);
  return 'id' in by ? selectById(db, by) : selectByToken(db, by);
}

/** By MAC address. */
export async function listPhones(db: Db, organisation: string): Promise<readonly PhoneRecord[]> {
  const rows = await selectPhones(db)
    .where('organisation_id', '=', organisation)
    .orderBy('mac')
    .execute();
  return rows.map(phoneRecordOf);
}

/** Its accounts go with it, and what it uploaded is forgotten. */
export async function removePhone(db: Db, id: string): Promise<void> {
  await inTransaction(db, async (db) => {
    await db
      .deleteFrom('device')
      .where('id', 'in', (query) =>
        query.selectFrom('phone_line').select('device_id').where('phone_id', '=', id),
      )
      .execute();
    await db.deleteFrom('phone').where('id', '=', id).execute();
    await bumpRevision(db);
    await bumpRevision(db, 'phones');
  });
}

/** A phone that is off is given nothing, and looks unknown to whoever asks. */
export async function enablePhone(db: Db, id: string, enabled: boolean): Promise<void> {
  await inTransaction(db, async (db) => {
    await db
      .updateTable('phone')
      .set({ enabled: enabled ? 1 : 0 })
      .where('id', '=', id)
      .execute();
    await bumpRevision(db, 'phones');
  });
}

/** A new token and a new password for its files; those before open nothing from then on. */
export async function rotateToken(
  db: Db,
  box: SecretBox,
  { id, tokenNumber }: PhoneRecord,
): Promise<void> {
  const next = tokenNumber + 1;
  await inTransaction(db, async (db) => {
    await db
      .updateTable('phone')
      .set({ token_number: next, token_hash: hashOfToken(phoneToken(box, id, next)) })
      .where('id', '=', id)
      .execute();
    await bumpRevision(db, 'phones');
  });
}

/** What stands in the path of a phone's files: 26 characters and 130 bits, that can be typed on a phone. */
export function phoneToken(box: SecretBox, id: string, number: number): string {
  return typeable(box.derive({ table: 'phone', id, column: `token.${number}` }), 26);
}

/** For phones that ask with a name, which is their MAC address, and a password: 100 bits. */
export function phonePassword(box: SecretBox, id: string, number: number): string {
  return typeable(box.derive({ table: 'phone', id, column: `password.${number}` }), 20);
}

/** Five bits of each random byte. */
const typeable = (base64url: string, length: number): string =>
  Array.from(Buffer.from(base64url, 'base64url').subarray(0, length))
    .map((byte) => BASE32.charAt(byte % 32))
    .join('');

/** As the table keeps it. The token is random, so that no slower hash is needed. */
export const hashOfToken = (token: string): string => hash('sha256', token);

export const adminPlace = (id: string) => ({ table: 'phone', id, column: 'admin_password' });

const selectPhones = (db: Db) =>
  db
    .selectFrom('phone')
    .leftJoin('phone_state', 'phone_state.phone_id', 'phone.id')
    .select(['id', 'organisation_id', 'mac', 'model', 'site_id', 'enabled', 'token_number'])
    .select(['firmware', 'agent', 'address', 'fetched_at']);

const selectByMac = compiledOnce((db, value: (name: 'mac') => string) =>
  selectPhones(db).where('mac', '=', value('mac')),
);
const selectById = compiledOnce((db, value: (name: 'id') => string) =>
  selectPhones(db).where('id', '=', value('id')),
);
const selectByToken = compiledOnce((db, value: (name: 'tokenHash') => string) =>
  selectPhones(db).where('token_hash', '=', value('tokenHash')),
);

type Row = Awaited<ReturnType<ReturnType<typeof selectPhones>['executeTakeFirstOrThrow']>>;

export function phoneRecordOf(row: Row): PhoneRecord {
  return {
    id: row.id,
    organisationId: row.organisation_id,
    mac: row.mac,
    model: row.model,
    siteId: row.site_id ?? undefined,
    enabled: row.enabled === 1,
    tokenNumber: row.token_number,
    firmware: row.firmware ?? undefined,
    agent: row.agent ?? undefined,
    address: row.address ?? undefined,
    fetchedAt: row.fetched_at === null ? undefined : epochMs(row.fetched_at),
  };
}

/** Digits alone, since the oldest phones can type nothing else. */
const ADMIN_DIGITS = 16;
