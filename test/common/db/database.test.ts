import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import SQLite from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import t from 'tap';
import ts from 'typescript';
import { databaseError } from '../../../common/db/errors.ts';
import { migrate, MIGRATIONS } from '../../../common/db/migrate.ts';
import { listNumbers } from '../../../common/db/numbers.ts';
import { openDb } from '../../../common/db/open.ts';
import { inSnapshot, inTransaction } from '../../../common/db/transaction.ts';
import { VaxelError } from '../../../common/errors.ts';

const second = {
  up: async (db: Kysely<unknown>) => {
    await db.schema.createTable('second').addColumn('id', 'text').execute();
  },
};
const failing = {
  up: async (db: Kysely<unknown>) => {
    await second.up(db);
    await sql`insert into nowhere values (1)`.execute(db);
  },
};

t.test('a new database is private, in WAL, and migrated once', async (t) => {
  const file = join(t.testdir({}), 'vaxel.db');
  const db = openDb(file);
  t.teardown(() => db.destroy());
  t.strictSame(await migrate(db), Object.keys(MIGRATIONS));
  t.strictSame(await migrate(db), [], 'nothing is left to do');
  for (const name of [file, `${file}-wal`]) {
    t.equal(statSync(name).mode & 0o777, 0o600, `${name} is for its owner only`);
  }
  const pragma = async (name: string) => {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db);
    return Object.values(rows[0] ?? {})[0];
  };
  t.equal(await pragma('journal_mode'), 'wal');
  t.equal(await pragma('foreign_keys'), 1);
  t.equal(await pragma('synchronous'), 1, 'NORMAL');
  t.equal(await pragma('busy_timeout'), 5000);
  t.notOk(existsSync(`${file}.before-0001-foundation`), 'an empty database needs no backup');
});

t.test('the types are the tables', async (t) => {
  const db = openDb(':memory:');
  t.teardown(() => db.destroy());
  await migrate(db);
  const real: Record<string, Record<string, boolean>> = {};
  const { rows } = await sql<{ table: string; column: string; filled: number; strict: number }>`
    select t.name as "table", c.name as "column", c."notnull" as filled, t.strict
    from pragma_table_list as t, pragma_table_info(t.name) as c
    where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like 'kysely_%'
  `.execute(db);
  for (const { table, column, filled, strict } of rows) {
    (real[table] ??= {})[column] = filled === 0;
    t.equal(strict, 1, `${table} is strict`);
  }
  t.strictSame(real, tablesOfTypes());
});

t.test('numbers stay whose they were when teams get some', async (t) => {
  const db = openDb(':memory:');
  t.teardown(() => db.destroy());
  const all = Object.entries(MIGRATIONS);
  await migrate(db, Object.fromEntries(all.filter(([name]) => name < '0011')));
  const run = (text: string) => sql.raw(text).execute(db);
  await run(`insert into organisation values
    ('o', 'anka.example', 'Anka', 'SE', '8', 'Europe/Stockholm', 'sv', 0)`);
  await run(`insert into user (id, organisation_id, extension, name, created_at)
    values ('u', 'o', '100', 'Anna Berg', 0)`);
  await run(`insert into number values
    ('+46812345600', 'o', '8', 'assigned', 'u', 1, null),
    ('+46812345601', 'o', null, 'free', null, null, null),
    ('+46812345602', 'o', '8', 'quarantine', null, null, 9)`);
  await migrate(db);
  t.strictSame(await listNumbers(db, 'o'), [
    {
      e164: '+46812345600',
      areaCode: '8',
      state: 'assigned',
      owner: 'u',
      quarantinedUntil: undefined,
    },
    {
      e164: '+46812345601',
      areaCode: undefined,
      state: 'free',
      owner: undefined,
      quarantinedUntil: undefined,
    },
    {
      e164: '+46812345602',
      areaCode: '8',
      state: 'quarantine',
      owner: undefined,
      quarantinedUntil: 9,
    },
  ]);
});

