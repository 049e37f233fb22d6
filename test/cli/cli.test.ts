import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { printable } from '../../cli/print.ts';
import { run } from '../../cli/run.ts';
import { loadConfig } from '../../common/config.ts';
import { markSeen } from '../../common/db/devices.ts';
import { assignNumber } from '../../common/db/numbers.ts';
import type { Db } from '../../common/db/open.ts';
import { readRevision } from '../../common/db/revision.ts';
import { setSetting } from '../../common/db/settings.ts';
import { listSipAccounts } from '../../common/db/sip-accounts.ts';
import { listTrunks } from '../../common/db/trunks.ts';
import { findUser } from '../../common/db/users.ts';
import { listGuesses, saveGuesses } from '../../common/db/voicemail-locks.ts';
import { readE164 } from '../../common/phone-number.ts';
import { openSecrets } from '../../common/secrets.ts';
import { epochMs } from '../../common/time.ts';
import { loadDirectory } from '../../daemon/directory.ts';
import { ANKA, ANNA, listen, vaxel } from '../support/command-line.ts';

t.test('an office is set up, seen by routing and registration, and taken down', async (t) => {
  const { call, json, open, env } = vaxel(t.testdir({}));
  t.match(await json('user', 'list'), { code: 1, data: { error: { code: 'no-organisation' } } });
  t.match(await json(...ANKA), {
    code: 0,
    err: '',
    data: { domain: 'anka.example', areaCode: '8' },
  });
  t.match(await call(ANNA), {
    code: 0,
    out: 'added 100 Anna Berg +46812345600\n',
    err: /takes effect when it starts/,
  });
  const app = await json('device', 'add', '100', '--kind', 'app');
  t.match(app.data, {
    domain: 'anka.example',
    username: /^100-[0-9a-z]{6}$/,
    password: /^[A-Za-z0-9]{24}$/,
    transports: [
      { transport: 'udp', server: '127.0.0.1', port: 5060 },
      { transport: 'tcp', port: 5060 },
      { transport: 'tls', port: 5061 },
      { transport: 'ws', port: 5066 },
      { transport: 'wss', port: 7443 },
    ],
  });
  const desk = await call(['device', 'add', '100', '--kind', 'desk', '--label', 'Desk "one" 📞']);
  t.match(desk.out, /username {2}100-[\s\S]*shown this once[\s\S]*udp 127\.0\.0\.1:5060/);
  await call(['device', 'add', '100', '--kind', 'mobile', '--to', '070-123 45 67']);
  await call(
    [
      'trunk',
      'add',
      'main',
      '--host',
      'sip.carrier.example:5080',
      '--username',
      'anka',
      '--register',
    ],
    {
      VAXEL_TRUNK_PASSWORD: 'hemligt "&',
    },
  );

  const db = open();
  t.teardown(() => db.destroy());
  const { box } = openSecrets(loadConfig(env));
  const directory = await loadDirectory(db);
  const organisation = directory.organisations.get('anka.example');
  t.match(organisation, {
    name: 'Anka AB',
    areaCode: '8',
    voicemailCode: '*98',
    trunks: [{ name: 'main' }],
  });
  const user = [...(organisation?.users.values() ?? [])][0];
  t.match(user, {
    extension: '100',
    name: 'Anna Berg',
    language: 'sv',
    numbers: ['+46812345600'],
    ringFor: 25,
    devices: [
      { kind: 'app', label: 'App' },
      { kind: 'desk', label: 'Desk "one" 📞' },
      { kind: 'mobile', to: '+46701234567' },
    ],
  });
  t.equal([...directory.numbers.values()][0]?.user, user);
  t.equal(directory.accounts.get(`${String(app.data['username'])}@anka.example`)?.user, user);
  t.equal(directory.accounts.size, 2);
  t.ok(Object.isFrozen(directory) && Object.isFrozen(user) && Object.isFrozen(user?.devices));

  const { username, password, id } = app.data;
  const hash = createHash('md5')
    .update(`${String(username)}:anka.example:${String(password)}`)
    .digest('hex');
  const [sip] = await listSipAccounts(db, box);
  t.match(sip, {
    domain: 'anka.example',
    pin: undefined,
    accounts: [{ username, a1Hash: hash }, { kind: 'desk' }],
  });
  t.match(await listTrunks(db, box), [
    { domain: 'anka.example', username: 'anka', password: 'hemligt "&', register: true },
  ]);
  t.notMatch(
    readFileSync(join(String(env['VAXEL_STATE']), 'vaxel.db')).toString('latin1'),
    password,
    'sealed at rest',
  );

  const before = await readRevision(db);
  await markSeen(
    db,
    { username: String(username), domain: 'anka.example' },
    { at: epochMs(9), address: '192.0.2.7', agent: 'Softphone' },
  );
  t.equal(await readRevision(db), before, 'a registration changes nothing that routing sees');
  t.match(await json('user', 'show', '100'), {
    data: { devices: [{ seenAt: 9, seenAgent: 'Softphone' }, {}, {}] },
  });
  const anew = await json('device', 'rotate', String(id));
  t.match(anew.data, { username, password: /^.{24}$/ });
  t.not(anew.data['password'], password);
  t.equal(await readRevision(db), before + 1, 'a new password is seen');

  t.equal((await call(['user', 'remove', '100'])).code, 0);
  t.match(await json('number', 'list'), { data: [{ e164: '+46812345600', state: 'quarantine' }] });
  t.strictSame((await json('device', 'list')).data, []);
  t.equal((await loadDirectory(db)).numbers.size, 0);
  t.match(await json(...ANNA), { code: 1, data: { error: { code: 'number-resting' } } });
  t.match(
    await json('user', 'list'),
    { data: [] },
    'a refused number leaves no half a user behind',
  );
  t.equal((await call(['trunk', 'remove', 'main'])).code, 0);
  t.equal((await call(['trunk', 'list'])).out, 'none\n');
});

