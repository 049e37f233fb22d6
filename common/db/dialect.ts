import type SQLite from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type TransactionSettings,
} from 'kysely';
import { databaseError } from './errors.ts';

/**
 * Kysely's SQLite dialect, with three differences:
 *
 * - A transaction takes the write lock when it begins (`begin immediate`). A
 *   deferred one that reads and then writes fails at once, without waiting,
 *   when somebody else wrote in between (sqlite.org/isolation.html). A
 *   transaction declared read only is deferred, and waits for nobody.
 * - Migrations run inside a transaction, which SQLite has always been able to.
 * - What SQLite complains of comes out as a `VaxelError`.
 */
export class VaxelDialect extends SqliteDialect {
  readonly #database: SQLite.Database;

  constructor(database: SQLite.Database) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new VaxelDriver(this.#database);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class VaxelDriver extends SqliteDriver {
  readonly #file: string;
  #guarded: DatabaseConnection | undefined;

  constructor(database: SQLite.Database) {
    super({ database: remembering(database) });
    this.#file = database.name;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    this.#guarded ??= guard(connection, this.#file);
    return this.#guarded;
  }

  override async beginTransaction(
    connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }
}

/** How many statements are kept; there are fewer in all our programs, but for lists of different lengths. */
const STATEMENTS_KEPT = 500;
/** Characters past which a statement is a list of rows: it takes a tenth of a megabyte, and is seldom of the same length again. */
const LONG = 2_000;

/**
 * The same database, which prepares each text once: preparing takes longer than
 * most of our queries. SQLite prepares anew by itself where the schema has
 * changed (sqlite.org/c3ref/prepare.html).
 */
function remembering(database: SQLite.Database): SqliteDatabase {
  const kept = new Map<string, SQLite.Statement>();
  return {
    close: () => {
      database.close();
    },
    prepare: (text: string) => {
      if (text.length > LONG) return database.prepare(text);
      const known = kept.get(text);
      if (known !== undefined) return known;
      if (kept.size >= STATEMENTS_KEPT) kept.clear();
      const statement = database.prepare(text);
      kept.set(text, statement);
      return statement;
    },
  };
}

/** The same connection, whose errors are ours. */
function guard(connection: DatabaseConnection, file: string): DatabaseConnection {
  return {
    executeQuery: async (query) => {
      try {
        return await connection.executeQuery(query);
      } catch (error) {
        throw databaseError(error, file);
      }
    },
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}
