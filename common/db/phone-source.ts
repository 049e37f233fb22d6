import type { Extension } from '../phone-number.ts';
import type { SecretBox } from '../secret-box.ts';
import { devicePlace } from './devices.ts';
import type { Db } from './open.ts';
import { listKeys, type PhoneKey } from './phone-keys.ts';
import { listSettingsOf, type PhoneSetting } from './phone-settings.ts';
import { adminPlace, findPhone, type PhoneRecord } from './phones.ts';
import { readSetting } from './settings.ts';
import { inSnapshot } from './transaction.ts';

/** Everything of the database that a phone's files show, read at one moment, secrets opened. */
export interface PhoneSource {
  readonly phone: PhoneRecord;
  readonly adminPassword: string;
  readonly organisation: {
    readonly id: string;
    readonly name: string;
    readonly domain: string;
    readonly zone: string;
    readonly country: string;
    readonly language: 'sv' | 'en';
    readonly voicemailCode: string;
  };
  readonly lines: readonly PhoneLine[];
  readonly keys: readonly PhoneKey[];
  /** Of every layer, outer ones first. */
  readonly settings: readonly PhoneSetting[];
  /** Of the colleagues that keys name, by extension. */
  readonly names: ReadonlyMap<string, string>;
}

export interface PhoneLine {
  /** From 1; there may be gaps where an account was removed. */
  readonly position: number;
  readonly deviceId: string;
  readonly username: string;
  readonly password: string;
  readonly extension: Extension;
  readonly name: string;
  readonly label: string | undefined;
}

/** A handful of look-ups by index, however many phones there are. */
export async function readPhoneSource(
  db: Db,
  box: SecretBox,
  phoneId: string,
): Promise<PhoneSource | undefined> {
  return inSnapshot(db, async (db) => {
    const phone = await findPhone(db, { id: phoneId });
    if (phone === undefined) return undefined;
    const { organisationId } = phone;
    const row = await db
      .selectFrom('phone')
      .innerJoin('organisation', 'organisation.id', 'phone.organisation_id')
      .select([
        'admin_password',
        'organisation.id',
        'name',
        'domain',
        'zone',
        'country',
        'language',
      ])
      .where('phone.id', '=', phoneId)
      .executeTakeFirstOrThrow();
    const { admin_password: sealed, ...organisation } = row;
    const keys = await listKeys(db, phoneId);
    return {
      phone,
      adminPassword: box.open(sealed, adminPlace(phoneId)),
      organisation: {
        ...organisation,
        voicemailCode: await readSetting(db, organisationId, 'voicemail-code'),
      },
      lines: await readLines(db, box, phoneId),
      keys,
      settings: await listSettingsOf(db, phone),
      names: await namesOf(db, organisationId, keys),
    };
  });
}

async function readLines(db: Db, box: SecretBox, phoneId: string): Promise<readonly PhoneLine[]> {
  const rows = await db
    .selectFrom('phone_line')
    .innerJoin('device', 'device.id', 'phone_line.device_id')
    .innerJoin('user', 'user.id', 'device.user_id')
    .select(['position', 'device.id', 'username', 'secret', 'extension', 'user.name'])
    .select('phone_line.label')
    .where('phone_id', '=', phoneId)
    .orderBy('position')
    .execute();
  return rows.flatMap(({ id, username, secret, extension, label, ...row }) =>
    username === null || secret === null
      ? []
      : [
          {
            ...row,
            deviceId: id,
            username,
            password: box.open(secret, devicePlace(id)),
            extension: extension as Extension,
            label: label ?? undefined,
          },
        ],
  );
}

async function namesOf(
  db: Db,
  organisation: string,
  keys: readonly PhoneKey[],
): Promise<ReadonlyMap<string, string>> {
  const targets = keys.flatMap(({ target }) => target ?? []);
  if (targets.length === 0) return new Map();
  const rows = await db
    .selectFrom('user')
    .select(['extension', 'name'])
    .where('organisation_id', '=', organisation)
    .where('extension', 'in', targets)
    .execute();
  return new Map(rows.map(({ extension, name }) => [extension, name]));
}
