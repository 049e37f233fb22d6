import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

/**
 * What steers a call to a person: activities and statuses, working hours,
 * contacts, forwards, rules, ring plans, choices, greetings; and why each call
 * went where it did.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createActivity(db);
  await createStatus(db);
  await createWorkingHours(db);
  await createContact(db);
  await createForward(db);
  await createRules(db);
  await createGreeting(db);
  await createCalls(db);
  await db.schema
    .alterTable('trunk')
    .addColumn('referral_media', 'text', (column) =>
      column
        .notNull()
        .defaultTo('answered')
        .check(sql`referral_media in ('answered', 'early')`),
    )
    .execute();
  await sql`insert into revision (name, value) values ('presence', 1), ('contacts', 1)`.execute(db);
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

/** One row a decision, one a leg of what became of it, and who waits to be called back. */
async function createCalls(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('decision')
    .addColumn('id', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('leg', 'text', filled('leg'))
    .addColumn('organisation_id', 'text', (column) =>
      column.references('organisation.id').onDelete('cascade'),
    )
    .addColumn('user_id', 'text', (column) => column.references('user.id').onDelete('set null'))
    .addColumn('at', 'integer', required)
    .addColumn('caller', 'text', required)
    .addColumn('dialled', 'text', required)
    .addColumn('question', 'text', required)
    .addColumn('plan', 'text', required)
    .addColumn('trace', 'text', required)
    .modifyEnd(STRICT)
    .execute();
  await db.schema.createIndex('decision_leg').on('decision').column('leg').execute();
  await db.schema
    .createIndex('decision_of_user')
    .on('decision')
    .columns(['user_id', 'at'])
    .execute();
  await db.schema.createIndex('decision_at').on('decision').column('at').execute();
  await db.schema
    .createTable('call_leg')
    .addColumn('leg', 'text', (column) => column.primaryKey().notNull())
    .addColumn('call', 'text', filled('call'))
    .addColumn('direction', 'text', (column) =>
      column.notNull().check(sql`direction in ('in', 'out')`),
    )
    .addColumn('device_id', 'text')
    .addColumn('caller', 'text', required)
    .addColumn('dialled', 'text', required)
    .addColumn('started_at', 'integer', required)
    .addColumn('rang_at', 'integer')
    .addColumn('answered_at', 'integer')
    .addColumn('ended_at', 'integer', required)
    .addColumn('cause', 'text', required)
    .addColumn('native', 'integer', flag('native'))
    .addColumn('heard', 'text', required)
    .modifyEnd(STRICT)
    .execute();
  await db.schema.createIndex('call_leg_call').on('call_leg').column('call').execute();
  await db.schema.createIndex('call_leg_ended').on('call_leg').column('ended_at').execute();
  await db.schema
    .createTable('recall')
    .addColumn('id', 'text', id)
    .addColumn('organisation_id', 'text', organisation)
    .addColumn('user_id', 'text', ofUser)
    .addColumn('caller', 'text', (column) =>
      column.notNull().check(sql`${e164('caller')} or ${extension('caller')}`),
    )
    .addColumn('caller_name', 'text', required)
    .addColumn('created_at', 'integer', required)
    .addColumn('ends_at', 'integer', required)
    .addColumn('tries', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('not_before', 'integer', required)
    .addUniqueConstraint('recall_once', ['user_id', 'caller'])
    .modifyEnd(STRICT)
    .execute();
}

type Column = ColumnDefinitionBuilder;

const required = (column: Column): Column => column.notNull();
const id = (column: Column): Column => column.primaryKey().notNull();

const filled =
  (name: string) =>
  (column: Column): Column =>
    column.notNull().check(sql`length(${sql.ref(name)}) > 0`);

const flag =
  (name: string) =>
  (column: Column): Column =>
    column.notNull().check(sql`${sql.ref(name)} in (0, 1)`);

const organisation = (column: Column): Column =>
  column.notNull().references('organisation.id').onDelete('cascade');

const ofUser = (column: Column): Column =>
  column.notNull().references('user.id').onDelete('cascade');

const note = (column: Column): Column =>
  column
    .notNull()
    .defaultTo('')
    .check(sql`length(note) <= 280`);

const source = (column: Column): Column =>
  column.notNull().check(sql`
    source in ('app', 'code', 'phone', 'calendar', 'colleague', 'schedule', 'menu', 'admin')`);

/** A plus and 7 to 15 digits, the first not a zero (ITU-T E.164). */
const e164 = (name: string) => sql<boolean>`
  length(${sql.ref(name)}) between 8 and 16 and ${sql.ref(name)} glob '+[1-9]*'
  and substr(${sql.ref(name)}, 2) not glob '*[^0-9]*'`;

const extension = (name: string) => sql<boolean>`
  length(${sql.ref(name)}) between 2 and 5 and ${sql.ref(name)} glob '[1-9]*'
  and ${sql.ref(name)} not glob '*[^0-9]*'`;

/** Kysely has no word for it: SQLite then keeps to the declared types. */
const STRICT = sql`strict`;