t.test('the tables refuse nonsense by themselves', async (t) => {
  const db = openDb(':memory:');
  t.teardown(() => db.destroy());
  await migrate(db);
  const run = (text: string) => sql.raw(text).execute(db);
  await run(`insert into organisation values
    ('o', 'anka.example', 'Anka', 'SE', '8', 'Europe/Stockholm', 'sv', 0),
    ('p', 'bil.example', 'Bil', 'SE', null, 'Europe/Stockholm', 'sv', 0)`);
  await run(`insert into user (id, organisation_id, extension, name, created_at)
    values ('u', 'o', '100', 'Anna Berg', 0)`);
  await run(`insert into number values ('+46812345600', 'o', '8', 'assigned', 'u', null, 1, null)`);
  await run(`insert into team (id, organisation_id, extension, name, unanswered_kind, created_at) values
    ('m', 'o', '200', 'Support', 'hang-up', 0), ('n', 'p', '200', 'Support', 'hang-up', 0)`);
  await run(`insert into number values ('+46812345620', 'o', '8', 'assigned', null, 'm', 1, null)`);
  await run(`insert into device (id, organisation_id, user_id, kind, label, username, secret, created_at)
    values ('d', 'o', 'u', 'app', 'App', '100-aaaaaa', 's', 0)`);
  const trunk = (values: string) =>
    `insert into trunk (id, organisation_id, name, host, username, secret, register, position, created_at)
     values (${values}, null, null, 0, 1, 0)`;
  await run(trunk(`'t', 'o', 'main', 'sip.example'`));
  await run(`insert into site values ('s', 'p', 'Kajen', 0)`);
  const phone = (values: string) =>
    `insert into phone (id, organisation_id, mac, model, site_id, admin_password, token_hash, created_at)
     values (${values}, 0)`;
  await run(phone(`'f', 'o', '0015651a2b3c', 'T46U', null, 's', '${'0'.repeat(64)}'`));
  await run(`insert into phone_line values ('f', 1, 'd', null)`);
  const setting = (values: string) =>
    `insert into phone_setting values (${values}, 0, 'web', 'off')`;
  await run(setting(`'o', null, null, 'f', null`));
  const device = (values: string) =>
    `insert into device (id, organisation_id, user_id, kind, label, username, secret, to_e164, created_at)
     values ('d2', ${values}, 0)`;
  const refusals = {
    'a domain with a capital': `update organisation set domain = 'Anka.example'`,
    'a domain ending in a dot': `update organisation set domain = 'anka.example.'`,
    'an unknown language': `update organisation set language = 'no'`,
    'an area code with its zero': `update organisation set area_code = '08'`,
    'two organisations in one domain': `update organisation set domain = 'same.example'`,
    'a name with nothing in it': `update organisation set name = ''`,
    'an extension beginning with zero': `update user set extension = '012'`,
    'an extension of one digit': `update user set extension = '1'`,
    'an extension with a letter': `update user set extension = '10a'`,
    'text where a moment is asked for': `update user set created_at = 'today'`,
    'a taken extension': `insert into user (id, organisation_id, extension, name, created_at)
      values ('u2', 'o', '100', 'Björn Ek', 0)`,
    'a number without plus': `update number set e164 = '46812345600'`,
    'a number that is text': `update number set e164 = '+4681234560x'`,
    'an assigned number without user': `update number set user_id = null`,
    'a number of two': `update number set team_id = 'm'`,
    'a number of another’s team': `update number set user_id = null, team_id = 'n'`,
    'a team with a number that is removed': `delete from team where id = 'm'`,
    'a free number with user': `update number set state = 'free'`,
    'a quarantine without end': `update number set state = 'quarantine', user_id = null, assigned_at = null`,
    'an unknown state': `update number set state = 'lost'`,
    'a number of a user in another organisation': `update number set organisation_id = 'p'`,
    'removing a user who still has a number': `delete from user`,
    'an unknown kind of device': device(`'o', 'u', 'fax', 'Fax', '100-b', 's', null`),
    'a desk phone without user name': device(`'o', 'u', 'desk', 'Desk', null, null, null`),
    'a desk phone without secret': device(`'o', 'u', 'desk', 'Desk', '100-b', null, null`),
    'a mobile without number': device(`'o', 'u', 'mobile', 'Mobile', null, null, null`),
    'a mobile with user name': device(`'o', 'u', 'mobile', 'Mobile', '100-b', 's', '+46701234567'`),
    'a taken user name': device(`'o', 'u', 'app', 'App', '100-aaaaaa', 's', null`),
    'a device of a user in another organisation': device(`'p', 'u', 'app', 'App', 'x', 's', null`),
    'registering without user name': `update trunk set register = 1`,
    'a taken trunk name': trunk(`'t2', 'p', 'main', 'h'`),
    'two trunks in one place': trunk(`'t2', 'o', 'b', 'h'`),
    'a trust there is not': `update trunk set trust = 'all'`,
    'a setting of no organisation': `insert into setting values ('nobody', 'k', 'v')`,
    'a MAC address in capitals': phone(
      `'g', 'o', '0015651A2B3D', 'T46U', null, 's', '${'1'.repeat(64)}'`,
    ),
    'everybody’s MAC address': phone(
      `'g', 'o', '000000000000', 'T46U', null, 's', '${'1'.repeat(64)}'`,
    ),
    'a phone in two organisations': phone(
      `'g', 'p', '0015651a2b3c', 'T46U', null, 's', '${'1'.repeat(64)}'`,
    ),
    'a token that is no hash': phone(`'g', 'o', '0015651a2b3d', 'T46U', null, 's', 'secret'`),
    'a site of another organisation': phone(
      `'g', 'o', '0015651a2b3d', 'T46U', 's', 's', '${'1'.repeat(64)}'`,
    ),
    'an account on two lines': `insert into phone_line values ('f', 2, 'd', null)`,
    'a lamp of nobody': `insert into phone_key values ('f', 0, 1, 'blf', 1, null, null)`,
    'a URL of a line': `insert into phone_key values ('f', 0, 1, 'url', 1, 'http://x', null)`,
    'a key that does something else': `insert into phone_key values ('f', 0, 1, 'jump', 1, null, null)`,
    'a setting twice in a layer': setting(`'o', null, null, 'f', null`),
    'a setting of two layers': setting(`'o', null, 'T46U', 'f', null`),
    'a setting of a line of no phone': setting(`'o', null, null, null, 1`),
    'a setting of another organisation’s phone': setting(`'p', null, null, 'f', null`),
    'a code of five digits': `insert into phone_guest values ('0015651a2b3d', 'o', '12345', 'T46U', '::1', 0)`,
    'fewer than no failures': `insert into voicemail_lock values ('u', -1, null)`,
  };
  for (const [what, statement] of Object.entries(refusals)) {
    await t.rejects(
      run(statement),
      { code: 'DATABASE_FAILED', context: { sqlite: /CONSTRAINT/ } },
      what,
    );
  }
  await run(`update number set state = 'free', user_id = null, team_id = null, assigned_at = null`);
  await run(`delete from user`);
  t.strictSame((await run('select * from device')).rows, [], 'devices leave with their user');
});

