import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import SQLite from 'better-sqlite3';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { Header } from 'tar';
import { bytesOf } from '../../cli/backup/bytes.ts';
import { FORMAT, headText } from '../../cli/backup/head.ts';
import { SealBroken, seal, unseal } from '../../cli/backup/seal.ts';
import { tarEnd, tarText } from '../../cli/backup/tar-bytes.ts';
import { loadConfig } from '../../common/config.ts';
import { listSipAccounts } from '../../common/db/sip-accounts.ts';
import { openDb } from '../../common/db/open.ts';
import { readPin, findUser } from '../../common/db/users.ts';
import { openSecrets } from '../../common/secrets.ts';
import { epochMs } from '../../common/time.ts';
import { encodeWav } from '../../daemon/voice/wav.ts';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';
import { leaveMessage } from '../support/message-store.ts';
import { smallDisk } from '../support/small-disk.ts';

const MADE_AT = epochMs(Date.UTC(2026, 10, 24, 3, 15));

/** The office with everything a person leaves behind, and all that a backup leaves out. */
async function office(t: Test) {
  const state = join(t.testdir({}), 'state');
  const around = vaxel(state);
  await around.call(ANKA);
  await around.call(ANNA);
  const added = await around.json('device', 'add', '100', '--kind', 'app');
  await around.call(['user', 'pin', '100', '--pin', '8305']);
  const recording = join(t.testdirName, 'name.wav');
  writeFileSync(recording, tone());
  await around.call(['greeting', 'add', '100', '--for', 'name', '--file', recording]);
  const message = leaveMessage(state, { extension: '100', from: '+46701234567', at: 1_000 });
  const files = {
    'voicemail/anka.example/100/recorded_name.wav': tone(),
    'prompts/recorded/sv/greeting.wav': tone(),
    'uploads/phone/å.cfg': Buffer.from('key = ä'),
    'cdr/a.cdr.json': Buffer.from('{}'),
    'vaxel.toml': Buffer.from('log = "warn"\n'),
  };
  const notKept = {
    'prompts/sv/greeting.wav': tone(),
    'freeswitch/conf/freeswitch.xml': Buffer.from('<x/>'),
    'log/vaxel.log': Buffer.from('x'),
  };
  for (const [path, bytes] of Object.entries({ ...files, ...notKept })) {
    mkdirSync(join(state, path, '..'), { recursive: true });
    writeFileSync(join(state, path), bytes);
  }
  symlinkSync('/etc/passwd', join(state, 'voicemail', 'link'));
  return { ...around, state, device: added.data, message, files, notKept };
}

/** Another machine, with nothing on it. */
const elsewhere = (t: Test) => vaxel(join(mkdtempSync(join(t.testdirName, 'machine-')), 'state'));
const stateOf = ({ env }: { readonly env: Readonly<Record<string, string>> }): string =>
  String(env['VAXEL_STATE']);

const tone = (): Buffer =>
  Buffer.from(
    encodeWav({
      rate: 8_000,
      samples: Int16Array.from({ length: 8_000 }, (_, at) => 9_000 * Math.sin(at)),
    }),
  );

