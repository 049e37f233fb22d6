import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import t, { type Test } from 'tap';
import type { Db } from '../../common/db/open.ts';
import { listOrganisations } from '../../common/db/organisations.ts';
import { isPersonal, personalData, personOf } from '../../common/db/personal-data.ts';
import { findUser, type UserRecord } from '../../common/db/users.ts';
import { encodeWav } from '../../daemon/voice/wav.ts';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';
import { leaveMessage } from '../support/message-store.ts';

const NOTE = 'Hos tandläkaren, säg inget';

/** Anna and Björn, who have both used everything there is. */
async function office(t: Test) {
  const state = join(t.testdir({}), 'state');
  const around = vaxel(state);
  const { call, json } = around;
  const did = async (...argv: string[]) => {
    const result = await call(argv);
    t.equal(result.code, 0, `${argv.join(' ')}: ${result.err}`);
  };
  await did(...ANKA);
  await did(...ANNA);
  await did('user', 'add', '101', '--name', 'Björn Ek', '--number', '+46812345601');
  const wav = join(t.testdirName, 'name.wav');
  writeFileSync(wav, encodeWav({ rate: 8_000, samples: new Int16Array(8_000).fill(900) }));
  const usernames: Record<string, string> = {};
  for (const [extension, other] of [
    ['100', '101'],
    ['101', '100'],
  ] as const) {
    const device = await json('device', 'add', extension, '--kind', 'desk', '--label', 'Desk');
    usernames[extension] = String(device.data['username']);
    await did('device', 'add', extension, '--kind', 'mobile', '--to', `+46701234${extension}`);
    await did('user', 'pin', extension, '--pin', '8305');
    const note = extension === '100' ? NOTE : 'hos banken';
    await did('activity', 'set', extension, 'Lunch', '--note', note);
    await did(
      'contact',
      'add',
      `Vän till ${extension}`,
      '--number',
      '0701234569',
      '--for',
      extension,
      '--vip',
    );
    const team = `20${extension.slice(2)}`;
    await did('team', 'add', team, '--name', 'Alla', '--members', '100,101');
    await did('forward', 'set', extension, '--to', other, '--when', 'busy');
    await did('choice', 'set', extension, '2', `extension:${other}`);
    await did('greeting', 'add', extension, '--for', 'name', '--file', wav);
    await did(
      'phone',
      'add',
      `00:15:65:1a:2b:${extension.slice(1)}`,
      '--model',
      'T46U',
      '--user',
      extension,
    );
    await did('token', 'add', '--user', extension, '--scope', 'lines:read');
    leaveMessage(state, { extension, from: other, at: 1_000 });
    writeFileSync(
      join(state, 'voicemail', 'anka.example', extension, 'recorded_name.wav'),
      'sound',
    );
  }
  const db = around.open();
  t.teardown(() => db.destroy());
  const [organisation] = await listOrganisations(db);
  if (organisation === undefined) throw new Error('there is no organisation');
  const user = async (extension: string): Promise<UserRecord> => {
    const found = await findUser(db, organisation.id, extension);
    if (found === undefined) throw new Error(`there is no ${extension}`);
    return found;
  };
  return { ...around, state, db, did, user, organisation, usernames };
}

/** A call, as the daemon and FreeSWITCH write it down. */
async function called(
  db: Db,
  leg: string,
  organisation: string,
  { caller, from, to }: { readonly caller: string; readonly from: object; readonly to: UserRecord },
): Promise<void> {
  const question = JSON.stringify({ callerNumber: caller, from });
  const rest = { dialled: to.extension, question, plan: '{}', trace: '[]', at: 5 };
  await db
    .insertInto('decision')
    .values({ leg, organisation_id: organisation, user_id: to.id, caller, ...rest })
    .execute();
  const times = {
    started_at: 5,
    rang_at: null,
    answered_at: null,
    ended_at: 6,
    cause: 'NO_ANSWER',
  };
  const plain = { direction: 'in' as const, device_id: null, native: 0 as const, heard: '[]' };
  await db
    .insertInto('call_leg')
    .values({ leg, call: leg, caller, dialled: to.extension, ...times, ...plain })
    .execute();
}

t.test('no table with rows about people is left out', async (t) => {
  const { db } = await office(t);
  const tables = await db.introspection.getTables();
  const about = tables
    .filter(({ columns }) =>
      columns.some(({ name }) => /^(user|device|phone|contact)_id$/.test(name)),
    )
    .map(({ name }) => name);
  t.ok(about.length > 20);
  // A phone is a thing: it stays, with its keys and settings, for whoever has it next.
  const things = ['phone_key', 'phone_setting', 'phone_window'];
  t.strictSame(about.filter((name) => !isPersonal(name)).sort(), things);
});

