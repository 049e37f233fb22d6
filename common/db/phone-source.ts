import type { Extension } from '../phone-number.ts';
import type { SecretBox } from '../secret-box.ts';
import { compiledOnce } from './compiled-once.ts';
import { devicePlace } from './devices.ts';
import type { Db } from './open.ts';
import { keyOfRow, type PhoneKey } from './phone-keys.ts';
import { listSettingsOf, type PhoneSetting } from './phone-settings.ts';
import { adminPlace, phoneRecordOf, type PhoneRecord } from './phones.ts';
import { SETTING_DEFAULTS } from './settings.ts';
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
    const [row] = await selectPhone(db, { phoneId });
    if (row === undefined) return undefined;
    const phone = phoneRecordOf(row);
    const { name, domain, zone, country, language, voicemail_code } = row;
    return {
      phone,
      adminPassword: box.open(row.admin_password, adminPlace(phoneId)),
      organisation: {
        ...{ id: phone.organisationId, name, domain, zone, country, language },
        voicemailCode: voicemail_code ?? SETTING_DEFAULTS['voicemail-code'],
      },
      lines: await readLines(db, box, phoneId),
      ...(await readKeys(db, phone)),
      settings: await listSettingsOf(db, phone),
    };
  });
}

const selectPhone = compiledOnce((db, value: (name: 'phoneId') => string) =>
  db
    .selectFrom('phone')
    .innerJoin('organisation', 'organisation.id', 'phone.organisation_id')
    .leftJoin('phone_state', 'phone_state.phone_id', 'phone.id')
    .leftJoin('setting', (on) =>
      on
        .onRef('setting.organisation_id', '=', 'phone.organisation_id')
        .on('key', '=', 'voicemail-code'),
    )
    .select(['phone.id', 'phone.organisation_id', 'mac', 'model', 'site_id', 'enabled'])
    .select(['token_number', 'firmware', 'agent', 'address', 'fetched_at', 'admin_password'])
    .select(['organisation.name', 'domain', 'zone', 'country', 'language'])
    .select('setting.value as voicemail_code')
    .where('phone.id', '=', value('phoneId')),
);

async function readLines(db: Db, box: SecretBox, phoneId: string): Promise<readonly PhoneLine[]> {
  const rows = await selectLines(db, { phoneId });
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

const selectLines = compiledOnce((db, value: (name: 'phoneId') => string) =>
  db
    .selectFrom('phone_line')
    .innerJoin('device', 'device.id', 'phone_line.device_id')
    .innerJoin('user', 'user.id', 'device.user_id')
    .select(['position', 'device.id', 'username', 'secret', 'extension', 'user.name'])
    .select('phone_line.label')
    .where('phone_id', '=', value('phoneId'))
    .orderBy('position'),
);

/** The keys, and who the colleagues are that they name. */
async function readKeys(
  db: Db,
  { id, organisationId }: PhoneRecord,
): Promise<Pick<PhoneSource, 'keys' | 'names'>> {
  const rows = await selectKeys(db, { id, organisationId });
  return {
    keys: rows.map(keyOfRow),
    names: new Map(
      rows.flatMap(({ target, name }) =>
        target === null || name === null ? [] : [[target, name] as const],
      ),
    ),
  };
}

const selectKeys = compiledOnce((db, value: (name: 'id' | 'organisationId') => string) =>
  db
    .selectFrom('phone_key')
    .leftJoin('user', (on) =>
      on
        .onRef('user.extension', '=', 'phone_key.target')
        .on('user.organisation_id', '=', value('organisationId')),
    )
    .select(['module', 'key', 'does', 'line', 'target', 'label', 'user.name'])
    .where('phone_id', '=', value('id'))
    .orderBy('module')
    .orderBy('key'),
);