t.test('what is refused says why, and changes nothing', async (t) => {
  const { call, json, open } = vaxel(t.testdir({}));
  await call(ANKA);
  await call(ANNA);
  await call(['device', 'add', '100', '--kind', 'mobile', '--to', '+46701234567']);
  await call(['trunk', 'add', 'main', '--host', 'sip.example']);
  const mobile = (await json('device', 'list')).data as unknown as readonly {
    readonly id: string;
  }[];
  const db = open();
  t.teardown(() => db.destroy());
  const revision = await readRevision(db);
  const table: readonly (readonly [code: string, line: readonly string[]])[] = [
    ['bad-name', ['org', 'add', 'b.example', '--name', '']],
    ['bad-domain', ['org', 'add', 'an ka.example', '--name', 'A']],
    ['domain-taken', ['org', 'add', 'ANKA.example', '--name', 'A']],
    ['bad-name', ['org', 'add', 'b.example', '--name', 'a\nb']],
    ['unknown-country', ['org', 'add', 'b.example', '--name', 'B', '--country', 'XX']],
    ['bad-area-code', ['org', 'add', 'b.example', '--name', 'B', '--area-code', 'x']],
    ['unknown-zone', ['org', 'add', 'b.example', '--name', 'B', '--zone', 'Mars/Base']],
    ['unknown-language', ['org', 'add', 'b.example', '--name', 'B', '--language', 'no']],
    ['unknown-organisation', ['user', 'list', '--org', 'b.example']],
    ['extension-taken', ['user', 'add', '100', '--name', 'Björn Ek']],
    ['bad-extension', ['user', 'add', '012', '--name', 'Björn Ek']],
    ['bad-extension', ['user', 'add', '1 01', '--name', 'Björn Ek']],
    ['reserved-extension', ['user', 'add', '112', '--name', 'Björn Ek']],
    ['reserved-extension', ['user', 'add', '1177', '--name', 'Björn Ek']],
    ['bad-name', ['user', 'add', '101', '--name', 'Bj\u001b[31mörn']],
    ['bad-name', ['user', 'add', '101', '--name', '  ']],
    ['bad-number', ['user', 'add', '101', '--name', 'Björn Ek', '--number', '112']],
    ['number-taken', ['user', 'add', '101', '--name', 'Björn Ek', '--number', '08-123 456 00']],
    ['unknown-user', ['user', 'show', '999']],
    ['unknown-user', ['device', 'add', '999', '--kind', 'app']],
    ['mobile-needs-number', ['device', 'add', '100', '--kind', 'mobile']],
    ['only-mobile-has-number', ['device', 'add', '100', '--kind', 'app', '--to', '+46701234567']],
    ['bad-number', ['device', 'add', '100', '--kind', 'mobile', '--to', 'home']],
    ['bad-label', ['device', 'add', '100', '--kind', 'app', '--label', '\t']],
    ['unknown-device', ['device', 'remove', 'nothing']],
    ['unknown-device', ['device', 'rotate', 'nothing']],
    ['mobile-has-no-password', ['device', 'rotate', mobile[0]?.id ?? '']],
    ['bad-trunk-name', ['trunk', 'add', 'Main trunk', '--host', 'sip.example']],
    ['bad-host', ['trunk', 'add', 'b', '--host', 'sip.example:99999']],
    ['bad-host', ['trunk', 'add', 'b', '--host', 'sip.example:5060:1']],
    ['bad-host', ['trunk', 'add', 'b', '--host', 'sip-.example']],
    ['incomplete-credentials', ['trunk', 'add', 'b', '--host', 'sip.example', '--username', 'u']],
    [
      'bad-credentials',
      ['trunk', 'add', 'b', '--host', 'sip.example', '--username', 'u\n', '--password', 'p'],
    ],
    ['register-needs-username', ['trunk', 'add', 'b', '--host', 'sip.example', '--register']],
    ['password-file', ['trunk', 'add', 'b', '--host', 'sip.example', '--password-file', '/none']],
    ['trunk-name-taken', ['trunk', 'add', 'main', '--host', 'sip.example']],
    ['unknown-trunk', ['trunk', 'remove', 'b']],
    ['number-known', ['number', 'add', '+46812345600']],
    ['unknown-number', ['number', 'release', '+46812345601']],
    ['bad-number', ['number', 'release', '1177']],
    ['bad-number', ['number', 'add', '1177']],
  ];
  for (const [code, line] of table) {
    const result = await json(...line);
    t.match(
      result,
      { code: 1, err: '', data: { error: { code, message: /\w+ \w+/ } } },
      line.join(' '),
    );
    const plain = await call(line);
    t.match(plain, { code: 1, out: '', err: /\w+ \w+/ });
    t.notOk(plain.err.includes('\u001b'));
  }
  t.equal(await readRevision(db), revision);

  await call(['org', 'add', 'bil.example', '--name', 'Bil']);
  t.match(await json('user', 'list'), {
    code: 1,
    data: { error: { code: 'which-organisation', message: /anka\.example, bil\.example/ } },
  });
  t.match(await json('user', 'list', '--org', 'bil.example'), { code: 0, data: [] });
  t.match(await json(...ANNA, '--org', 'bil.example'), {
    data: { error: { code: 'number-taken' } },
  });
});

