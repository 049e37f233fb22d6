import { type Kysely, sql } from 'kysely';
import {
  type Column,
  required,
  id,
  filled,
  flag,
  organisation,
  ofUser,
  e164,
  STRICT,
} from './columns.ts';

/** What a person decides about the calls to them: contacts, forwards, rules, ring plans, choices, greetings. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createContact(db);
  await createForward(db);
  await createRules(db);
  await createGreeting(db);
  await db.schema
    .alterTable('trunk')
    .addColumn('referral_media', 'text', (column) =>
      column
        .notNull()
        .defaultTo('answered')
        .check(sql`referral_media in ('answered', 'early')`),
    )
    .execute();
  await sql`insert into revision (name, value) values ('contacts', 1)`.execute(db);
}

/** A person's, or the organisation's where no person is named. The marks stand on the contact, not on a number. */
async function createContact(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('contact')
    .addColumn('id', 'text', id)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('user_id', 'text', (column) => column.references('user.id').onDelete('cascade'))
    .addColumn('name', 'text', filled('name'))
    .addColumn('company', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('favourite', 'integer', flag('favourite'))
    .addColumn('vip', 'integer', flag('vip'))
    .addColumn('blocked', 'integer', flag('blocked'))
    .addColumn('created_at', 'integer', required)
    .addCheckConstraint('vip_or_blocked', sql`not (vip = 1 and blocked = 1)`)
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createIndex('contact_of_organisation')
    .on('contact')
    .columns(['organisation_id', 'user_id'])
    .execute();
  await db.schema
    .createTable('contact_number')
    .addColumn('contact_id', 'text', (column) =>
      column.notNull().references('contact.id').onDelete('cascade'),
    )
    .addColumn('e164', 'text', (column) => column.notNull().check(e164('e164')))
    .addColumn('label', 'text', (column) => column.notNull().defaultTo(''))
    .addPrimaryKeyConstraint('contact_number_once', ['contact_id', 'e164'])
    .modifyEnd(STRICT)
    .execute();
}

/** One that is off keeps its target, so that a key on a phone can put it on again. */
async function createForward(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('forward')
    .addColumn('user_id', 'text', ofUser)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('reason', 'text', (column) =>
      column.notNull().check(sql`reason in ('always', 'busy', 'no-answer', 'unreachable')`),
    )
    .addColumn('target_kind', 'text', (column) =>
      column.notNull().check(sql`target_kind in ('extension', 'number', 'voicemail')`),
    )
    .addColumn('target', 'text')
    .addColumn('active', 'integer', flag('active'))
    .addColumn('ends_at', 'integer')
    .addColumn('source', 'text', source)
    .addColumn('set_at', 'integer', required)
    .addColumn('revision', 'integer', required)
    .addCheckConstraint(
      'target_where_one_is_meant',
      sql`(target_kind = 'voicemail') = (target is null)`,
    )
    .addPrimaryKeyConstraint('forward_reason', ['user_id', 'reason'])
    .modifyEnd(STRICT)
    .execute();
  await db.schema.createIndex('forward_revision').on('forward').column('revision').execute();
}

/** Small rules by name, what each device does, and what a caller may choose after the referral. */
async function createRules(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('rule')
    .addColumn('user_id', 'text', ofUser)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('key', 'text', filled('key'))
    .addColumn('value', 'text', required)
    .addPrimaryKeyConstraint('rule_key', ['user_id', 'key'])
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createTable('device_rule')
    .addColumn('device_id', 'text', (column) =>
      column.primaryKey().notNull().references('device.id').onDelete('cascade'),
    )
    .addColumn('shows', 'text', (column) =>
      column.notNull().check(sql`shows in ('name', 'number')`),
    )
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createTable('ring_step')
    .addColumn('user_id', 'text', ofUser)
    .addColumn('activity_id', 'text', (column) =>
      column.references('activity.id').onDelete('cascade'),
    )
    .addColumn('device_id', 'text', (column) =>
      column.notNull().references('device.id').onDelete('cascade'),
    )
    .addColumn('after_seconds', 'integer', (column) =>
      column.notNull().check(sql`after_seconds between 0 and 120`),
    )
    .modifyEnd(STRICT)
    .execute();
  await sql`
    create unique index ring_step_once
    on ring_step (user_id, coalesce(activity_id, ''), device_id)`.execute(db);
  await db.schema
    .createTable('choice')
    .addColumn('user_id', 'text', ofUser)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('digit', 'text', (column) => column.notNull().check(sql`digit glob '[0-9]'`))
    .addColumn('target_kind', 'text', (column) =>
      column.notNull().check(sql`
        target_kind in ('message', 'extension', 'number', 'switchboard', 'mobile', 'recall')`),
    )
    .addColumn('target', 'text')
    .addCheckConstraint(
      'target_where_one_is_meant',
      sql`(target_kind in ('extension', 'number')) = (target is not null)`,
    )
    .addPrimaryKeyConstraint('choice_digit', ['user_id', 'digit'])
    .modifyEnd(STRICT)
    .execute();
}

/** A recording of the person's: the file lies in the state directory, named by the id. */
async function createGreeting(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('greeting')
    .addColumn('id', 'text', id)
    .addColumn('user_id', 'text', ofUser)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('occasion', 'text', (column) =>
      column.notNull().check(sql`occasion in ('name', 'always', 'activity', 'busy', 'no-answer')`),
    )
    .addColumn('activity_id', 'text', (column) =>
      column.references('activity.id').onDelete('cascade'),
    )
    .addColumn('label', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('ends_at', 'integer')
    .addColumn('created_at', 'integer', required)
    .addCheckConstraint(
      'activity_where_one_is_meant',
      sql`(occasion = 'activity') = (activity_id is not null)`,
    )
    .modifyEnd(STRICT)
    .execute();
  await db.schema.createIndex('greeting_of_user').on('greeting').column('user_id').execute();
}

const source = (column: Column): Column =>
  column.notNull().check(sql`
    source in ('app', 'code', 'phone', 'calendar', 'colleague', 'schedule', 'menu', 'admin')`);
