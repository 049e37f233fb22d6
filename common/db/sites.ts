import { newId } from '../id.ts';
import { readName } from '../name.ts';
import type { EpochMs } from '../time.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

/** A place whose phones share settings: an office, a floor, a network. */
export interface Site {
  readonly id: string;
  readonly name: string;
}

export type AddSite =
  | { readonly kind: 'added'; readonly site: Site }
  | { readonly kind: 'refused'; readonly why: 'bad-name' | 'site-taken' };

export async function addSite(
  db: Db,
  organisation: string,
  text: string,
  now: EpochMs,
): Promise<AddSite> {
  const name = readName(text);
  if (name === undefined) return { kind: 'refused', why: 'bad-name' };
  return inTransaction(db, async (db) => {
    if ((await findSite(db, organisation, name)) !== undefined) {
      return { kind: 'refused', why: 'site-taken' };
    }
    const site = { id: newId(), name };
    await db
      .insertInto('site')
      .values({ ...site, organisation_id: organisation, created_at: now })
      .execute();
    return { kind: 'added', site };
  });
}

export async function findSite(
  db: Db,
  organisation: string,
  name: string,
): Promise<Site | undefined> {
  return db
    .selectFrom('site')
    .select(['id', 'name'])
    .where('organisation_id', '=', organisation)
    .where('name', '=', name)
    .executeTakeFirst();
}

/** By name. */
export async function listSites(db: Db, organisation: string): Promise<readonly Site[]> {
  return db
    .selectFrom('site')
    .select(['id', 'name'])
    .where('organisation_id', '=', organisation)
    .orderBy('name')
    .execute();
}

/** Its settings go with it. A site that has phones stays. */
export async function removeSite(
  db: Db,
  organisation: string,
  name: string,
): Promise<'removed' | 'unknown-site' | 'site-has-phones'> {
  return inTransaction(db, async (db) => {
    const site = await findSite(db, organisation, name);
    if (site === undefined) return 'unknown-site';
    const phone = await db
      .selectFrom('phone')
      .select('id')
      .where('site_id', '=', site.id)
      .executeTakeFirst();
    if (phone !== undefined) return 'site-has-phones';
    await db.deleteFrom('site').where('id', '=', site.id).execute();
    await bumpRevision(db, 'phones');
    return 'removed';
  });
}
