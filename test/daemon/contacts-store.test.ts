import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import t from 'tap';
import { migrate } from '../../common/db/migrate.ts';
import { openDb } from '../../common/db/open.ts';
import { addOrganisation } from '../../common/db/organisations.ts';
import { bumpRevision } from '../../common/db/revision.ts';
import type { E164 } from '../../common/phone-number.ts';
import { openLog } from '../../common/log.ts';
import { epochMs } from '../../common/time.ts';
import { openContacts } from '../../daemon/contacts-store.ts';
import { contactKey } from '../../daemon/routing/contacts.ts';

const quiet = openLog('test', 'silent');

t.test(
  'of two contacts with one number the blocked counts, then the VIP, then the older',
  async (t) => {
    const db = openDb(':memory:');
    await migrate(db);
    const added = await addOrganisation(db, { domain: 'anka.example', name: 'Anka' }, epochMs(0));
    if (added.kind === 'refused') throw new Error(added.why);
    const { id } = added.organisation;
    const contact = async (
      name: string,
      created: number,
      e164: string,
      mark?: 'vip' | 'blocked',
    ) => {
      await db
        .insertInto('contact')
        .values({
          id: name,
          organisation_id: id,
          user_id: null,
          name,
          favourite: 0,
          vip: mark === 'vip' ? 1 : 0,
          blocked: mark === 'blocked' ? 1 : 0,
          created_at: created,
        })
        .execute();
      await db.insertInto('contact_number').values({ contact_id: name, e164 }).execute();
    };
    const [one, two, three] = ['+46701111111', '+46702222222', '+46703333333'] as const;
    await contact('a-vip', 1, one, 'vip');
    await contact('b-blocked', 2, one, 'blocked');
    await contact('c-plain', 0, one);
    await contact('d-plain', 1, two);
    await contact('e-vip', 2, two, 'vip');
    await contact('f-younger', 9, three);
    await contact('g-older', 8, three);
    const log: string[] = [];
    const store = await openContacts(db, { ...quiet, error: (_, message) => log.push(message) });
    const found = (e164: string) => store.current().shared.get(contactKey(id, e164 as E164))?.id;
    t.strictSame([one, two, three].map(found), ['b-blocked', 'e-vip', 'g-older']);

    await bumpRevision(db, 'contacts');
    await db.deleteFrom('contact').where('id', '=', 'b-blocked').execute();
    await Promise.all([store.renew(), store.renew()]);
    t.equal(found(one), 'a-vip');

    await db.destroy();
    const last = store.current();
    t.equal(await store.renew(), last, 'a database that cannot be read changes nothing');
    await store.renew();
    t.equal(log.length, 1, 'and is told of once');
  },
);

t.test('ten thousand contacts are read without anybody waiting long', async (t) => {
  const db = openDb(join(t.testdir({}), 'vaxel.db'));
  t.teardown(() => db.destroy());
  await migrate(db);
  const added = await addOrganisation(db, { domain: 'anka.example', name: 'Anka' }, epochMs(0));
  if (added.kind === 'refused') throw new Error(added.why);
  const organisation_id = added.organisation.id;
  const ids = Array.from({ length: 10_000 }, (_, n) => `c${n}`);
  await db.transaction().execute(async (db) => {
    for (let at = 0; at < ids.length; at += 500) {
      const some = ids.slice(at, at + 500);
      const mark = { favourite: 0, vip: 0, blocked: 0, user_id: null, created_at: 0 } as const;
      await db
        .insertInto('contact')
        .values(some.map((id) => ({ id, organisation_id, name: `Name ${id}`, ...mark })))
        .execute();
      await db
        .insertInto('contact_number')
        .values(
          some.map((id) => ({ contact_id: id, e164: `+4670${1_000_000 + Number(id.slice(1))}` })),
        )
        .execute();
    }
  });
  let turns = 0;
  let over = false;
  const others = (): void => {
    turns += 1;
    if (!over) setImmediate(others);
  };
  setImmediate(others);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const store = await openContacts(db, quiet);
  delay.disable();
  over = true;
  t.equal(store.current().shared.size, 10_000);
  t.ok(turns >= 20, `others had their turn ${turns} times`);
  t.comment(`longest wait ${(delay.max / 1e6).toFixed(1)} ms`);
});