t.test('a restore gives each folder to those whose it is on this machine', async (t) => {
  const { call } = await office(t);
  const file = join(t.testdirName, 'a.tar.gz');
  await call(['backup', file]);
  const machine = elsewhere(t);
  const to = stateOf(machine);
  const [DAEMON, PROVISIONING, FREESWITCH] = process.getuid?.() === 0 ? [991, 992, 993] : [];
  const give = (path: string, mode: number, uid?: number, gid?: number) => {
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
    chmodSync(path, mode);
  };
  for (const [name, mode, uid, gid] of [
    ['', 0o2771, 0, DAEMON],
    ['secrets', 0o700, DAEMON, DAEMON],
    ['voicemail', 0o2770, FREESWITCH, FREESWITCH],
    ['greetings', 0o2750, DAEMON, FREESWITCH],
    ['phone-files', 0o755, 0, 0],
    ['uploads', 0o750, PROVISIONING, DAEMON],
  ] as const) {
    mkdirSync(join(to, name), { recursive: true });
    give(join(to, name), mode, uid, gid);
  }
  writeFileSync(join(to, 'vaxel.db'), '');
  give(join(to, 'vaxel.db'), 0o660, DAEMON, DAEMON);
  t.match(await machine.call(['restore', file, '--replace']), { code: 0 });
  const [greeting = ''] = readdirSync(join(to, 'greetings'));
  for (const [path, mode, uid, gid] of [
    ['vaxel.db', 0o660, DAEMON, DAEMON],
    ['secrets/key', 0o600, DAEMON, DAEMON],
    ['voicemail', 0o2770, FREESWITCH, FREESWITCH],
    ['voicemail/anka.example/100', 0o2770, FREESWITCH, FREESWITCH],
    ['voicemail/messages.db', 0o660, FREESWITCH, FREESWITCH],
    ['voicemail/anka.example/100/recorded_name.wav', 0o660, FREESWITCH, FREESWITCH],
    [`greetings/${greeting}`, 0o640, DAEMON, FREESWITCH],
    ['uploads/phone/å.cfg', 0o640, PROVISIONING, DAEMON],
    ['phone-files', 0o755, 0, 0],
  ] as const) {
    const found = statSync(join(to, path));
    t.equal((found.mode & 0o7777).toString(8), mode.toString(8), path);
    if (DAEMON !== undefined) t.strictSame([found.uid, found.gid], [uid, gid], path);
  }
});

t.test(
  'what is backed up while programs write is carried on with on another machine',
  async (t) => {
    const { state, call, json, device, message, files, notKept, env } = await office(t);
    const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER], {
      env: { ...process.env, DATABASE: join(state, 'vaxel.db') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.teardown(() => writer.kill('SIGKILL'));
    await once(writer.stdout, 'data');
    const made = await json('backup');
    const wrote = once(writer, 'exit');
    writer.kill('SIGTERM');
    await wrote;
    t.match(made, { code: 0, data: { leftOut: [], removed: [] } });
    const file = String(made.data['file']);
    t.equal(join(state, 'backups'), join(file, '..'));
    t.equal(statSync(file).mode & 0o777, 0o600);
    t.strictSame(
      readdirSync(state).filter((name) => name.startsWith('.')),
      [],
      'no copy is left behind',
    );
    t.match(await call(['backup', '--check', file]), { code: 0, out: /is whole: vaxel/ });
    const unpacked = mkdtempSync(join(t.testdirName, 'unpacked-'));
    execFileSync('tar', ['-xzf', file, '-C', unpacked]);
    t.match(
      execFileSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: unpacked }).toString(),
      /^$/,
      'and the usual tools read it',
    );

    const { box } = openSecrets(loadConfig(env));
    const machine = elsewhere(t);
    const to = stateOf(machine);
    const restored = await machine.call(['restore', file]);
    t.match(restored, { code: 0, out: /^restored \d+ files[^]*start vaxel/ });
    for (const [path, bytes] of Object.entries(files)) {
      t.strictSame(readFileSync(join(to, path)), bytes, path);
    }
    for (const path of Object.keys(notKept)) t.notOk(existsSync(join(to, path)), path);
    t.equal(statSync(join(to, 'secrets', 'key')).mode & 0o777, 0o600);

    const db = machine.open();
    t.teardown(() => db.destroy());
    const opened = openSecrets(loadConfig(machine.env));
    const before = openDb(join(state, 'vaxel.db'));
    const accounts = await listSipAccounts(before, box);
    await before.destroy();
    t.strictSame(await listSipAccounts(db, opened.box), accounts, 'the same passwords');
    t.match(accounts, [{ accounts: [{ username: String(device['username']) }] }]);
    const { data: org } = await machine.json('org', 'list');
    const organisation = (org as unknown as readonly { id: string }[])[0]?.id ?? '';
    const anna = await findUser(db, organisation, '100');
    t.equal(await readPin(db, opened.box, anna?.id ?? ''), '8305');

    const { data: greetings } = await machine.json('greeting', 'list', '100');
    const [greeting] = greetings as unknown as readonly { file: string; id: string }[];
    t.strictSame(
      readFileSync(String(greeting?.file)),
      readFileSync(join(state, 'greetings', `${greeting?.id ?? ''}.wav`)),
    );
    const messages = new SQLite(join(to, 'voicemail', 'messages.db'), { readonly: true });
    t.teardown(() => messages.close());
    t.strictSame(messages.prepare('select uuid, file_path from voicemail_msgs').all(), [
      { uuid: message.uuid, file_path: join(to, message.path) },
    ]);
    t.strictSame(readFileSync(join(to, message.path)), readFileSync(join(state, message.path)));

    const pair = new SQLite(join(to, 'vaxel.db'), { readonly: true });
    t.teardown(() => pair.close());
    const [left, right] = ['one', 'other'].map((name) =>
      pair.prepare(`select count(*) from ${name}`).pluck().get(),
    );
    t.equal(left, right, 'of one moment, not of several');
    t.ok(Number(left) > 0);
  },
);

