import { BASE32, newId, randomText } from '../id.ts';
import { readName } from '../name.ts';
import type { E164 } from '../phone-number.ts';
import type { SecretBox } from '../secret-box.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';
import type { UserRecord } from './users.ts';

export interface DeviceRecord {
  readonly id: string;
  readonly userId: string;
  readonly kind: 'app' | 'desk' | 'mobile';
  readonly label: string;
  /** Undefined for a mobile. */
  readonly username: string | undefined;
  /** Where a mobile is dialled; undefined for the others. */
  readonly to: E164 | undefined;
  readonly seenAt: EpochMs | undefined;
  readonly seenAddress: string | undefined;
  readonly seenAgent: string | undefined;
}

export interface NewDevice {
  readonly kind: 'app' | 'desk' | 'mobile';
  readonly label?: string | undefined;
  readonly to?: E164 | undefined;
}

export type AddDevice =
  | {
      readonly kind: 'added';
      readonly device: DeviceRecord;
      /** Told once, here; undefined for a mobile. */
      readonly password: string | undefined;
    }
  | {
      readonly kind: 'refused';
      readonly why: 'bad-label' | 'mobile-needs-number' | 'only-mobile-has-number';
    };

export type RotateDevice =
  | { readonly kind: 'rotated'; readonly device: DeviceRecord; readonly password: string }
  | { readonly kind: 'refused'; readonly why: 'unknown-device' | 'mobile-has-no-password' };

export async function addDevice(
  db: Db,
  box: SecretBox,
  user: UserRecord,
  wanted: NewDevice,
  now: EpochMs,
): Promise<AddDevice> {
  const label = readName(wanted.label ?? LABELS[wanted.kind]);
  const mobile = wanted.kind === 'mobile';
  if (label === undefined) return { kind: 'refused', why: 'bad-label' };
  if (mobile && wanted.to === undefined) return { kind: 'refused', why: 'mobile-needs-number' };
  if (!mobile && wanted.to !== undefined) return { kind: 'refused', why: 'only-mobile-has-number' };

  const id = newId();
  const username = mobile ? undefined : `${user.extension}-${randomText(BASE32, 6)}`;
  const password = mobile ? undefined : newPassword();
  await inTransaction(db, async (db) => {
    await db
      .insertInto('device')
      .values({
        id,
        organisation_id: user.organisationId,
        user_id: user.id,
        kind: wanted.kind,
        label,
        username: username ?? null,
        secret: password === undefined ? null : box.seal(password, devicePlace(id)),
        to_e164: wanted.to ?? null,
        created_at: now,
      })
      .execute();
    await bumpRevision(db);
  });
  const unseen = { seenAt: undefined, seenAddress: undefined, seenAgent: undefined };
  const device = { id, userId: user.id, kind: wanted.kind, label, username, to: wanted.to };
  return { kind: 'added', device: { ...device, ...unseen }, password };
}

/** Oldest first; of one user, or of all. */
export async function listDevices(
  db: Db,
  organisation: string,
  userId?: string,
): Promise<readonly DeviceRecord[]> {
  const rows = await db
    .selectFrom('device')
    .selectAll()
    .where('organisation_id', '=', organisation)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    kind: row.kind,
    label: row.label,
    username: row.username ?? undefined,
    to: row.to_e164 === null ? undefined : (row.to_e164 as E164),
    seenAt: row.seen_at === null ? undefined : epochMs(row.seen_at),
    seenAddress: row.seen_address ?? undefined,
    seenAgent: row.seen_agent ?? undefined,
  }));
}

/** @returns whether there was such a device. */
export async function removeDevice(db: Db, organisation: string, id: string): Promise<boolean> {
  return inTransaction(db, async (db) => {
    const { numDeletedRows } = await db
      .deleteFrom('device')
      .where('organisation_id', '=', organisation)
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows > 0n) await bumpRevision(db);
    return numDeletedRows > 0n;
  });
}

/** A new password for the same account; the old one opens nothing from then on. */
export async function rotateDevice(
  db: Db,
  box: SecretBox,
  organisation: string,
  id: string,
): Promise<RotateDevice> {
  return inTransaction(db, async (db) => {
    const device = (await listDevices(db, organisation)).find((device) => device.id === id);
    if (device === undefined) return { kind: 'refused', why: 'unknown-device' };
    if (device.kind === 'mobile') return { kind: 'refused', why: 'mobile-has-no-password' };
    const password = newPassword();
    await db
      .updateTable('device')
      .set({ secret: box.seal(password, devicePlace(id)) })
      .where('id', '=', id)
      .execute();
    await bumpRevision(db);
    return { kind: 'rotated', device, password };
  });
}

/** Says of a mobile whether its number is known to be the person's own. */
export async function setVerified(
  db: Db,
  organisation: string,
  id: string,
  verified: boolean,
): Promise<'unknown-device' | 'only-mobile-has-number' | undefined> {
  return inTransaction(db, async (db) => {
    const device = (await listDevices(db, organisation)).find((device) => device.id === id);
    if (device === undefined) return 'unknown-device';
    if (device.kind !== 'mobile') return 'only-mobile-has-number';
    await db
      .updateTable('device')
      .set({ verified: verified ? 1 : 0 })
      .where('id', '=', id)
      .execute();
    await bumpRevision(db);
    return undefined;
  });
}

/** Notes what a registration said. Does not touch the revision. */
export async function markSeen(
  db: Db,
  account: { readonly username: string; readonly domain: string },
  seen: { readonly at: EpochMs; readonly address: string; readonly agent: string },
): Promise<void> {
  await db
    .updateTable('device')
    .set({ seen_at: seen.at, seen_address: seen.address, seen_agent: seen.agent })
    .where('username', '=', account.username)
    .where('organisation_id', '=', (query) =>
      query.selectFrom('organisation').select('id').where('domain', '=', account.domain),
    )
    .execute();
}

export const devicePlace = (id: string) => ({ table: 'device', id, column: 'secret' });

/** 24 characters, 136 random bits, and none that is taken for another when read aloud or from paper. */
function newPassword(): string {
  return randomText('abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXYZ2346789', 24);
}

const LABELS = { app: 'App', desk: 'Desk phone', mobile: 'Mobile' } as const;
