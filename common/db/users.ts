import { newId } from '../id.ts';
import { readName } from '../name.ts';
import type { E164, Extension } from '../phone-number.ts';
import type { SecretBox } from '../secret-box.ts';
import type { EpochMs } from '../time.ts';
import { type PinWeakness, randomPin, weaknessOf } from '../voicemail-pin.ts';
import { holderOf, readNewExtension } from './extensions.ts';
import { assignNumber, type AssignNumber, quarantineNumbersOf } from './numbers.ts';
import type { Db } from './open.ts';
import type { OrganisationRecord } from './organisations.ts';
import { bumpRevision } from './revision.ts';
import { isRingTime } from './ring-time.ts';
import { inTransaction, orNothing } from './transaction.ts';

export interface UserRecord {
  readonly id: string;
  readonly organisationId: string;
  readonly extension: Extension;
  readonly name: string;
  /** His own, or undefined for the organisation's. */
  readonly language: 'sv' | 'en' | undefined;
  readonly ringSeconds: number;
  /** The one he has had longest first. */
  readonly numbers: readonly E164[];
}

export interface NewUser {
  readonly extension: string;
  readonly name: string;
  readonly number?: E164 | undefined;
  /** How long his devices ring; the default of the database where left out. */
  readonly ringSeconds?: number | undefined;
}

export type AddUser =
  | { readonly kind: 'added'; readonly user: UserRecord }
  | {
      readonly kind: 'refused';
      readonly why:
        'bad-extension' | 'reserved-extension' | 'bad-name' | 'bad-ring-time' | 'extension-taken';
    }
  | Exclude<AssignNumber, { kind: 'assigned' }>;

export type SetPin =
  | { readonly kind: 'set'; readonly pin: string }
  | { readonly kind: 'refused'; readonly why: PinWeakness };

/** Adds the user and gives him his number, or does neither. */
export async function addUser(
  db: Db,
  organisation: OrganisationRecord,
  wanted: NewUser,
  now: EpochMs,
): Promise<AddUser> {
  const name = readName(wanted.name);
  const read = readNewExtension(wanted.extension, organisation);
  if (read.kind === 'refused') return read;
  if (name === undefined) return { kind: 'refused', why: 'bad-name' };
  const { extension } = read;
  const { ringSeconds } = wanted;
  if (ringSeconds !== undefined && !isRingTime(ringSeconds)) {
    return { kind: 'refused', why: 'bad-ring-time' };
  }

  return orNothing(db, async (db) => {
    if ((await holderOf(db, organisation.id, extension)) !== undefined) {
      return { kind: 'refused', why: 'extension-taken' };
    }
    const userId = newId();
    await db
      .insertInto('user')
      .values({
        id: userId,
        organisation_id: organisation.id,
        extension,
        name,
        created_at: now,
        ...(ringSeconds === undefined ? {} : { ring_seconds: ringSeconds }),
      })
      .execute();
    if (wanted.number !== undefined) {
      const owner = { organisationId: organisation.id, userId };
      const assigned = await assignNumber(db, owner, wanted.number, now);
      if (assigned.kind === 'refused') return assigned;
    }
    await bumpRevision(db);
    const user = await findUser(db, organisation.id, extension);
    if (user === undefined) throw new Error('a user just added is not there');
    return { kind: 'added', user };
  });
}

export async function findUser(
  db: Db,
  organisation: string,
  extension: string,
): Promise<UserRecord | undefined> {
  const [user] = await selectUsers(db, organisation, extension);
  return user;
}

/** By extension, shorter ones first. */
export async function listUsers(db: Db, organisation: string): Promise<readonly UserRecord[]> {
  const users = await selectUsers(db, organisation);
  return [...users].sort((a, b) => Number(a.extension) - Number(b.extension));
}

/** His devices go with him; his numbers rest. @returns whether there was such a user. */
export async function removeUser(
  db: Db,
  organisation: string,
  extension: string,
  now: EpochMs,
): Promise<boolean> {
  return inTransaction(db, async (db) => {
    const user = await findUser(db, organisation, extension);
    if (user === undefined) return false;
    await quarantineNumbersOf(db, { userId: user.id }, now);
    await db.deleteFrom('user').where('id', '=', user.id).execute();
    await bumpRevision(db);
    return true;
  });
}

/** Sets his voicemail PIN: the one given, or a random one. A lock-out ends with it. */
export async function setPin(
  db: Db,
  box: SecretBox,
  user: UserRecord,
  wanted?: string,
): Promise<SetPin> {
  return inTransaction(db, async (db) => {
    const owner = { ...user, current: await readPin(db, box, user.id) };
    const pin = wanted ?? randomPin(owner);
    const weakness = weaknessOf(pin, owner);
    if (weakness !== undefined) return { kind: 'refused', why: weakness };
    await db
      .updateTable('user')
      .set({ voicemail_pin: box.seal(pin, pinPlace(user.id)) })
      .where('id', '=', user.id)
      .execute();
    await db.deleteFrom('voicemail_lock').where('user_id', '=', user.id).execute();
    await bumpRevision(db);
    return { kind: 'set', pin };
  });
}

/** Undefined where none is set, or nobody has that id. */
export async function readPin(db: Db, box: SecretBox, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('user')
    .select('voicemail_pin')
    .where('id', '=', userId)
    .executeTakeFirst();
  const sealed = row?.voicemail_pin ?? undefined;
  return sealed === undefined ? undefined : box.open(sealed, pinPlace(userId));
}

export const pinPlace = (userId: string) => ({
  table: 'user',
  id: userId,
  column: 'voicemail_pin',
});

async function selectUsers(
  db: Db,
  organisation: string,
  extension?: string,
): Promise<readonly UserRecord[]> {
  const rows = await db
    .selectFrom('user')
    .leftJoin('number', 'number.user_id', 'user.id')
    .select(['id', 'user.organisation_id', 'extension', 'name', 'language', 'ring_seconds', 'e164'])
    .where('user.organisation_id', '=', organisation)
    .$if(extension !== undefined, (query) => query.where('extension', '=', extension ?? ''))
    .orderBy('assigned_at')
    .orderBy('e164')
    .execute();
  const users = new Map<string, UserRecord>();
  for (const row of rows) {
    const before = users.get(row.id)?.numbers ?? [];
    users.set(row.id, {
      id: row.id,
      organisationId: row.organisation_id,
      extension: row.extension as Extension,
      name: row.name,
      language: row.language ?? undefined,
      ringSeconds: row.ring_seconds,
      numbers: row.e164 === null ? before : [...before, row.e164 as E164],
    });
  }
  return [...users.values()];
}