t.test('a number is in one place at a time, and rests when released', async (t) => {
  const { json, call, open } = vaxel(t.testdir({}));
  await call(ANKA);
  t.match(await json('number', 'add', '08-123 456 01'), {
    code: 0,
    data: { e164: '+46812345601' },
  });
  t.match(await json('number', 'release', '+46812345601'), {
    data: { error: { code: 'not-assigned' } },
  });
  t.match(
    (await json('user', 'add', '101', '--name', 'Björn Ek', '--number', '+46812345601')).data,
    { numbers: ['+46812345601'] },
  );
  t.match(await json('number', 'list'), { data: [{ state: 'assigned', extension: '101' }] });
  const released = await json('number', 'release', '+46812345601');
  t.equal(released.code, 0);
  const until = Date.parse(String(released.data['until']));
  const db = open();
  t.teardown(() => db.destroy());
  const [organisation] = await db.selectFrom('organisation').select('id').execute();
  const björn = await findUser(db, organisation?.id ?? '', '101');
  const number = readE164('+46812345601', { country: 'SE' });
  if (björn === undefined || number === undefined || organisation === undefined)
    throw new Error('not set up');
  const owner = { organisationId: organisation.id, userId: björn.id };
  t.strictSame(await assignNumber(db, owner, number, epochMs(until - 1)), {
    kind: 'refused',
    why: 'number-resting',
    until,
  });
  t.strictSame(await assignNumber(db, owner, number, epochMs(until)), { kind: 'assigned' });
  t.strictSame(await assignNumber(db, owner, number, epochMs(until)), {
    kind: 'refused',
    why: 'number-taken',
  });
  t.match(await setSetting(db, organisation.id, 'voicemail-code', '98'), {
    kind: 'refused',
    why: 'bad-value',
  });
  t.strictSame(await setSetting(db, organisation.id, 'voicemail-code', '*97'), { kind: 'set' });
  t.equal((await loadDirectory(db)).organisations.get('anka.example')?.voicemailCode, '*97');
});

