import { compiledOnce } from './compiled-once.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import type { PhoneSettingTable } from './schema.ts';
import { inTransaction } from './transaction.ts';

/** Where a value holds; the later of these wins. */
export type SettingLayer =
  | { readonly layer: 'organisation' }
  | { readonly layer: 'site'; readonly siteId: string }
  | { readonly layer: 'model'; readonly model: string }
  | { readonly layer: 'phone'; readonly phoneId: string }
  | { readonly layer: 'line'; readonly phoneId: string; readonly line: number };

/** One value of one layer. */
export interface PhoneSetting {
  readonly at: SettingLayer;
  /** A parameter of the vendor's rather than a setting of ours. */
  readonly vendorKey: boolean;
  readonly name: string;
  readonly value: string;
}

/** Undefined takes the value away, and the layer above shows through. */
export async function setPhoneSetting(
  db: Db,
  organisation: string,
  { at, vendorKey, name }: Omit<PhoneSetting, 'value'>,
  value: string | undefined,
): Promise<void> {
  const row = { ...columnsOf(organisation, at), vendor_key: vendorKey ? 1 : 0, name } as const;
  await inTransaction(db, async (db) => {
    await db
      .deleteFrom('phone_setting')
      .where('organisation_id', '=', organisation)
      .where('site_id', 'is', row.site_id)
      .where('model', 'is', row.model)
      .where('phone_id', 'is', row.phone_id)
      .where('line', 'is', row.line)
      .where('vendor_key', '=', row.vendor_key)
      .where('name', '=', name)
      .execute();
    if (value !== undefined) {
      await db
        .insertInto('phone_setting')
        .values({ ...row, value })
        .execute();
    }
    await bumpRevision(db, 'phones');
  });
}

/** Every value that may reach one phone, outer layers first. */
export async function listSettingsOf(
  db: Db,
  phone: {
    readonly id: string;
    readonly organisationId: string;
    readonly siteId: string | undefined;
    readonly model: string;
  },
): Promise<readonly PhoneSetting[]> {
  const rows = await selectSettings(db, {
    organisation: phone.organisationId,
    site: phone.siteId ?? '',
    model: phone.model,
    phone: phone.id,
  });
  const settings = rows.map(settingOf);
  return LAYERS.flatMap((layer) => settings.filter(({ at }) => at.layer === layer));
}

type Reach = 'organisation' | 'site' | 'model' | 'phone';

const selectSettings = compiledOnce((db, value: (name: Reach) => string) =>
  db
    .selectFrom('phone_setting')
    .selectAll()
    .where('organisation_id', '=', value('organisation'))
    .where((at) =>
      at.or([
        at.and([at('site_id', 'is', null), at('model', 'is', null), at('phone_id', 'is', null)]),
        at('site_id', '=', value('site')),
        at('model', '=', value('model')),
        at('phone_id', '=', value('phone')),
      ]),
    )
    .orderBy('name'),
);

function columnsOf(
  organisation: string,
  at: SettingLayer,
): Omit<PhoneSettingTable, 'vendor_key' | 'name' | 'value'> {
  const none = { site_id: null, model: null, phone_id: null, line: null };
  const row = { organisation_id: organisation, ...none };
  switch (at.layer) {
    case 'organisation':
      return row;
    case 'site':
      return { ...row, site_id: at.siteId };
    case 'model':
      return { ...row, model: at.model };
    case 'phone':
      return { ...row, phone_id: at.phoneId };
    case 'line':
      return { ...row, phone_id: at.phoneId, line: at.line };
  }
}

function settingOf(row: PhoneSettingTable): PhoneSetting {
  const { name, value } = row;
  return { at: layerOf(row), vendorKey: row.vendor_key === 1, name, value };
}

function layerOf({ site_id, model, phone_id, line }: PhoneSettingTable): SettingLayer {
  if (phone_id !== null && line !== null) return { layer: 'line', phoneId: phone_id, line };
  if (phone_id !== null) return { layer: 'phone', phoneId: phone_id };
  if (model !== null) return { layer: 'model', model };
  return site_id === null ? { layer: 'organisation' } : { layer: 'site', siteId: site_id };
}

const LAYERS = ['organisation', 'site', 'model', 'phone', 'line'] as const;