t.test('a person is given everything that is known of them', async (t) => {
  const { db, json, call, state, user, organisation, usernames } = await office(t);
  const anna = await user('100');
  const bjorn = await user('101');
  const desk = { kind: 'device', username: usernames['100'] };
  await called(db, 'to-anna', organisation.id, { caller: '+46701111111', from: {}, to: anna });
  await called(db, 'by-anna', organisation.id, { caller: '100', from: desk, to: bjorn });
  await called(db, 'hidden-anna', organisation.id, { caller: '', from: desk, to: bjorn });
  await called(db, 'by-mobile', organisation.id, { caller: '0701234100', from: {}, to: bjorn });
  await called(db, 'by-another', organisation.id, { caller: '070-1', from: {}, to: bjorn });
  const file = join(t.testdirName, 'anna.tar.gz');
  const result = await json('user', 'export', '100', '--file', file);
  t.match(result, { code: 0, data: { messages: 1, files: 3 } });
  t.match(await call(['user', 'export', '100', '--file', file]), { code: 1, err: /already/ });
  const folder = mkdtempSync(join(t.testdirName, 'unpacked-'));
  execFileSync('tar', ['-xzf', file, '-C', folder]);
  const text = readFileSync(join(folder, 'person.json'), 'utf8');
  const { tables, messages, files } = JSON.parse(text) as {
    readonly tables: Readonly<Record<string, readonly Record<string, unknown>[]>>;
    readonly messages: readonly object[];
    readonly files: readonly string[];
  };
  t.match(tables, {
    user: [{ name: 'Anna Berg', extension: '100' }],
    status: [{ note: NOTE }],
    contact: [{ name: 'Vän till 100' }],
    decision: ['to-anna', 'by-anna', 'hidden-anna', 'by-mobile'].map((leg) => ({ leg })),
    call_leg: [{}, {}, {}, {}],
    phone_line: [{}],
  });
  t.equal(tables['decision']?.length, 4, 'and of nobody else');
  t.match(messages, [{ callerNumber: '101' }]);
  for (const name of files) {
    const [kind, sound = ''] = name.split('/');
    const from = kind === 'greetings' ? 'greetings' : join('voicemail', 'anka.example', '100');
    t.strictSame(readFileSync(join(folder, name)), readFileSync(join(state, from, sound)), name);
  }
  t.notMatch(text, /voicemail_pin|"secret"|"hash"|v1\./, 'but no secret');
  t.notMatch(text, /Vän till 101|hos banken/);
});

t.test('a person is forgotten, and a colleague is not', async (t) => {
  const { db, json, call, state, user, organisation, usernames } = await office(t);
  const anna = await user('100');
  const bjorn = await user('101');
  const desk = { kind: 'device', username: usernames['100'] };
  await called(db, 'to-anna', organisation.id, { caller: '+46701111111', from: {}, to: anna });
  await called(db, 'by-anna', organisation.id, { caller: '100', from: desk, to: bjorn });
  await called(db, 'to-bjorn', organisation.id, { caller: '+46701111111', from: {}, to: bjorn });
  await db.updateTable('status').set({ set_by: '100' }).where('user_id', '=', bjorn.id).execute();
  const rowsOf = async (of: UserRecord) =>
    [...(await personalData(db, await personOf(db, of)))]
      .filter(([table]) => table !== 'decision' && table !== 'call_leg')
      .map(([table, rows]) => `${rows.length} ${table}`);
  const before = await rowsOf(bjorn);
  const person = await personOf(db, anna);

  t.match(await call(['user', 'forget', '100']), { code: 1, err: /Anna Berg.*--yes/ });
  t.equal((await user('100')).name, 'Anna Berg');
  const result = await json('user', 'forget', '100', '--yes');
  t.match(result, {
    code: 0,
    data: {
      rows: { decision: 2, call_leg: 2, device: 3, status: 1, user: 1 },
      messages: 1,
      files: 3,
    },
  });
  t.strictSame([...(await personalData(db, person)).keys()], []);
  t.strictSame(await rowsOf(bjorn), before);
  t.match(await db.selectFrom('decision').select('leg').execute(), [{ leg: 'to-bjorn' }]);
  t.match(await db.selectFrom('status').select('set_by').execute(), [{ set_by: null }]);
  t.match(await json('number', 'list'), { data: [{ state: 'quarantine' }, { state: 'assigned' }] });
  t.strictSame(readdirSync(join(state, 'voicemail', 'anka.example')), ['101']);
  t.equal(readdirSync(join(state, 'greetings')).length, 1);
  const { rows } = await sql`pragma integrity_check`.execute(db);
  t.match(rows, [{ integrity_check: 'ok' }]);
  for (const name of readdirSync(state).filter((name) => name.startsWith('vaxel.db'))) {
    t.notOk(readFileSync(join(state, name)).includes(NOTE), `not even as waste in ${name}`);
  }
  t.match(await call(['user', 'forget', '100', '--yes']), { code: 1, err: /nobody has that/ });
});

t.test('what a removed person left is forgotten by their extension', async (t) => {
  const { call, did, state } = await office(t);
  await did('user', 'remove', '101');
  const mailbox = join(state, 'voicemail', 'anka.example', '101');
  t.ok(existsSync(mailbox));
  t.equal(readdirSync(join(state, 'greetings')).length, 1, 'recordings go at once');
  t.match(await call(['user', 'forget', '101', '--yes']), {
    code: 0,
    out: /^forgot what 101 left/,
  });
  t.notOk(existsSync(mailbox));
  t.match(await call(['user', 'export', '101']), { code: 1 });

  const lost = join(state, leaveMessage(state, { extension: '101', from: '100', at: 9 }).path);
  await did('user', 'add', '101', '--name', 'Cecilia Dahl');
  t.notOk(existsSync(lost), 'and at the latest when somebody else gets the extension');
  const kept = join(state, leaveMessage(state, { extension: '101', from: '100', at: 9 }).path);
  t.equal((await call(['user', 'add', '101', '--name', 'Björn Ek'])).code, 1);
  t.ok(existsSync(kept), 'who keeps the messages');
});
