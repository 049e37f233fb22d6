import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

/** What an organisation may set, and what holds until it does. */
export const SETTING_DEFAULTS = {
  /** What one dials to hear one's messages. */
  'voicemail-code': '*98',
  /** The extension that answers for everybody; empty: nobody's. */
  switchboard: '',
} as const;

export type SettingKey = keyof typeof SETTING_DEFAULTS;

export type SetSetting =
  | { readonly kind: 'set' }
  | { readonly kind: 'refused'; readonly why: 'bad-value' | 'bad-switchboard' };

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
  if (!FORMS[key].test(value)) return { kind: 'refused', why: REFUSALS[key] };
  return inTransaction(db, async (db) => {
    if (key === 'switchboard' && !(await isFit(db, organisation, value))) {
      return { kind: 'refused', why: REFUSALS[key] };
    }
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
  switchboard: /^([1-9]\d{1,4})?$/,
};

const REFUSALS = { 'voicemail-code': 'bad-value', switchboard: 'bad-switchboard' } as const;

/** Nobody, or somebody there is. */
async function isFit(db: Db, organisation: string, extension: string): Promise<boolean> {
  if (extension === '') return true;
  const user = await db
    .selectFrom('user')
    .select('id')
    .where('organisation_id', '=', organisation)
    .where('extension', '=', extension)
    .executeTakeFirst();
  return user !== undefined;
}