/** Two tables that hold the same at every moment. */
const WRITER = `
  import SQLite from 'better-sqlite3';
  const db = new SQLite(process.env.DATABASE, { timeout: 5000 });
  db.exec('create table one (n); create table other (n)');
  const both = db.transaction((n) => {
    db.prepare('insert into one values (?)').run(n);
    db.prepare('insert into other values (?)').run(n);
  });
  for (let n = 0; ; n += 1) {
    both.immediate(n);
    if (n === 10) console.log('writing');
    if (n % 10 === 0) await new Promise(setImmediate);
  }
`;

t.test('a message whose sound went meanwhile is in neither', async (t) => {
  const { state, call, json, message } = await office(t);
  const kept = leaveMessage(state, { extension: '100', from: '100', at: 2_000 });
  rmSync(join(state, message.path));
  const { data } = await json('backup');
  const machine = elsewhere(t);
  await machine.call(['restore', String(data['file'])]);
  const rows = (folder: string) => {
    const messages = new SQLite(join(folder, 'voicemail', 'messages.db'), { readonly: true });
    const uuids = messages.prepare('select uuid from voicemail_msgs').pluck().all();
    messages.close();
    return uuids;
  };
  t.strictSame(rows(stateOf(machine)), [kept.uuid]);
  t.equal(rows(state).length, 2, 'FreeSWITCH’s own is as it was');
  t.equal((await call(['backup', t.testdirName])).code, 0, 'a folder gets a file');
});

t.test('a sealed backup opens with its passphrase alone', async (t) => {
  const { call, json, state } = await office(t);
  const [right, wrong, short] = ['correct horse battery', 'correct horse', 'short'].map(
    (text, at) => {
      const file = join(t.testdirName, `passphrase-${at}`);
      writeFileSync(file, `${text}\nsecond line\n`);
      return file;
    },
  ) as [string, string, string];
  t.match(await json('backup', '--encrypt', '--passphrase-file', short), {
    data: { error: { code: 'passphrase-short' } },
  });
  const { data } = await json('backup', '--encrypt', '--passphrase-file', right);
  const file = String(data['file']);
  t.match(file, /\.tar\.gz\.sealed$/);
  const bytes = readFileSync(file);
  t.notOk(bytes.includes('Anna') || bytes.subarray(0, 2).equals(Buffer.of(0x1f, 0x8b)));

  const machine = elsewhere(t);
  const restore = async (with_: string) =>
    machine.call(['restore', file, '--passphrase-file', with_]);
  t.match(await restore(wrong), { code: 1, err: /not the passphrase/ });
  t.strictSame(readdirSync(stateOf(machine)), [], 'nothing was begun');
  t.match(await restore(join(state, 'nowhere')), { code: 1, err: /cannot be read/ });
  const credentials = join(t.testdirName, 'credentials');
  mkdirSync(credentials);
  cpSync(right, join(credentials, 'backup-passphrase'));
  const given = { CREDENTIALS_DIRECTORY: credentials };
  t.equal((await call(['backup', '--check', file], given)).code, 0, 'or with a credential');
  t.equal((await restore(right)).code, 0);
  t.match(await machine.json('user', 'list'), { data: [{ name: 'Anna Berg' }] });

  const typed = (line: string) =>
    execFileSync('script', ['-qec', `${process.execPath} dist/cli/main.js ${line}`, '/dev/null'], {
      env: { ...process.env, VAXEL_STATE: state },
      input: 'correct horse battery\n',
    }).toString();
  const said = typed(`backup --check ${file}`);
  t.match(said, /Passphrase: [^]*is whole/, 'or typed');
  t.notMatch(said.slice(said.indexOf('Passphrase: ')), /battery/, 'and not shown');
});

