import { type Kysely, sql } from 'kysely';
import { type Column, required, id, filled, flag, organisation, STRICT } from './columns.ts';

/**
 * Hardware phones: what each is to be, and what it has done. What a phone's
 * traffic writes stands in tables of its own, so that a fetch never touches a
 * row somebody configured.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createSite(db);
  await createPhone(db);
  await createLinesAndKeys(db);
  await createSettings(db);
  await createTraffic(db);
  await createLobby(db);
  await sql`insert into revision (name, value) values ('phones', 1)`.execute(db);
}

async function createSite(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('site')
    .addColumn('id', 'text', id)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('name', 'text', filled('name'))
    .addColumn('created_at', 'integer', required)
    .addUniqueConstraint('site_name', ['organisation_id', 'name'])
    .addUniqueConstraint('site_in_organisation', ['id', 'organisation_id'])
    .modifyEnd(STRICT)
    .execute();
}

/** A MAC address is one phone on the whole server: that a phone has been sold on must be said. */
async function createPhone(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('phone')
    .addColumn('id', 'text', id)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('mac', 'text', (column) => column.notNull().unique().check(MAC))
    .addColumn('model', 'text', filled('model'))
    .addColumn('site_id', 'text')
    .addColumn('enabled', 'integer', (column) => flag('enabled')(column).defaultTo(1))
    .addColumn('admin_password', 'text', filled('admin_password'))
    .addColumn('token_number', 'integer', (column) =>
      column
        .notNull()
        .defaultTo(1)
        .check(sql`token_number >= 1`),
    )
    .addColumn('token_hash', 'text', (column) =>
      column
        .notNull()
        .unique()
        .check(sql`length(token_hash) = 64 and token_hash not glob '*[^0-9a-f]*'`),
    )
    .addColumn('created_at', 'integer', required)
    .addUniqueConstraint('phone_in_organisation', ['id', 'organisation_id'])
    .addForeignKeyConstraint('phone_site', ['site_id', 'organisation_id'], 'site', [
      'id',
      'organisation_id',
    ])
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createIndex('phone_of_organisation')
    .on('phone')
    .column('organisation_id')
    .execute();
}

/** A line is one SIP account: no two phones share one, and it leaves with its device. */
async function createLinesAndKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('phone_line')
    .addColumn('phone_id', 'text', ofPhone)
    .addColumn('position', 'integer', (column) =>
      column.notNull().check(sql`position between 1 and 250`),
    )
    .addColumn('device_id', 'text', (column) =>
      column.notNull().unique().references('device.id').onDelete('cascade'),
    )
    .addColumn('label', 'text', (column) => column.check(sql`length(label) > 0`))
    .addPrimaryKeyConstraint('phone_line_position', ['phone_id', 'position'])
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createTable('phone_key')
    .addColumn('phone_id', 'text', ofPhone)
    .addColumn('module', 'integer', (column) => column.notNull().check(sql`module between 0 and 9`))
    .addColumn('key', 'integer', (column) => column.notNull().check(sql`key between 1 and 999`))
    .addColumn('does', 'text', (column) =>
      column.notNull().check(sql`does in ('line', 'blf', 'speed', 'park', 'pickup', 'voicemail',
        'conference', 'forward', 'dnd', 'activity', 'team-login', 'url')`),
    )
    .addColumn('line', 'integer', (column) => column.check(sql`line between 1 and 250`))
    .addColumn('target', 'text', (column) => column.check(sql`length(target) > 0`))
    .addColumn('label', 'text', (column) => column.check(sql`length(label) > 0`))
    .addCheckConstraint('url_is_of_no_line', sql`(does = 'url') = (line is null)`)
    .addCheckConstraint(
      'target_where_one_is_meant',
      sql`(does in ('blf', 'speed', 'park', 'pickup', 'activity', 'team-login', 'url')) = (target is not null)`,
    )
    .addPrimaryKeyConstraint('phone_key_place', ['phone_id', 'module', 'key'])
    .modifyEnd(STRICT)
    .execute();
}

