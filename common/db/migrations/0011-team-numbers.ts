import { type Kysely, sql } from 'kysely';
import { e164, organisation, STRICT } from './columns.ts';

/** A number may be a team's. SQLite changes no constraint of a table, so that the table is made anew. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('team_in_organisation')
    .unique()
    .on('team')
    .columns(['id', 'organisation_id'])
    .execute();
  await db.schema
    .createTable('number_anew')
    .addColumn('e164', 'text', (column) => column.primaryKey().notNull().check(e164('e164')))
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('area_code', 'text', (column) =>
      column.check(sql`
        length(area_code) between 1 and 5 and area_code glob '[1-9]*'
        and area_code not glob '*[^0-9]*'`),
    )
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('free', 'assigned', 'quarantine')`),
    )
    .addColumn('user_id', 'text')
    .addColumn('team_id', 'text')
    .addColumn('assigned_at', 'integer')
    .addColumn('quarantined_until', 'integer')
    .addCheckConstraint(
      'assigned_has_owner',
      sql`(state = 'assigned') = (user_id is not null or team_id is not null)`,
    )
    .addCheckConstraint('one_owner', sql`user_id is null or team_id is null`)
    .addCheckConstraint(
      'assigned_has_moment',
      sql`(state = 'assigned') = (assigned_at is not null)`,
    )
    .addCheckConstraint(
      'quarantine_has_end',
      sql`(state = 'quarantine') = (quarantined_until is not null)`,
    )
    .addForeignKeyConstraint('number_user', ['user_id', 'organisation_id'], 'user', [
      'id',
      'organisation_id',
    ])
    .addForeignKeyConstraint('number_team', ['team_id', 'organisation_id'], 'team', [
      'id',
      'organisation_id',
    ])
    .modifyEnd(STRICT)
    .execute();
  const columns = sql`e164, organisation_id, area_code, state, user_id, assigned_at, quarantined_until`;
  await sql`insert into number_anew (${columns}) select ${columns} from number`.execute(db);
  await db.schema.dropTable('number').execute();
  await db.schema.alterTable('number_anew').renameTo('number').execute();
  for (const [name, column] of [
    ['number_of_user', 'user_id'],
    ['number_of_team', 'team_id'],
    ['number_of_organisation', 'organisation_id'],
  ] as const) {
    await db.schema.createIndex(name).on('number').column(column).execute();
  }
}