t.test('a sealed stream is what it was, or nothing', async (t) => {
  const cost = [10, 1, 1] as const;
  const sealed = async (plain: Buffer) => {
    const parts: Buffer[] = [];
    for await (const part of seal(inPieces(plain, 10_007), 'passphrase', cost)) parts.push(part);
    return Buffer.concat(parts);
  };
  const opened = async (bytes: Buffer) => {
    const result = await unseal(bytesOf(inPieces(bytes, 4_999)), 'passphrase');
    if (result.kind === 'wrong-passphrase') return 'wrong';
    const parts: Buffer[] = [];
    for await (const part of result.plain) parts.push(part);
    return Buffer.concat(parts);
  };
  const FRAME = 65_536;
  for (const size of [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME]) {
    const plain = Buffer.alloc(size, 'å');
    t.strictSame(await opened(await sealed(plain)), plain, `${size} bytes`);
  }
  const plain = Buffer.alloc(3 * FRAME + 100, 'x');
  const whole = await sealed(plain);
  const head = whole.length - (plain.length + 4 * 16);
  const frame = (at: number) =>
    whole.subarray(head + at * (FRAME + 16), head + (at + 1) * (FRAME + 16));
  const beginning = whole.subarray(0, head);
  const changed: Readonly<Record<string, Buffer>> = {
    'cut after a frame': whole.subarray(0, head + 2 * (FRAME + 16)),
    'cut within one': whole.subarray(0, head + 70_000),
    'cut after its head': beginning,
    'cut within its head': whole.subarray(0, 30),
    'two frames swapped': Buffer.concat([beginning, frame(1), frame(0), frame(2), frame(3)]),
    'a frame left out': Buffer.concat([beginning, frame(0), frame(2), frame(3)]),
    'a frame twice': Buffer.concat([beginning, frame(0), frame(0), frame(1), frame(2), frame(3)]),
    'something added': Buffer.concat([whole, Buffer.from('x')]),
  };
  for (const [how, bytes] of Object.entries(changed)) {
    t.equal(await opened(bytes).catch(isBroken), true, how);
  }
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ by;
      const result = await opened(bytes).catch(isBroken);
      return result === 'wrong' || result === true;
    }),
    { numRuns: 60 },
  );
});

t.test('what is no whole backup of ours restores nothing', async (t) => {
  const { json, state } = await office(t);
  const good = readFileSync(String((await json('backup')).data['file']));
  const machine = elsewhere(t);
  const refusal = async (bytes: Buffer) => {
    const file = join(t.testdirName, 'bad');
    writeFileSync(file, bytes);
    const { data } = await machine.json('restore', file);
    t.strictSame(readdirSync(stateOf(machine)), [], 'nothing is there');
    return (data['error'] as unknown as { readonly message: string }).message;
  };
  const changedAt = (at: number) => {
    const bytes = Buffer.from(good);
    bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    return bytes;
  };
  const bad: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
    'an empty file': [Buffer.alloc(0), /^BACKUP_DAMAGED/],
    'a text': [Buffer.from('Dear diary'), /^BACKUP_DAMAGED.*incorrect header/],
    'half of it': [good.subarray(0, good.length / 2), /^BACKUP_DAMAGED.*unexpected end/],
    'all but a byte': [good.subarray(0, -1), /^BACKUP_DAMAGED.*unexpected end/],
    'a byte changed': [changedAt(good.length >> 1), /^BACKUP_DAMAGED/],
    'another’s archive': [await archive({ README: 'x' }, {}), /no backup of vaxel/],
    'a path out of the folder': [await archive({ 'voicemail/../../x': 'x' }), /is no file of ours/],
    'an absolute path': [await archive({ '/etc/cron.d/x': 'x' }), /is no file of ours/],
    'another folder': [await archive({ 'freeswitch/conf/x': 'x' }), /is no file of ours/],
    'a line break in a name': [await archive({ 'voicemail/a\nb': 'x' }), /is no file of ours/],
    'a link': [await archive({}, { tail: [link('voicemail/x', '/etc/passwd')] }), /no plain file/],
    'a file twice': [await archive({ 'cdr/x': '1' }, { again: 'cdr/x' }), /is there twice/],
    'a sum that is wrong': [await archive({ 'cdr/x': '1' }, { lie: 'cdr/x' }), /not what its sum/],
    'a file without a sum': [
      await archive({ 'cdr/x': '1' }, { hide: 'cdr/x' }),
      /not what its sum/,
    ],
    'a sum without a file': [await archive({}, { sums: `${'0'.repeat(64)}  cdr/y\n` }), /missing/],
    'a later format': [await archive({}, { format: FORMAT + 1 }), /^BACKUP_NEWER.*install that/],
    'a later database': [
      await archive({}, { migrations: ['0001-foundation', '9999-later'] }),
      /^BACKUP_NEWER.*newer vaxel, 0\.1\.0: install that version/,
    ],
    'a file larger than the disk': [
      await archive({}, { tail: [plainHead('cdr/x', 2 ** 50)] }),
      /^DISK_FULL: no room for cdr\/x/,
    ],
    'a database that is none': [
      await archive({ 'vaxel.db': 'x'.repeat(9_000) }),
      /^DATABASE_CORRUPT/,
    ],
  };
  for (const [what, [bytes, why]] of Object.entries(bad)) t.match(await refusal(bytes), why, what);
  t.match((await machine.call(['restore', join(state, 'none')])).err, /BACKUP_FAILED.*none/);
});

