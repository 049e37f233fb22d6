import type { ShownNumber } from '../shown-number.ts';
import type { Db } from './open.ts';

/** One number of a contact, with the contact. */
export interface ContactRow {
  readonly contact_id: string;
  readonly e164: string;
  readonly organisation_id: string;
  readonly user_id: string | null;
  readonly name: string;
  readonly company: string;
  readonly favourite: 0 | 1;
  readonly vip: 0 | 1;
  readonly blocked: 0 | 1;
  readonly created_at: number;
  readonly show_as: ShownNumber | null;
}

/**
 * Every number of every contact of the server, page by page, all numbers of one
 * contact after another. Between two pages others use the database, so what is
 * changed meanwhile may be read as it was or as it is.
 */
export async function* contactPages(db: Db): AsyncGenerator<readonly ContactRow[]> {
  let last = { contact_id: '', e164: '' };
  for (;;) {
    const { contact_id, e164 } = last;
    const page = await db
      .selectFrom('contact_number')
      .innerJoin('contact', 'id', 'contact_id')
      .select(['contact_id', 'e164', 'organisation_id', 'user_id', 'name', 'company'])
      .select(['favourite', 'vip', 'blocked', 'created_at', 'show_as'])
      .where((where) =>
        where(where.refTuple('contact_id', 'e164'), '>', where.tuple(contact_id, e164)),
      )
      .orderBy('contact_id')
      .orderBy('e164')
      .limit(ROWS)
      .execute();
    yield page;
    const end = page.at(-1);
    if (end === undefined || page.length < ROWS) return;
    last = end;
  }
}

/** As many as SQLite gives in a few milliseconds, in which nothing else runs. */
const ROWS = 200;