t.test('a database from a newer vaxel is refused, untouched', async (t) => {
  const file = join(t.testdir({}), 'vaxel.db');
  const db = openDb(file);
  t.teardown(() => db.destroy());
  await migrate(db, { ...MIGRATIONS, '9999-future': second });
  await t.rejects(migrate(db), { code: 'DATABASE_NEWER', message: /newer vaxel.*9999-future/ });
  t.ok((await sql`select * from second`.execute(db)).rows);
});

t.test('a copy is made before a database with anything in it is migrated', async (t) => {
  const file = join(t.testdir({}), 'vaxel.db');
  const db = openDb(file);
  t.teardown(() => db.destroy());
  await migrate(db);
  await db.insertInto('revision').values({ name: 'mark', value: 7 }).execute();
  t.strictSame(await migrate(db, { ...MIGRATIONS, '9998-second': second }), ['9998-second']);
  const copy = `${file}.before-9998-second`;
  t.equal(statSync(copy).mode & 0o777, 0o600);
  const old = new SQLite(copy, { readonly: true });
  t.teardown(() => old.close());
  t.equal(old.pragma('integrity_check', { simple: true }), 'ok');
  t.strictSame(old.prepare(`select value from revision where name = 'mark'`).pluck().get(), 7);
  t.strictSame(
    old.prepare(`select count(*) from sqlite_master where name = 'second'`).pluck().get(),
    0,
  );
});

t.test('a migration that fails leaves the database as it was', async (t) => {
  const file = join(t.testdir({}), 'vaxel.db');
  const db = openDb(file);
  t.teardown(() => db.destroy());
  await migrate(db);
  const list = { ...MIGRATIONS, '9998-failing': failing };
  await t.rejects(migrate(db, list), { code: /MIGRATION_FAILED|DATABASE_FAILED/ });
  await t.rejects(sql`select * from second`.execute(db), { code: 'DATABASE_FAILED' });
  const broken = { up: async () => Promise.reject(new Error('a slip of ours')) };
  await t.rejects(migrate(db, { ...MIGRATIONS, '9998-broken': broken }), {
    code: 'MIGRATION_FAILED',
    message: /9998-broken/,
  });
  t.strictSame(await migrate(db, { ...MIGRATIONS, '9998-second': second }), ['9998-second']);
});

t.test('two programs that start at once migrate once', async (t) => {
  const file = join(t.testdir({}), 'vaxel.db');
  const program = ['dist/test/support/migrate-once.js', file];
  const run = promisify(execFile);
  const runs = await Promise.all(
    [1, 2, 3].map(() => run(process.execPath, [...process.execArgv, ...program])),
  );
  const applied = runs.flatMap(({ stdout }) => JSON.parse(stdout) as readonly string[]);
  t.strictSame(applied, Object.keys(MIGRATIONS));
});

