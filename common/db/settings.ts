import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

/** What an organisation may set, and what holds until it does. */
export const SETTING_DEFAULTS = {
  /** What one dials to hear one's messages. */
  'voicemail-code': '*98',
  /** The lamp of somebody who is free, and whose activity is closed. */
  'lamp-closed': 'lit',
  /** The lamp of somebody who is free, and whom no call reaches or nobody knows about: only a mobile. */
  'lamp-unreachable': 'lit',
} as const;

export type SettingKey = keyof typeof SETTING_DEFAULTS;

export type SetSetting =
  { readonly kind: 'set' } | { readonly kind: 'refused'; readonly why: 'bad-value' };

/** Total: any text is the name of a setting, or undefined. */
export function readSettingKey(text: string): SettingKey | undefined {
  return Object.hasOwn(SETTING_DEFAULTS, text) ? (text as SettingKey) : undefined;
}

export async function readSetting(db: Db, organisation: string, key: SettingKey): Promise<string> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('organisation_id', '=', organisation)
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.value ?? SETTING_DEFAULTS[key];
}

export async function setSetting(
  db: Db,
  organisation: string,
  key: SettingKey,
  value: string,
): Promise<SetSetting> {
  if (!FORMS[key].test(value)) return { kind: 'refused', why: 'bad-value' };
  return inTransaction(db, async (db) => {
    await db
      .insertInto('setting')
      .values({ organisation_id: organisation, key, value })
      .onConflict((conflict) => conflict.columns(['organisation_id', 'key']).doUpdateSet({ value }))
      .execute();
    await bumpRevision(db);
    return { kind: 'set' };
  });
}

const FORMS: Readonly<Record<SettingKey, RegExp>> = {
  'voicemail-code': /^[*#][\d*#]{1,7}$/,
  'lamp-closed': /^(lit|dark)$/,
  'lamp-unreachable': /^(lit|dark)$/,
};
