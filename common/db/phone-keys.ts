import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import type { PhoneKeyTable } from './schema.ts';
import { inTransaction } from './transaction.ts';

/** What one key of a phone does, as the sysadmin said it. */
export interface PhoneKey {
  /** 0: on the phone itself; 1 and up: that expansion module. */
  readonly module: number;
  /** From 1. */
  readonly key: number;
  readonly does: PhoneKeyTable['does'];
  /** A position; undefined for a URL alone. */
  readonly line: number | undefined;
  readonly target: string | undefined;
  /** Undefined: whatever suits what it does. */
  readonly label: string | undefined;
}

/** In the order of the keys. */
export async function listKeys(db: Db, phoneId: string): Promise<readonly PhoneKey[]> {
  const rows = await db
    .selectFrom('phone_key')
    .selectAll()
    .where('phone_id', '=', phoneId)
    .orderBy('module')
    .orderBy('key')
    .execute();
  return rows.map(keyOfRow);
}

export const keyOfRow = (row: Omit<PhoneKeyTable, 'phone_id'>): PhoneKey => ({
  module: row.module,
  key: row.key,
  does: row.does,
  line: row.line ?? undefined,
  target: row.target ?? undefined,
  label: row.label ?? undefined,
});

/** Puts the keys given in place of what stood there; the others stay. */
export async function setKeys(
  db: Db,
  phoneId: string,
  { put, clear }: { readonly put: readonly PhoneKey[]; readonly clear: readonly KeyPlace[] },
): Promise<void> {
  await inTransaction(db, async (db) => {
    for (const { module, key } of [...put, ...clear]) {
      await db
        .deleteFrom('phone_key')
        .where('phone_id', '=', phoneId)
        .where('module', '=', module)
        .where('key', '=', key)
        .execute();
    }
    await insertKeys(db, phoneId, put);
    await bumpRevision(db, 'phones');
  });
}

export type KeyPlace = Pick<PhoneKey, 'module' | 'key'>;

/** Part of what the caller's transaction does. */
export async function insertKeys(
  db: Db,
  phoneId: string,
  keys: readonly PhoneKey[],
): Promise<void> {
  for (const { line = null, target = null, label = null, ...key } of keys) {
    await db
      .insertInto('phone_key')
      .values({ phone_id: phoneId, ...key, line, target, label })
      .execute();
  }
}
