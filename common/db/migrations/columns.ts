import { type ColumnDefinitionBuilder, sql } from 'kysely';

// Columns as several migrations have them. A database that was migrated is not migrated again: nothing here may change.

export type Column = ColumnDefinitionBuilder;

export const required = (column: Column): Column => column.notNull();

export const id = (column: Column): Column => column.primaryKey().notNull();

export const filled =
  (name: string) =>
  (column: Column): Column =>
    column.notNull().check(sql`length(${sql.ref(name)}) > 0`);

export const flag =
  (name: string) =>
  (column: Column): Column =>
    column.notNull().check(sql`${sql.ref(name)} in (0, 1)`);

export const organisation = (column: Column): Column =>
  column.notNull().references('organisation.id').onDelete('cascade');

export const ofUser = (column: Column): Column =>
  column.notNull().references('user.id').onDelete('cascade');

/** A plus and 7 to 15 digits, the first not a zero (ITU-T E.164). */
export const e164 = (name: string) => sql<boolean>`
  length(${sql.ref(name)}) between 8 and 16 and ${sql.ref(name)} glob '+[1-9]*'
  and substr(${sql.ref(name)}, 2) not glob '*[^0-9]*'`;

export const extension = (name: string) => sql<boolean>`
  length(${sql.ref(name)}) between 2 and 5 and ${sql.ref(name)} glob '[1-9]*'
  and ${sql.ref(name)} not glob '*[^0-9]*'`;

/** Kysely has no word for it: SQLite then keeps to the declared types. */
export const STRICT = sql`strict`;
