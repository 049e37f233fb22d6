import { devicePlace } from '../common/db/devices.ts';
import type { Db } from '../common/db/open.ts';
import { listOrganisations } from '../common/db/organisations.ts';
import { adminPlace, hashOfToken, phonePassword, phoneToken } from '../common/db/phones.ts';
import { bumpRevision } from '../common/db/revision.ts';
import { inTransaction } from '../common/db/transaction.ts';
import type { SecretBox } from '../common/secret-box.ts';
import { systemClock } from '../common/time.ts';

/** A phone of the bench, and what it shows to get its files. */
export interface BenchPhone {
  readonly mac: string;
  readonly vendor: 'Yealink' | 'Polycom';
  readonly token: string;
  readonly password: string;
}

const ROWS_AT_ONCE = 250;

/** Phones of one line and four lamps each, every second a T46U and every second a VVX 450, all in one transaction. */
export async function seedPhones(
  db: Db,
  box: SecretBox,
  count: number,
): Promise<readonly BenchPhone[]> {
  const [organisation] = await listOrganisations(db);
  if (organisation === undefined) throw new Error('an organisation first');
  const common = { organisation_id: organisation.id, created_at: systemClock() };
  const all = Array.from({ length: count }, (_, i) => i);
  await inTransaction(db, async (db) => {
    for (let first = 0; first < count; first += ROWS_AT_ONCE) {
      const some = all.slice(first, first + ROWS_AT_ONCE);
      // Ten phones to a person, so that 100,000 phones fit into extensions of five digits.
      const people = some.filter((i) => i % 10 === 0);
      if (people.length > 0) {
        await db
          .insertInto('user')
          .values(
            people.map((i) => ({
              ...common,
              id: userId(i),
              extension: String(20_000 + i / 10),
              name: `Person ${i}`,
            })),
          )
          .execute();
      }
      await db
        .insertInto('device')
        .values(
          some.map((i) => ({
            ...common,
            id: `device-${i}`,
            user_id: userId(i),
            kind: 'desk' as const,
            label: 'Desk phone',
            username: `phone-${i}`,
            secret: box.seal(`secret-of-${i}`, devicePlace(`device-${i}`)),
          })),
        )
        .execute();
      await db
        .insertInto('phone')
        .values(
          some.map((i) => ({
            ...common,
            id: phoneId(i),
            mac: macOf(i),
            model: i % 2 === 0 ? 'T46U' : 'VVX 450',
            admin_password: box.seal('1234567890123456', adminPlace(phoneId(i))),
            token_hash: hashOfToken(phoneToken(box, phoneId(i), 1)),
          })),
        )
        .execute();
      await db
        .insertInto('phone_line')
        .values(some.map((i) => ({ phone_id: phoneId(i), position: 1, device_id: `device-${i}` })))
        .execute();
      await db
        .insertInto('phone_key')
        .values(
          some.flatMap((i) =>
            [2, 3, 4, 5].map((key) => ({
              ...{ phone_id: phoneId(i), module: 0, key, does: 'blf' as const, line: 1 },
              target: String(20_000 + ((Math.floor(i / 10) + key) % Math.ceil(count / 10))),
            })),
          ),
        )
        .execute();
    }
    await bumpRevision(db, 'phones');
  });
  return all.map((i) => ({
    mac: macOf(i),
    vendor: i % 2 === 0 ? 'Yealink' : 'Polycom',
    token: phoneToken(box, phoneId(i), 1),
    password: phonePassword(box, phoneId(i), 1),
  }));
}

export const phoneId = (i: number): string => `phone-${i}`;
const userId = (i: number): string => `user-${Math.floor(i / 10)}`;
const macOf = (i: number): string => `02${i.toString(16).padStart(10, '0')}`;