t.test('a voicemail PIN is not guessable, and guessing locks the mailbox', async (t) => {
  const { json, call, open, env } = vaxel(t.testdir({}));
  await call(ANKA);
  await call(ANNA);
  for (const [code, pin] of [
    ['not-4-to-8-digits', '123'],
    ['not-4-to-8-digits', '12x4'],
    ['digit-repeated', '11159'],
    ['sequence', '71234'],
    ['sequence', '98765'],
    ['pattern', '5858'],
    ['own-number', '5600'],
    ['own-number', '0065'],
  ] as const) {
    t.match(
      await json('user', 'pin', '100', '--pin', pin),
      { code: 1, data: { error: { code } } },
      pin,
    );
  }
  t.match(await json('user', 'pin', '100', '--pin', '2580'), { code: 0, data: { pin: '2580' } });
  t.match(await json('user', 'pin', '100', '--pin', '2580'), {
    data: { error: { code: 'same-as-before' } },
  });

  const db = open();
  t.teardown(() => db.destroy());
  const { box } = openSecrets(loadConfig(env));
  const [sip] = await listSipAccounts(db, box);
  t.match(sip, { pin: '2580' });
  const userId = sip?.id ?? '';
  await saveGuesses(db, userId, { failures: 4, lockedUntil: undefined });
  const shut = { failures: 5, lockedUntil: epochMs(1_800_000) };
  await saveGuesses(db, userId, shut);
  t.strictSame(await listGuesses(db), [[userId, shut]], 'what is guessed is kept');
  t.match((await call(['user', 'pin', '100'])).out, /is now \d{6} \(shown this once\)/);
  t.strictSame(await listGuesses(db), [], 'a new PIN forgets what was guessed');
});

t.test('a command line is understood or explained', async (t) => {
  const { call, json } = vaxel(t.testdir({}));
  t.match(await call(['help']), { code: 0, out: /user add .*\n[\s\S]*trunk remove/ });
  t.match(await call([]), { code: 2, err: /Usage: vaxel/ });
  t.match(await call(['user', 'add', '--help']), {
    code: 0,
    out: /--name <full name> +.*required/,
  });
  t.match(await call(['help', 'user', 'add']), { code: 0, out: /vaxel user add <extension>/ });
  t.match(await call(['--version']), { code: 0, out: /^vaxel \d+\.\d+\.\d+\n$/ });
  t.match(await call(['user', 'ad']), { code: 2, err: /did you mean vaxel user add\?/ });
  t.match(await call(['user']), { code: 2, err: /vaxel user add <extension>/ });
  t.match(await call(['frobnicate', 'everything']), { code: 2, err: /vaxel help lists them/ });
  t.match(await call(['user', 'add', '100']), { code: 2, err: /--name must be given/ });
  t.match(await call(['user', 'add', '--name', 'Anna']), { code: 2, err: /takes <extension>/ });
  t.match(await call(['org', 'list', 'extra']), { code: 2, err: /takes no arguments/ });
  t.match(await call(['user', 'list', '--all']), { code: 2, err: /--all/ });
  t.match(await call(['device', 'add', '100', '--kind', 'fax']), {
    code: 2,
    err: /app, desk or mobile/,
  });
  t.match(await json('user', 'list', '--all'), {
    code: 2,
    err: '',
    data: { error: { code: 'usage' } },
  });
  t.match(await json('help'), { code: 0 });
  t.match(await call(['org', 'list'], { VAXEL_SIP_PORT: 'x' }), {
    code: 1,
    err: /CONFIG_INVALID.*\n +VAXEL_SIP_PORT: must be a port/,
  });
  const bug = {
    words: 'bug',
    summary: '',
    takes: [],
    options: {},
    run: async () => Promise.reject(new Error('a slip')),
  };
  const quiet = { write: () => true };
  await t.rejects(
    run(['bug'], {
      commandsOf: async () => Promise.resolve([bug]),
      env: {},
      stdout: quiet,
      stderr: quiet,
    }),
    {
      message: 'a slip',
    },
  );
});

