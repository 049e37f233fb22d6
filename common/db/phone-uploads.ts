import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { inTransaction } from './transaction.ts';

/** What a phone has put here; the bytes lie in the state directory. */
export interface PhoneUpload {
  readonly file: string;
  readonly bytes: number;
  readonly uploadedAt: EpochMs;
}

/** Writes down what was uploaded. A phone may have been removed meanwhile. */
export async function noteUploads(
  db: Db,
  uploads: readonly (PhoneUpload & { readonly phoneId: string })[],
): Promise<void> {
  await inTransaction(db, async (db) => {
    for (const { phoneId, file, bytes, uploadedAt } of uploads) {
      const columns = { bytes, uploaded_at: uploadedAt };
      const phone = await db
        .selectFrom('phone')
        .select('id')
        .where('id', '=', phoneId)
        .executeTakeFirst();
      if (phone === undefined) continue;
      await db
        .insertInto('phone_upload')
        .values({ phone_id: phoneId, file, ...columns })
        .onConflict((conflict) => conflict.columns(['phone_id', 'file']).doUpdateSet(columns))
        .execute();
    }
  });
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
