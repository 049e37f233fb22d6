import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { inTransaction } from './transaction.ts';

/** What a phone has put here; the bytes lie in the state directory. */
export interface PhoneUpload {
  readonly file: string;
  readonly bytes: number;
  readonly uploadedAt: EpochMs;
}

export async function noteUpload(
  db: Db,
  phoneId: string,
  file: string,
  bytes: number,
  now: EpochMs,
): Promise<'created' | 'replaced'> {
  const columns = { bytes, uploaded_at: now };
  return inTransaction(db, async (db) => {
    const before = await db
      .selectFrom('phone_upload')
      .select('file')
      .where('phone_id', '=', phoneId)
      .where('file', '=', file)
      .executeTakeFirst();
    await db
      .insertInto('phone_upload')
      .values({ phone_id: phoneId, file, ...columns })
      .onConflict((conflict) => conflict.columns(['phone_id', 'file']).doUpdateSet(columns))
      .execute();
    return before === undefined ? 'created' : 'replaced';
  });
}

/** Of all its files but one, which is about to be replaced. */
export async function uploadedBytes(db: Db, phoneId: string, but: string): Promise<number> {
  const row = await db
    .selectFrom('phone_upload')
    .select((query) => query.fn.sum<number | null>('bytes').as('bytes'))
    .where('phone_id', '=', phoneId)
    .where('file', '<>', but)
    .executeTakeFirst();
  return row?.bytes ?? 0;
}

export async function listUploads(db: Db, phoneId: string): Promise<readonly PhoneUpload[]> {
  const rows = await db
    .selectFrom('phone_upload')
    .select(['file', 'bytes', 'uploaded_at'])
    .where('phone_id', '=', phoneId)
    .orderBy('file')
    .execute();
  return rows.map(({ file, bytes, uploaded_at }) => ({
    file,
    bytes,
    uploadedAt: epochMs(uploaded_at),
  }));
}
