import { newId } from '../common/id.ts';
import type { Db } from '../common/db/open.ts';
import { devicePlace } from '../common/db/devices.ts';
import { listOrganisations } from '../common/db/organisations.ts';
import { bumpRevision } from '../common/db/revision.ts';
import { inTransaction } from '../common/db/transaction.ts';
import type { SecretBox } from '../common/secret-box.ts';
import { systemClock } from '../common/time.ts';

export const USERS = 10_000;
const FIRST_EXTENSION = 20_000;
const ROWS_AT_ONCE = 500;

export const extensionOf = (i: number): string => String(FIRST_EXTENSION + i);
export const numberOf = (i: number): string => `+468123${String(i).padStart(5, '0')}`;
export const accountOf = (i: number): string => `${extensionOf(i)}-desk`;

/** Fills the first organisation: each user with a number, a desk phone and an app, all in one transaction. */
export async function seedBigCompany(db: Db, box: SecretBox): Promise<void> {
  const [organisation] = await listOrganisations(db);
  if (organisation === undefined) throw new Error('an organisation first');
  const common = { organisation_id: organisation.id };
  const created_at = systemClock();
  await inTransaction(db, async (db) => {
    for (let first = 0; first < USERS; first += ROWS_AT_ONCE) {
      const people = Array.from({ length: Math.min(ROWS_AT_ONCE, USERS - first) }, (_, i) => ({
        id: newId(),
        i: first + i,
      }));
      await db
        .insertInto('user')
        .values(
          people.map(({ id, i }) => ({
            ...common,
            id,
            extension: extensionOf(i),
            name: `Person ${i}`,
            created_at,
          })),
        )
        .execute();
      await db
        .insertInto('number')
        .values(
          people.map(({ id, i }) => ({
            ...common,
            e164: numberOf(i),
            area_code: '8',
            state: 'assigned' as const,
            user_id: id,
            assigned_at: created_at,
            quarantined_until: null,
          })),
        )
        .execute();
      await db
        .insertInto('device')
        .values(
          people.flatMap((person) =>
            (['desk', 'app'] as const).map((kind) => {
              const id = newId();
              const secret = box.seal(`a password of ${kind} ${person.i}`, devicePlace(id));
              const username = `${extensionOf(person.i)}-${kind}`;
              const device = { id, kind, label: kind, username, secret, user_id: person.id };
              const unseen = { seen_at: null, seen_address: null, seen_agent: null };
              return { ...common, ...device, ...unseen, to_e164: null, created_at };
            }),
          ),
        )
        .execute();
    }
    await bumpRevision(db);
  });
}