t.test('a locked database is waited for, and then said to be locked', async (t) => {
  const file = join(t.testdir({}), 'vaxel.db');
  const db = openDb(file, 50);
  t.teardown(() => db.destroy());
  await migrate(db);
  const holder = new SQLite(file);
  t.teardown(() => holder.close());
  holder.exec('begin immediate');
  const write = () => db.updateTable('revision').set({ value: 2 }).execute();
  await t.rejects(write(), { code: 'DATABASE_LOCKED', message: /locked by another program/ });
  await t.rejects(
    inTransaction(db, async () => 'never'),
    { code: 'DATABASE_LOCKED' },
  );
  const seen = await inSnapshot(db, async (snapshot) =>
    snapshot.selectFrom('revision').selectAll().execute(),
  );
  t.strictSame(
    seen.map(({ value }) => value),
    [1, 1, 1, 1],
    'reading goes on',
  );
  holder.exec('commit');
  await write();

  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     const db = new (require('better-sqlite3'))(workerData);
     db.exec('begin immediate');
     parentPort.postMessage('holding');
     setTimeout(() => { db.exec('commit'); db.close(); }, 100);`,
    { eval: true, workerData: file },
  );
  await once(worker, 'message');
  const patient = openDb(file, 5_000);
  t.teardown(() => patient.destroy());
  await patient.updateTable('revision').set({ value: 3 }).execute();
  t.strictSame(
    await db.selectFrom('revision').select('value').where('name', '=', 'directory').execute(),
    [{ value: 3 }],
  );
  await once(worker, 'exit');
});

t.test('a transaction inside another is part of it', async (t) => {
  const db = openDb(':memory:');
  t.teardown(() => db.destroy());
  await migrate(db);
  await t.rejects(
    inTransaction(db, async (outer) => {
      await outer.updateTable('revision').set({ value: 99 }).execute();
      await inTransaction(outer, async () => Promise.reject(new Error('no')));
    }),
    { message: 'no' },
  );
  t.strictSame(
    await db.selectFrom('revision').select('value').where('name', '=', 'directory').execute(),
    [{ value: 1 }],
  );
});

t.test('what is wrong with the file is told apart', async (t) => {
  const dir = t.testdir({
    'text.db': 'this is a text of some length and no database at all'.repeat(9),
  });
  t.throws(() => openDb(join(dir, 'text.db')), {
    code: 'DATABASE_CORRUPT',
    message: /latest backup/,
  });
  t.throws(() => openDb(join(dir, 'none', 'vaxel.db')), {
    code: 'DATABASE_FAILED',
    message: /directory/,
  });

  const file = join(dir, 'damaged.db');
  const db = openDb(file);
  await migrate(db);
  await db.destroy();
  const handle = openSync(file, 'r+');
  const length = readFileSync(file).length;
  writeSync(handle, Buffer.alloc(length - 4096, 0xa5), 0, length - 4096, 4096);
  closeSync(handle);
  t.throws(() => openDb(file), { code: 'DATABASE_CORRUPT' });

  const small = new SQLite(':memory:');
  small.pragma('max_page_count = 2');
  t.equal(
    thrown(() => small.exec('create table a (b); create table c (d); create table e (f)')),
    'DISK_FULL',
  );
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  t.equal(databaseError(full, 'f').code, 'DISK_FULL');
  t.match(databaseError(full, 'f').message, /disk is full/);
  t.equal(databaseError('odd', 'f').code, 'DATABASE_FAILED');
  const ours = new VaxelError('DISK_FULL', 'said once');
  t.equal(databaseError(ours, 'f'), ours, 'an error of ours is not wrapped again');
});

function thrown(act: () => unknown): string {
  try {
    act();
    return 'nothing';
  } catch (error) {
    return databaseError(error, 'small').code;
  }
}

/** Table → column → may be null, as common/db/schema.ts has it. */
function tablesOfTypes(): Record<string, Record<string, boolean>> {
  const interfaces = new Map(
    ['common/db/schema.ts', 'common/db/presence-schema.ts'].flatMap(interfacesOf),
  );
  const tables = ['Tables', 'PresenceTables'].flatMap((name) => interfaces.get(name) ?? []);
  return Object.fromEntries(
    tables.map(({ name, type }) => [
      name,
      Object.fromEntries(
        (interfaces.get(type) ?? []).map((column) => [column.name, column.type.endsWith('| null')]),
      ),
    ]),
  );
}

function interfacesOf(file: string) {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.ES2023,
    true,
  );
  return source.statements.filter(ts.isInterfaceDeclaration).map(
    (node) =>
      [
        node.name.text,
        node.members.filter(ts.isPropertySignature).map((member) => ({
          name: member.name.getText(source),
          type: member.type?.getText(source) ?? '',
        })),
      ] as const,
  );
}