const isBroken = (error: unknown): boolean => error instanceof SealBroken;

interface Odd {
  readonly format?: number;
  readonly migrations?: readonly string[];
  readonly tail?: readonly Buffer[];
  readonly again?: string;
  readonly lie?: string;
  readonly hide?: string;
  readonly sums?: string;
}

/** A backup made by hand; without `odd` it has no head. */
async function archive(files: Readonly<Record<string, string>>, odd: Odd = {}): Promise<Buffer> {
  const parts: Buffer[] = [];
  const sums: string[] = [];
  const add = async (path: string, text: string) => {
    const member = tarText(path, text, new Date(MADE_AT));
    let step = await member.next();
    for (; step.done !== true; step = await member.next()) parts.push(step.value);
    return step.value;
  };
  const { format = FORMAT, migrations = ['0001-foundation'] } = odd;
  const head = { version: '0.1.0', migrations, madeAt: MADE_AT, state: '/var/lib/vaxel' };
  const text = headText({ format: 1, ...head }).replace('"format": 1', `"format": ${format}`);
  const all = 'README' in files ? files : { 'backup.json': text, ...files };
  for (const [path, content] of Object.entries(all)) {
    const { sha256 } = await add(path, content);
    if (path === odd.hide) continue;
    sums.push(`${path === odd.lie ? '0'.repeat(64) : sha256}  ${path}\n`);
  }
  if (odd.again !== undefined) await add(odd.again, 'again');
  parts.push(...(odd.tail ?? []));
  await add('SHA256SUMS', sums.join('') + (odd.sums ?? ''));
  return gzipSync(Buffer.concat([...parts, tarEnd()]));
}

const link = (path: string, linkpath: string): Buffer =>
  block({ path, linkpath, type: 'SymbolicLink' });
const plainHead = (path: string, size: number): Buffer => block({ path, size, type: 'File' });

function block(data: ConstructorParameters<typeof Header>[0]): Buffer {
  const header = new Header(data);
  header.encode();
  return header.block ?? Buffer.alloc(0);
}

