import { type Kysely, sql } from 'kysely';

/** What of a trunk's calls says who calls. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('trunk')
    .addColumn('trust', 'text', (column) =>
      column
        .notNull()
        .defaultTo('asserted')
        .check(sql`trust in ('nobody', 'asserted', 'remote-party', 'from')`),
    )
    .execute();
}
