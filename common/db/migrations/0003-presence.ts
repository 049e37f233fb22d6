import { type Kysely, sql } from 'kysely';
import {
  type Column,
  required,
  id,
  filled,
  flag,
  organisation,
  ofUser,
  STRICT,
} from './columns.ts';

/** What people are doing, and when they work. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createActivity(db);
  await createStatus(db);
  await createWorkingHours(db);
  await sql`insert into revision (name, value) values ('presence', 1)`.execute(db);
}

/** One that is removed stays: a status or the history may still name it. */
async function createActivity(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('activity')
    .addColumn('id', 'text', id)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('user_id', 'text', (column) => column.references('user.id').onDelete('cascade'))
    .addColumn('key', 'text', (column) => column.check(sql`length(key) > 0`))
    .addColumn('position', 'integer', (column) =>
      column.notNull().check(sql`position between 0 and 99`),
    )
    .addColumn('name_sv', 'text', filled('name_sv'))
    .addColumn('name_en', 'text', filled('name_en'))
    .addColumn('icon', 'text', required)
    .addColumn('colour', 'text', (column) =>
      column.notNull().check(sql`colour glob '#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'`),
    )
    .addColumn('shape', 'text', required)
    .addColumn('rings', 'integer', flag('rings'))
    .addColumn('length_kind', 'text', (column) =>
      column.notNull().check(sql`
        length_kind in ('minutes', 'time', 'rest-of-day', 'next-working-day', 'open-ended')`),
    )
    .addColumn('length_value', 'integer')
    .addColumn('ends_as', 'text', (column) =>
      column.notNull().check(sql`ends_as in ('clock', 'date')`),
    )
    .addColumn('end_word', 'text', (column) =>
      column.notNull().check(sql`end_word in ('back', 'until', 'soon')`),
    )
    .addColumn('phrase_sv', 'text', required)
    .addColumn('phrase_en', 'text', required)
    .addColumn('public_phrase_sv', 'text')
    .addColumn('public_phrase_en', 'text')
    .addColumn('private', 'integer', flag('private'))
    .addColumn('teams_ring', 'integer', flag('teams_ring'))
    .addColumn('removed_at', 'integer')
    .addCheckConstraint(
      'length_has_value',
      sql`(length_kind in ('minutes', 'time')) = (length_value is not null)`,
    )
    .addCheckConstraint(
      'length_in_range',
      sql`length_value is null or (length_kind = 'minutes' and length_value between 1 and 527040)
        or (length_kind = 'time' and length_value between 0 and 1439)`,
    )
    .addCheckConstraint(
      'available_stays',
      sql`key is not 'available' or (removed_at is null and rings = 1 and user_id is null)`,
    )
    .addUniqueConstraint('activity_in_organisation', ['id', 'organisation_id'])
    .modifyEnd(STRICT)
    .execute();
  await sql`
    create unique index activity_position
    on activity (organisation_id, coalesce(user_id, ''), position) where removed_at is null
  `.execute(db);
}

/** What holds for each person, everything that held before, and what is to come. */
async function createStatus(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('status')
    .addColumn('user_id', 'text', (column) => ofUser(column).primaryKey())
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('activity_id', 'text', (column) => column.notNull().references('activity.id'))
    .addColumn('note', 'text', note)
    .addColumn('started_at', 'integer', required)
    .addColumn('ends_at', 'integer')
    .addColumn('source', 'text', source)
    .addColumn('set_by', 'text')
    .addColumn('version', 'integer', (column) => column.notNull().check(sql`version >= 1`))
    .addColumn('revision', 'integer', required)
    .modifyEnd(STRICT)
    .execute();
  await db.schema.createIndex('status_revision').on('status').column('revision').execute();
  await db.schema
    .createTable('status_log')
    .addColumn('id', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('user_id', 'text', ofUser)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('activity_id', 'text', required)
    .addColumn('activity_name', 'text', filled('activity_name'))
    .addColumn('note', 'text', note)
    .addColumn('started_at', 'integer', required)
    .addColumn('ends_at', 'integer')
    .addColumn('source', 'text', source)
    .addColumn('set_by', 'text')
    .addColumn('version', 'integer', required)
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createIndex('status_log_of_user')
    .on('status_log')
    .columns(['user_id', 'version'])
    .execute();
  await db.schema
    .createTable('status_plan')
    .addColumn('id', 'text', id)
    .addColumn('user_id', 'text', ofUser)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('activity_id', 'text', (column) => column.notNull().references('activity.id'))
    .addColumn('note', 'text', note)
    .addColumn('starts_at', 'integer', required)
    .addColumn('ends_at', 'integer', required)
    .addColumn('repeats', 'text', (column) =>
      column.notNull().check(sql`repeats in ('never', 'daily', 'weekly', 'workdays')`),
    )
    .addColumn('repeats_until', 'integer')
    .addColumn('created_at', 'integer', required)
    .addColumn('revision', 'integer', required)
    .addCheckConstraint('plan_has_length', sql`ends_at > starts_at`)
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createIndex('status_plan_revision')
    .on('status_plan')
    .column('revision')
    .execute();
  await db.schema.createIndex('status_plan_of_user').on('status_plan').column('user_id').execute();
}

/** The organisation's where no person is named. Minutes of the local day. */
async function createWorkingHours(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('working_hours')
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('user_id', 'text', (column) => column.references('user.id').onDelete('cascade'))
    .addColumn('weekday', 'integer', (column) =>
      column.notNull().check(sql`weekday between 1 and 7`),
    )
    .addColumn('from_minute', 'integer', (column) =>
      column.notNull().check(sql`from_minute between 0 and 1439`),
    )
    .addColumn('to_minute', 'integer', (column) =>
      column.notNull().check(sql`to_minute between 1 and 1440`),
    )
    .addCheckConstraint('hours_have_length', sql`to_minute > from_minute`)
    .modifyEnd(STRICT)
    .execute();
  await sql`
    create unique index working_hours_once
    on working_hours (organisation_id, coalesce(user_id, ''), weekday, from_minute)`.execute(db);
}

const note = (column: Column): Column =>
  column
    .notNull()
    .defaultTo('')
    .check(sql`length(note) <= 280`);

const source = (column: Column): Column =>
  column.notNull().check(sql`
    source in ('app', 'code', 'phone', 'calendar', 'colleague', 'schedule', 'menu', 'admin')`);
