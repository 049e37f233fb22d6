import { type Kysely, sql } from 'kysely';

/** Statuses to come that a calendar says; those that people plan themselves have no entry. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table status_plan add column entry text check (length(entry) between 1 and 255)
  `.execute(db);
  await db.schema
    .createIndex('status_plan_entry')
    .unique()
    .on('status_plan')
    .columns(['user_id', 'entry'])
    .execute();
}
