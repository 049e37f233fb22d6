import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

/** While it is open, a phone may fetch its files without a secret, once. */
export interface PhoneWindow {
  readonly until: EpochMs;
  /** The only address it may come from; undefined: any. */
  readonly address: string | undefined;
}

export async function openWindow(
  db: Db,
  phoneId: string,
  { until, address }: { readonly until: EpochMs; readonly address?: string | undefined },
): Promise<void> {
  const columns = { until, address: address ?? null };
  await inTransaction(db, async (db) => {
    await db
      .insertInto('phone_window')
      .values({ phone_id: phoneId, ...columns })
      .onConflict((conflict) => conflict.column('phone_id').doUpdateSet(columns))
      .execute();
    await bumpRevision(db, 'phones');
  });
}

export async function closeWindow(db: Db, phoneId: string): Promise<void> {
  await inTransaction(db, async (db) => {
    const { numDeletedRows } = await db
      .deleteFrom('phone_window')
      .where('phone_id', '=', phoneId)
      .executeTakeFirst();
    if (numDeletedRows > 0n) await bumpRevision(db, 'phones');
  });
}

/** Of all phones, by MAC address: few are open at a time. */
export async function listWindows(db: Db): Promise<ReadonlyMap<string, PhoneWindow>> {
  const rows = await db
    .selectFrom('phone_window')
    .innerJoin('phone', 'phone.id', 'phone_window.phone_id')
    .select(['mac', 'until', 'phone_window.address'])
    .execute();
  return new Map(
    rows.map(({ mac, until, address }) => [
      mac,
      { until: epochMs(until), address: address ?? undefined },
    ]),
  );
}
