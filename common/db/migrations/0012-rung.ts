import { type Kysely, sql } from 'kysely';
import { ofUser, required, STRICT } from './columns.ts';

/** Which calls came to a team, and at whom a call rang who was not the one called. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table decision add column team_id text references team (id) on delete set null
  `.execute(db);
  await db.schema
    .createIndex('decision_of_team')
    .on('decision')
    .columns(['team_id', 'at'])
    .execute();
  await db.schema
    .createTable('decision_rung')
    .addColumn('decision_id', 'integer', (column) =>
      column.notNull().references('decision.id').onDelete('cascade'),
    )
    .addColumn('user_id', 'text', ofUser)
    .addColumn('at', 'integer', required)
    .addPrimaryKeyConstraint('decision_rung_once', ['decision_id', 'user_id'])
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createIndex('decision_rung_of_user')
    .on('decision_rung')
    .columns(['user_id', 'at'])
    .execute();
}
