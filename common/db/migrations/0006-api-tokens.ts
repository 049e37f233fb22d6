import { type Kysely, sql } from 'kysely';
import { filled, STRICT } from './columns.ts';

/** Who may use the daemon's API: a person's client, or a service of the organisation's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('api_token')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('organisation_id', 'text', (column) =>
      column.notNull().references('organisation.id').onDelete('cascade'),
    )
    .addColumn('user_id', 'text', (column) => column.references('user.id').onDelete('cascade'))
    .addColumn('service', 'text', (column) => column.check(sql`length(service) between 1 and 100`))
    .addColumn('scopes', 'text', filled('scopes'))
    .addColumn('hash', 'text', (column) =>
      column.notNull().check(sql`length(hash) = 64 and hash not glob '*[^0-9a-f]*'`),
    )
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addCheckConstraint('user_or_service', sql`(user_id is null) <> (service is null)`)
    .modifyEnd(STRICT)
    .execute();
  await db.schema
    .createIndex('api_token_of_organisation')
    .on('api_token')
    .column('organisation_id')
    .execute();
  await db.schema.createIndex('api_token_of_user').on('api_token').column('user_id').execute();
}
