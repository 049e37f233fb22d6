import { type Kysely, sql } from 'kysely';
import { extension, filled, id, organisation, ofUser, required, STRICT } from './columns.ts';

/** People who are rung together, and how long the devices of a person ring under an activity. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createTeam(db);
  await db.schema
    .alterTable('activity')
    .addColumn('ring_seconds', 'integer', (column) =>
      column.check(sql`ring_seconds between 5 and 300`),
    )
    .execute();
}

async function createTeam(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('team')
    .addColumn('id', 'text', id)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('extension', 'text', (column) => column.notNull().check(extension('extension')))
    .addColumn('name', 'text', filled('name'))
    .addColumn('spoken_name', 'text', (column) => column.check(sql`length(spoken_name) > 0`))
    .addColumn('ring_seconds', 'integer', (column) =>
      column
        .notNull()
        .defaultTo(25)
        .check(sql`ring_seconds between 5 and 300`),
    )
    .addColumn('unanswered_kind', 'text', (column) =>
      column
        .notNull()
        .check(sql`unanswered_kind in ('hang-up', 'voicemail', 'extension', 'number')`),
    )
    .addColumn('unanswered_target', 'text')
    .addColumn('created_at', 'integer', required)
    .addCheckConstraint(
      'target_where_one_is_meant',
      sql`(unanswered_kind = 'hang-up') = (unanswered_target is null)`,
    )
    .addUniqueConstraint('team_extension', ['organisation_id', 'extension'])
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createTable('team_member')
    .addColumn('team_id', 'text', (column) =>
      column.notNull().references('team.id').onDelete('cascade'),
    )
    .addColumn('user_id', 'text', ofUser)
    .addColumn('position', 'integer', (column) => column.notNull().check(sql`position >= 1`))
    .addPrimaryKeyConstraint('team_member_once', ['team_id', 'user_id'])
    .modifyEnd(STRICT)
    .execute();
  await db.schema.createIndex('team_member_user').on('team_member').column('user_id').execute();
}