/** One value of one layer: the organisation's, a site's, a model's, a phone's or a line's. */
async function createSettings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('phone_setting')
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('site_id', 'text')
    .addColumn('model', 'text', (column) => column.check(sql`length(model) > 0`))
    .addColumn('phone_id', 'text')
    .addColumn('line', 'integer', (column) => column.check(sql`line between 1 and 250`))
    .addColumn('vendor_key', 'integer', flag('vendor_key'))
    .addColumn('name', 'text', filled('name'))
    .addColumn('value', 'text', required)
    .addCheckConstraint(
      'one_layer',
      sql`(site_id is not null) + (model is not null) + (phone_id is not null) <= 1`,
    )
    .addCheckConstraint('line_of_phone', sql`line is null or phone_id is not null`)
    .addForeignKeyConstraint(
      'setting_site',
      ['site_id', 'organisation_id'],
      'site',
      ['id', 'organisation_id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'setting_phone',
      ['phone_id', 'organisation_id'],
      'phone',
      ['id', 'organisation_id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .modifyEnd(STRICT)
    .execute();
  await sql`
    create unique index phone_setting_once on phone_setting (
      organisation_id, coalesce(site_id, ''), coalesce(model, ''), coalesce(phone_id, ''),
      coalesce(line, 0), vendor_key, name)`.execute(db);
  await db.schema
    .createIndex('phone_setting_of_phone')
    .on('phone_setting')
    .column('phone_id')
    .execute();
}

async function createTraffic(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('phone_state')
    .addColumn('phone_id', 'text', (column) => ofPhone(column).primaryKey())
    .addColumn('firmware', 'text')
    .addColumn('agent', 'text')
    .addColumn('address', 'text')
    .addColumn('fetched_at', 'integer')
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createTable('phone_file')
    .addColumn('phone_id', 'text', ofPhone)
    .addColumn('file', 'text', filled('file'))
    .addColumn('etag', 'text', filled('etag'))
    .addColumn('content', 'text', required)
    .addColumn('served_at', 'integer', required)
    .addPrimaryKeyConstraint('phone_file_name', ['phone_id', 'file'])
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createTable('phone_upload')
    .addColumn('phone_id', 'text', ofPhone)
    .addColumn('file', 'text', filled('file'))
    .addColumn('bytes', 'integer', (column) => column.notNull().check(sql`bytes >= 0`))
    .addColumn('uploaded_at', 'integer', required)
    .addPrimaryKeyConstraint('phone_upload_name', ['phone_id', 'file'])
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createTable('phone_request')
    .addColumn('id', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('phone_id', 'text', ofPhone)
    .addColumn('at', 'integer', required)
    .addColumn('method', 'text', required)
    .addColumn('file', 'text', required)
    .addColumn('status', 'integer', required)
    .addColumn('address', 'text', required)
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createIndex('phone_request_of_phone')
    .on('phone_request')
    .columns(['phone_id', 'id'])
    .execute();
  await db.schema.createIndex('phone_request_at').on('phone_request').column('at').execute();
}

/** Phones nobody has claimed, and known ones that may fetch once without a secret. */
async function createLobby(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('phone_guest')
    .addColumn('mac', 'text', (column) => column.primaryKey().notNull().check(MAC))
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('code', 'text', (column) =>
      column
        .notNull()
        .unique()
        .check(sql`length(code) = 6 and code not glob '*[^0-9]*'`),
    )
    .addColumn('model', 'text', filled('model'))
    .addColumn('address', 'text', filled('address'))
    .addColumn('until', 'integer', required)
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createTable('phone_window')
    .addColumn('phone_id', 'text', (column) => ofPhone(column).primaryKey())
    .addColumn('until', 'integer', required)
    .addColumn('address', 'text', (column) => column.check(sql`length(address) > 0`))
    .modifyEnd(STRICT)
    .execute();
}

const ofPhone = (column: Column): Column =>
  column.notNull().references('phone.id').onDelete('cascade');

const MAC = sql<boolean>`
  length(mac) = 12 and mac not glob '*[^0-9a-f]*' and mac <> '000000000000'`;