t.test('what is there stays, or is set aside', async (t) => {
  const { state, call, json, open } = await office(t);
  const { data } = await json('backup');
  const file = String(data['file']);
  t.match(await call(['restore', file]), { code: 1, err: /is not empty \(.*vaxel\.db.*--replace/ });
  await call(['user', 'remove', '100']);
  writeFileSync(join(state, 'vaxel.toml'), 'log = "error"\n');

  const db = open();
  await json('user', 'list');
  const { rows } = await db
    .selectFrom('user')
    .select('id')
    .execute()
    .then((rows) => ({ rows }));
  t.equal(rows.length, 0);
  const held = await call(['restore', file, '--replace']);
  t.match(held, { code: 1, err: /stop vaxel first/ });
  await db.destroy();

  const result = await json('restore', file, '--replace');
  t.match(result, { code: 0, data: { configuration: join(state, 'vaxel.toml.restored') } });
  t.match(await json('user', 'list'), { data: [{ name: 'Anna Berg' }] });
  const aside = String(result.data['aside']);
  const old = new SQLite(join(aside, 'vaxel.db'), { readonly: true });
  t.equal(old.prepare('select count(*) from user').pluck().get(), 0, 'the later state lies aside');
  old.close();
  t.ok(existsSync(join(aside, 'secrets', 'key')));
  t.equal(readFileSync(join(state, 'vaxel.toml'), 'utf8'), 'log = "error"\n');
  t.ok(existsSync(file), 'backups stay where they are');

  const named = join(t.testdirName, 'freeswitch');
  cpSync('/bin/sleep', named);
  const [other, freeswitch] = [spawn('/bin/sleep', ['60']), spawn(named, ['60'])];
  t.teardown(() => [other, freeswitch].map((program) => program.kill()));
  mkdirSync(join(state, 'freeswitch', 'run'), { recursive: true });
  const pidFile = join(state, 'freeswitch', 'run', 'freeswitch.pid');
  writeFileSync(pidFile, `${freeswitch.pid ?? 0}`);
  t.match(await call(['restore', file, '--replace']), { code: 1, err: /stop FreeSWITCH/ });
  writeFileSync(pidFile, `${other.pid ?? 0}`);
  t.equal((await call(['restore', file, '--replace'])).code, 0, 'its number may be another’s now');
});

t.test('the newest are kept', async (t) => {
  const { call, state } = await office(t);
  const folder = join(state, 'backups');
  mkdirSync(folder);
  const old = ['vaxel-20260101T000000Z.tar.gz', 'vaxel-20260102T000000Z.tar.gz.sealed'];
  for (const name of [...old, 'vaxel-before-the-move.tar.gz'])
    writeFileSync(join(folder, name), '');
  t.equal((await call(['backup', '--keep', '0'])).code, 2);
  t.match(await call(['backup', '--keep', '2']), {
    out: /removed vaxel-20260101T000000Z\.tar\.gz\n/,
  });
  t.strictSame(
    readdirSync(folder).map((name) => name.replace(/2026(?!0102)\w+/, 'new')),
    [old[1], 'vaxel-new.tar.gz', 'vaxel-before-the-move.tar.gz'],
  );
  truncateSync(join(state, 'vaxel.db'), 5_000);
  t.match(await call(['backup', join(folder, 'next'), '--keep', '1']), {
    code: 1,
    err: /DATABASE_CORRUPT/,
  });
  t.equal(readdirSync(folder).length, 3, 'a backup that fails removes none');
});

t.test('a large store takes no more memory, and a full disk leaves no half a file', async (t) => {
  const { state } = await office(t);
  const large = join(state, 'voicemail', 'large.wav');
  writeFileSync(large, '');
  truncateSync(large, 200_000_000);
  const file = join(t.testdirName, 'large.tar.gz');
  const peakMb = Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', PEAK, 'backup', file], {
      env: { ...process.env, VAXEL_STATE: state },
    }).toString(),
  );
  t.ok(existsSync(file));
  t.comment(`${peakMb} MB`);
  t.ok(peakMb < 250, `${peakMb} MB`);
  rmSync(large);

  const disk = smallDisk(t, 2);
  if (disk === undefined) return;
  writeFileSync(join(state, 'voicemail', 'noise.wav'), randomBytes(3_000_000));
  const around = vaxel(state);
  t.match(await around.call(['backup', disk]), {
    code: 1,
    err: /^DISK_FULL.*nothing was half-written/,
  });
  t.strictSame(readdirSync(disk), []);
  const { data } = await around.json('backup');
  const small = vaxel(join(disk, 'state'));
  t.match(await small.call(['restore', String(data['file'])]), {
    code: 1,
    err: /^DISK_FULL: no room for/,
  });
  t.strictSame(readdirSync(join(disk, 'state')), []);
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  t.match(await around.call(['backup', disk]), { code: 1, err: /^BACKUP_FAILED.*read only/ });
});

const PEAK = `
  import { run } from './dist/cli/run.js';
  import { commandsOf } from './dist/cli/commands.js';
  const quiet = { write: () => true };
  const argv = process.argv.slice(1);
  process.exitCode = await run(argv, { commandsOf, env: process.env, stdout: quiet, stderr: process.stderr });
  console.log(Math.round(process.resourceUsage().maxRSS / 1024));
`;

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
