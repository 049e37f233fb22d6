import { type Kysely, sql } from 'kysely';
import {
  required,
  id,
  filled,
  flag,
  organisation,
  ofUser,
  e164,
  extension,
  STRICT,
} from './columns.ts';

/** Why each call went where it did, and what became of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createCalls(db);
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