t.test('nothing from the database steers a terminal', async (t) => {
  t.equal(
    printable('a\u001b[31mb\r\u0007\u202e\u0085\n'),
    'a\\u001b[31mb\\u000d\\u0007\\u202e\\u0085\n',
  );
  t.equal(printable('Åsa "O\'Brien" 📞'), 'Åsa "O\'Brien" 📞');
});

t.test('a change is live when the command returns', async (t) => {
  let asked = '';
  let status = 204;
  const { server, port } = await listen((request, response) => {
    asked += `${request.method ?? ''} ${request.url ?? ''};`;
    response.writeHead(status).end();
  });
  t.teardown(() => server.close());
  const { call } = vaxel(t.testdir({}), port);
  t.match(await call(ANKA), { code: 0, err: '' });
  t.equal(asked, 'POST /v1/refresh;');
  await call(['org', 'list']);
  t.equal(asked, 'POST /v1/refresh;', 'looking changes nothing');
  status = 500;
  t.match(await call(ANNA), { code: 0, err: /takes effect/ });
});

t.test('the program itself, with its secrets made privately', async (t) => {
  const state = join(t.testdir({}), 'new');
  writeFileSync(join(t.testdirName, 'password'), 'from a file\n');
  const vaxel = (...line: readonly string[]) =>
    spawnSync(process.execPath, ['dist/cli/main.js', ...line], {
      env: { ...process.env, VAXEL_STATE: state, VAXEL_HTTP_PORT: '1' },
      encoding: 'utf8',
    });
  t.match(vaxel(...ANKA, '--json'), { status: 0, stderr: '', stdout: /"domain": "anka\.example"/ });
  t.match(
    vaxel(
      'trunk',
      'add',
      'm',
      '--host',
      'h.example',
      '--username',
      'u',
      '--password-file',
      join(t.testdirName, 'password'),
    ),
    { status: 0 },
  );
  t.match(vaxel('user', 'show', '100'), {
    status: 1,
    stdout: '',
    stderr: /nobody has that extension/,
  });
  for (const name of ['key', 'esl-password']) {
    t.ok(existsSync(join(state, 'secrets', name)));
    t.equal(statSync(join(state, 'secrets', name)).mode & 0o777, 0o600);
  }
  t.equal(statSync(state).mode & 0o777, 0o700);
});

t.test('ten thousand people are loaded', async (t) => {
  const { call, open } = vaxel(t.testdir({}));
  await call(ANKA);
  const db = open();
  t.teardown(() => db.destroy());
  await fill(db, 10_000);
  const directory = await loadDirectory(db);
  t.equal(directory.accounts.size, 20_000);
  t.equal(directory.organisations.get('anka.example')?.users.size, 10_000);
});

async function fill(db: Db, count: number): Promise<void> {
  const [organisation] = await db.selectFrom('organisation').select('id').execute();
  const organisation_id = organisation?.id ?? '';
  await db.transaction().execute(async (db) => {
    for (let from = 0; from < count; from += 1000) {
      const ids = Array.from({ length: 1000 }, (_, at) => String(10_000 + from + at));
      await db
        .insertInto('user')
        .values(
          ids.map((id) => ({
            id,
            organisation_id,
            extension: id,
            name: `Nr ${id}`,
            created_at: 0,
          })),
        )
        .execute();
      const devices = ids.flatMap((id) =>
        (['app', 'desk'] as const).map((kind) => ({
          id: `${id}${kind}`,
          organisation_id,
          user_id: id,
          kind,
          label: kind,
          username: `${id}-${kind}`,
          secret: 'x',
          created_at: 0,
        })),
      );
      await db.insertInto('device').values(devices).execute();
    }
  });
}
