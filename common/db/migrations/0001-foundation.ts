import { type Kysely, sql } from 'kysely';
import { type Column, required, id, filled, organisation, e164, STRICT } from './columns.ts';

/**
 * The first tables. SQLite itself refuses what the types forbid, so that a slip
 * in a program, or a hand with a database shell, cannot leave nonsense behind.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createOrganisation(db);
  await createUser(db);
  await createNumber(db);
  await createDevice(db);
  await createTrunk(db);
  await createSmallTables(db);
}

async function createOrganisation(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('organisation')
    .addColumn('id', 'text', id)
    .addColumn('domain', 'text', (column) =>
      column.notNull().unique().check(sql`
        length(domain) between 1 and 253 and domain not glob '*[^a-z0-9.-]*'
        and domain not glob '[.-]*' and domain not glob '*[.-]' and domain not glob '*..*'`),
    )
    .addColumn('name', 'text', filled('name'))
    .addColumn('country', 'text', (column) =>
      column.notNull().check(sql`country glob '[A-Z][A-Z]'`),
    )
    .addColumn('area_code', 'text', areaCode)
    .addColumn('zone', 'text', filled('zone'))
    .addColumn('language', 'text', (column) => column.notNull().check(LANGUAGE))
    .addColumn('created_at', 'integer', required)
    .modifyEnd(STRICT)
    .execute();
}

async function createUser(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user')
    .addColumn('id', 'text', id)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('extension', 'text', (column) =>
      column.notNull().check(sql`
        length(extension) between 2 and 5 and extension glob '[1-9]*'
        and extension not glob '*[^0-9]*'`),
    )
    .addColumn('name', 'text', filled('name'))
    .addColumn('language', 'text', (column) => column.check(LANGUAGE))
    .addColumn('ring_seconds', 'integer', (column) =>
      column
        .notNull()
        .defaultTo(25)
        .check(sql`ring_seconds between 5 and 300`),
    )
    .addColumn('voicemail_pin', 'text')
    .addColumn('created_at', 'integer', required)
    .addUniqueConstraint('user_extension', ['organisation_id', 'extension'])
    .addUniqueConstraint('user_in_organisation', ['id', 'organisation_id'])
    .modifyEnd(STRICT)
    .execute();
}

/** A number outlives its user: it goes into quarantine before he can be removed. */
async function createNumber(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('number')
    .addColumn('e164', 'text', (column) => column.primaryKey().notNull().check(e164('e164')))
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('area_code', 'text', areaCode)
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('free', 'assigned', 'quarantine')`),
    )
    .addColumn('user_id', 'text')
    .addColumn('assigned_at', 'integer')
    .addColumn('quarantined_until', 'integer')
    .addCheckConstraint('assigned_has_user', sql`(state = 'assigned') = (user_id is not null)`)
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
    .modifyEnd(STRICT)
    .execute();
  await db.schema.createIndex('number_of_user').on('number').column('user_id').execute();
  await db.schema
    .createIndex('number_of_organisation')
    .on('number')
    .column('organisation_id')
    .execute();
}

async function createDevice(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('device')
    .addColumn('id', 'text', id)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('user_id', 'text', required)
    .addColumn('kind', 'text', (column) =>
      column.notNull().check(sql`kind in ('app', 'desk', 'mobile')`),
    )
    .addColumn('label', 'text', filled('label'))
    .addColumn('username', 'text', (column) =>
      column.check(sql`length(username) > 0 and username not glob '*[^a-z0-9-]*'`),
    )
    .addColumn('secret', 'text')
    .addColumn('to_e164', 'text', (column) => column.check(e164('to_e164')))
    .addColumn('created_at', 'integer', required)
    .addColumn('seen_at', 'integer')
    .addColumn('seen_address', 'text')
    .addColumn('seen_agent', 'text')
    .addCheckConstraint('sip_has_username', sql`(kind <> 'mobile') = (username is not null)`)
    .addCheckConstraint('sip_has_secret', sql`(kind <> 'mobile') = (secret is not null)`)
    .addCheckConstraint('mobile_has_number', sql`(kind = 'mobile') = (to_e164 is not null)`)
    .addUniqueConstraint('device_username', ['organisation_id', 'username'])
    .addForeignKeyConstraint(
      'device_user',
      ['user_id', 'organisation_id'],
      'user',
      ['id', 'organisation_id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .modifyEnd(STRICT)
    .execute();
  await db.schema.createIndex('device_of_user').on('device').column('user_id').execute();
}

async function createTrunk(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('trunk')
    .addColumn('id', 'text', id)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('name', 'text', (column) =>
      column.notNull().unique().check(sql`
        length(name) between 1 and 32 and name not glob '*[^a-z0-9-]*'`),
    )
    .addColumn('host', 'text', filled('host'))
    .addColumn('username', 'text')
    .addColumn('secret', 'text')
    .addColumn('register', 'integer', (column) => column.notNull().check(sql`register in (0, 1)`))
    .addColumn('position', 'integer', (column) => column.notNull().check(sql`position >= 1`))
    .addColumn('created_at', 'integer', required)
    .addCheckConstraint('username_has_secret', sql`(username is null) = (secret is null)`)
    .addCheckConstraint('register_has_username', sql`register = 0 or username is not null`)
    .addUniqueConstraint('trunk_position', ['organisation_id', 'position'])
    .modifyEnd(STRICT)
    .execute();
}

async function createSmallTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('setting')
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('key', 'text', filled('key'))
    .addColumn('value', 'text', required)
    .addPrimaryKeyConstraint('setting_key', ['organisation_id', 'key'])
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createTable('voicemail_lock')
    .addColumn('user_id', 'text', (column) =>
      column.primaryKey().notNull().references('user.id').onDelete('cascade'),
    )
    .addColumn('failures', 'integer', (column) => column.notNull().check(sql`failures >= 0`))
    .addColumn('locked_until', 'integer')
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createTable('revision')
    .addColumn('name', 'text', id)
    .addColumn('value', 'integer', required)
    .modifyEnd(STRICT)
    .execute();
  await sql`insert into revision (name, value) values ('directory', 1)`.execute(db);
}

const areaCode = (column: Column): Column =>
  column.check(sql`
    length(area_code) between 1 and 5 and area_code glob '[1-9]*'
    and area_code not glob '*[^0-9]*'`);

const LANGUAGE = sql<boolean>`language in ('sv', 'en')`;
