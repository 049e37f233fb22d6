import { type Kysely, sql } from 'kysely';
import { flag } from './columns.ts';

/** Which number somebody is shown outside: a contact always the same, and a mobile's own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('contact')
    .addColumn('show_as', 'text', (column) =>
      column.check(sql`show_as in ('own', 'main', 'hidden', 'mobile')`),
    )
    .execute();
  await db.schema
    .alterTable('device')
    .addColumn('verified', 'integer', (column) => flag('verified')(column).defaultTo(0))
    .execute();
  await db.schema
    .alterTable('trunk')
    .addColumn('shows_mobiles', 'integer', (column) => flag('shows_mobiles')(column).defaultTo(0))
    .execute();
}
