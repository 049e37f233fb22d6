import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import type { Finding } from '../../cli/doctor/finding.ts';
import { epochMs, systemClock } from '../../common/time.ts';
import type { FreeSwitchFacts } from '../../daemon/status.ts';
import { LANGUAGES, prompts } from '../../daemon/voice/catalogue.ts';
import { makeCertificate } from '../../provisioning/tls/certificate.ts';
import { installation } from '../support/examined.ts';
import { startRig } from '../support/provisioning-rig.ts';
import { ANKA, ANNA, listen, vaxel } from '../support/command-line.ts';

/** What is not well, as `check: level`. */
const unwell = (findings: readonly Finding[]) =>
  findings.filter(({ level }) => level !== 'ok').map(({ check, level }) => `${check}: ${level}`);

t.test('a whole installation is well, but for what it says', async (t) => {
  const { call, state, examine } = await installation(t);
  await call(ANKA);
  await call(ANNA);
  await call(['trunk', 'add', 'main', '--host', 'localhost:5080']);
  for (const language of LANGUAGES) {
    const folder = join(state, 'prompts', language);
    mkdirSync(folder, { recursive: true });
    for (const name of prompts(language).keys()) writeFileSync(join(folder, `${name}.wav`), 'x');
  }
  const { code, findings } = await examine();
  t.strictSame(unwell(findings.filter(({ check }) => check !== 'disk')), [
    'connection: error',
    'backup: warning',
  ]);
  t.equal(code, 1);
  for (const found of [
    /localhost is (127\.0\.0\.1|::1)/,
    /whole$/,
    /has mode 0600/,
    /opens what/,
  ]) {
    t.ok(
      findings.some((one) => found.test(one.found)),
      String(found),
    );
  }
  const { out } = await call(['doctor']);
  t.match(out, /^ok +configuration/);
  t.match(
    out,
    /^error +connection +no FreeSWITCH on 127\.0\.0\.1:8021.*To mend: npm start; .*log/m,
  );

  rmSync(join(state, 'prompts', 'sv', 'greeting.wav'));
  t.match((await examine()).findings.at(-1), {
    check: 'prompts',
    level: 'error',
    found: /^(\d+) of/,
  });
});

t.test('nothing installed: each thing is missing, and nothing is made', async (t) => {
  const { code, out } = await vaxel(join(t.testdir({}), 'none')).call(['doctor', '--json'], {
    FREESWITCH: '/nowhere/freeswitch',
  });
  t.equal(code, 1);
  const findings = JSON.parse(out) as readonly Finding[];
  t.strictSame(
    unwell(findings).filter((one) => !one.startsWith('ports')),
    ['state: error', 'database: error', 'freeswitch: error', 'daemon: error', 'prompts: warning'],
  );
  t.notOk(existsSync(join(t.testdirName, 'none')));
  const wrong = await vaxel(t.testdirName).call(['doctor'], { VAXEL_SIP_PORT: 'x' });
  t.match(wrong, { code: 1, out: /^error +configuration .*VAXEL_SIP_PORT.*CONFIG_INVALID/ });
});

t.test('each thing that is wrong is found, with how to mend it', async (t) => {
  const { call, state, said, examine } = await installation(t, '1.10.12');
  await call(ANKA);
  await call(['trunk', 'add', 'main', '--host', 'nowhere.invalid']);
  chmodSync(join(state, 'secrets', 'key'), 0o640);
  chmodSync(state, 0o755);
  said.freeswitch = { state: 'refused', why: 'FreeSWITCH refuses our password' };
  const { findings } = await examine({ VAXEL_PROVISIONING_PORT: '2' });
  t.strictSame(
    unwell(findings).filter((one) => !one.startsWith('disk')),
    [
      'state: warning',
      'secrets: error',
      'organisation: warning',
      'trunk: error',
      'freeswitch: warning',
      'connection: error',
      'backup: warning',
      'ports: error',
      'prompts: error',
    ],
  );
  t.ok(findings.every(({ level, mend }) => (level === 'ok') === (mend === undefined)));
  t.match(
    findings.find(({ check }) => check === 'secrets'),
    { mend: /^chmod 600 .*key$/ },
  );

  const key = join(state, 'secrets', 'key');
  chmodSync(key, 0o600);
  await call(ANNA);
  await call(['device', 'add', '100', '--kind', 'app']);
  const levels = async () =>
    (await examine()).findings.flatMap(({ check, level, mend }) =>
      check === 'secrets' ? [`${level} ${mend ?? ''}`.trim()] : [],
    );
  t.strictSame(await levels(), ['ok', 'ok', 'ok']);
  writeFileSync(key, `${Buffer.alloc(32, 7).toString('base64url')}\n`);
  t.strictSame(await levels(), ['ok', 'ok', 'error see SECRET_UNREADABLE in docs/errors.md']);

  writeFileSync(key, 'shorter-than-a-key-is\n');
  t.match((await levels()).at(-1), /^error see SECRET_UNREADABLE/, 'a key that is cut short, too');

  truncateSync(join(state, 'vaxel.db'), 5_000);
  const damaged = (await examine()).findings.find(({ check }) => check === 'database');
  t.match(damaged, { level: 'error', mend: /DATABASE_CORRUPT/ });
});

t.test('what FreeSWITCH, its trunks, lamps and the clock say is judged', async (t) => {
  const { call, said, facts, state, folder, examine } = await installation(t);
  await call(ANKA);
  const well: FreeSwitchFacts = {
    limits: { sessions: 100, peak: 3, perSecond: 30 },
    missingModules: [],
    trunks: [{ name: 'main', up: true, why: '' }],
    now: systemClock(),
  };
  facts.of = well;
  const run = join(state, 'freeswitch', 'run');
  mkdirSync(run, { recursive: true });
  writeFileSync(join(run, 'freeswitch.pid'), String(process.pid));
  const clockSays = (answer: string) => {
    writeFileSync(join(folder, 'timedatectl'), `#!/bin/sh\necho ${answer}\n`, { mode: 0o700 });
  };
  clockSays('yes');
  const of = async (check: string) => {
    const { findings } = await examine({ PATH: `${folder}:/bin:/usr/bin` });
    return findings.filter((one) => one.check === check);
  };
  for (const check of ['clock', 'modules', 'sessions', 'files', 'lamps', 'records']) {
    const found = await of(check);
    t.ok(found.length > 0 && found.every(({ level }) => level === 'ok'), `${check} is well`);
  }
  t.match(await of('trunk'), [{ level: 'warning' }, { level: 'ok', found: 'main is up' }]);

  clockSays('no');
  said.lamps = { watched: 30, wrong: 2 };
  facts.of = {
    limits: { sessions: 1e9, peak: 9e8, perSecond: 30 },
    missingModules: ['mod_opus', 'mod_spandsp'],
    trunks: [{ name: 'main', up: false, why: 'it does not answer OPTIONS' }],
    now: epochMs(systemClock() - 60_000),
  };
  const cdr = join(state, 'cdr');
  mkdirSync(join(cdr, 'unreadable'), { recursive: true });
  for (let one = 0; one < 101; one += 1) writeFileSync(join(cdr, `${one}.cdr.json`), '{');
  writeFileSync(join(cdr, 'unreadable', 'x.cdr.json'), '{');
  const wanted: readonly (readonly [string, RegExp, RegExp])[] = [
    ['clock', /nobody keeps it right/, /timesyncd/],
    ['clock', /FreeSWITCH’s is (59|60|61) seconds/, /sync_clock/],
    ['lamps', /2 of 30/, /vaxel lamps --wrong/],
    ['modules', /mod_opus, mod_spandsp/, /freeswitch-mod-/],
    ['sessions', /900000000 of 1000000000/, /max-sessions/],
    ['files', /too few for 1000000000 legs/, /LimitNOFILE=3000000000/],
    ['trunk', /main is down: it does not answer OPTIONS/, /vaxel trunk list/],
    ['records', /101 records/, /start the daemon/],
    ['records', /1 records of calls could not be read/, /unreadable/],
  ];
  const { findings } = await examine({ PATH: `${folder}:/bin:/usr/bin` });
  for (const [check, found, mend] of wanted) {
    const one = findings.find((each) => each.check === check && found.test(each.found));
    t.match(one?.mend, mend, `${check}: ${String(found)}`);
  }
});

t.test('a backup of last night is well, and an older one is not', async (t) => {
  const { call, state, examine } = await installation(t);
  await call(ANKA);
  const backup = async () => (await examine()).findings.filter(({ check }) => check === 'backup');
  t.match(await backup(), [{ level: 'warning', found: /ever/, mend: /vaxel backup/ }]);
  await call(['backup', join(t.testdirName, 'elsewhere.tar.gz')]);
  t.match(await backup(), [{ level: 'ok', found: /elsewhere\.tar\.gz is 0 hours old/ }]);
  const old = new Date(systemClock() - 49 * 3_600_000);
  utimesSync(join(state, 'last-backup'), old, old);
  t.match(await backup(), [
    { level: 'warning', found: /is 49 hours old/, mend: /^vaxel backup; then see why nobody did$/ },
  ]);
});

t.test('another program at the door for phones is told from ours', async (t) => {
  const { call, said, examine } = await installation(t);
  await call(ANKA);
  said.freeswitch = { state: 'refused', why: 'x' };
  const door = await listen((_, response) => response.end());
  t.teardown(() => door.server.close());
  const VAXEL_PROVISIONING_MONITOR_PORT = String(door.port);
  const ports = async () =>
    (await examine({ VAXEL_PROVISIONING_MONITOR_PORT })).findings.filter(
      ({ check }) => check === 'ports',
    );
  t.match(await ports(), [{ level: 'ok' }], 'ours answers at its own door, too');
  door.server.close();
  t.match(await ports(), [
    { level: 'error', found: /another program than vaxel-provisioning has 127/, mend: /ss -ltnp/ },
    { level: 'error', found: `nobody listens on 127.0.0.1:${door.port}` },
  ]);
});

t.test('certificates, addresses and names are looked at', async (t) => {
  const { call, state, folder, examine } = await installation(t);
  await call(ANKA);
  await call(['trunk', 'add', 'main', '--host', '192.0.2.1']);
  const DAY = 86_400_000;
  const given = join(folder, 'phones.pem');
  const key = join(folder, 'phones.key');
  const shown = async (host: string, fromDays: number, toDays: number) => {
    const [from, to] = [fromDays, toDays].map((days) => new Date(systemClock() + days * DAY));
    if (from === undefined || to === undefined) throw new Error('no days');
    const made = await makeCertificate({ commonName: host, host, keys: 'ec', from, to });
    writeFileSync(given, made.cert);
    writeFileSync(key, made.key);
  };
  const environment: Record<string, string> = {
    VAXEL_PHONES_CERTIFICATE: given,
    VAXEL_PHONES_KEY: key,
    VAXEL_PHONES_HOST: 'localhost',
  };
  const of = async (check: string, more: Record<string, string> = {}) => {
    const { findings } = await examine({ ...environment, ...more });
    return findings.filter((one) => one.check === check);
  };
  await shown('localhost', -1, 100);
  t.match(await of('certificate'), [{ level: 'ok', found: /lasts (99|100) days/ }]);
  t.match(await of('certificate', { VAXEL_PHONES_HOST: 'other.example' }), [
    { level: 'error', found: /is not of other\.example/, mend: /VAXEL_PHONES_HOST/ },
  ]);
  await shown('localhost', -1, 10);
  t.match(await of('certificate'), [{ level: 'warning', found: /ends in (9|10) days/ }]);
  await shown('localhost', -10, -1);
  t.match(await of('certificate'), [{ level: 'error', found: /ended/, mend: /renew/ }]);
  await shown('localhost', 2, 10);
  t.match(await of('certificate'), [{ level: 'error', found: /begins/, mend: /clock/ }]);
  writeFileSync(given, 'rubbish');
  t.match(await of('certificate'), [
    {
      level: 'error',
      found: /holds no certificate that can be read$/,
      mend: /^renew it and start/,
    },
  ]);
  rmSync(given);
  t.match(await of('certificate'), [
    { level: 'error', found: `there is no ${given}`, mend: /^put it there and start vaxel-prov/ },
  ]);
  const tls = join(state, 'freeswitch', 'tls');
  mkdirSync(tls, { recursive: true });
  await shown('localhost', -10, -1);
  writeFileSync(join(tls, 'agent.pem'), readFileSync(given));
  t.match((await of('certificate')).at(-1), { level: 'error', mend: /start FreeSWITCH/ });

  t.match(await of('nat'), [
    {
      level: 'warning',
      found: /main is at 192\.0\.2\.1, outside/,
      mend: /^set VAXEL_BIND to a public address/,
    },
  ]);
  t.match(await of('address'), [{ level: 'ok' }]);
  t.match(await of('address', { VAXEL_BIND: '203.0.113.77' }), [
    { level: 'error', found: /does not have 203\.0\.113\.77/, mend: /127\.0\.0\.1/ },
  ]);
  t.match(await of('dns'), [{ level: 'ok', found: 'localhost is 127.0.0.1' }]);
  t.match(await of('dns', { VAXEL_PHONES_HOST: 'nowhere.invalid' }), [
    { level: 'error', found: /has no address/, mend: /VAXEL_PHONES_HOST/ },
  ]);
});

t.test('a team that rings nobody, or leads to somebody who is gone, is found', async (t) => {
  const rig = await startRig(t);
  const teams = async () => {
    const { out } = await rig.call(['doctor', '--json']);
    return (JSON.parse(out) as readonly Finding[]).filter(({ check }) => check === 'teams');
  };
  const found = (text: RegExp) => [{ level: 'warning', found: text, mend: /^vaxel team set 200 / }];
  t.strictSame(await teams(), [], 'there is none');
  await rig.vaxel('user', 'add', '555', '--name', 'Cecilia Dahl');
  await rig.vaxel('team', 'add', '200', '--name', 'Alla', '--members', '100,555');
  await rig.vaxel('team', 'set', '200', '--no-answer', 'voicemail:555');
  t.match(await teams(), [{ level: 'ok', found: /all 1 ring somebody/ }]);
  await rig.vaxel('user', 'remove', '555');
  t.match(await teams(), found(/calls to 200 Alla that nobody takes are to go to 555/));
  await rig.vaxel('team', 'set', '200', '--no-answer', 'hang-up');
  await rig.vaxel('user', 'remove', '100');
  t.match(await teams(), found(/200 Alla rings nobody/));
});

t.test('numbers of nobody, old files on phones and lost rows are found', async (t) => {
  const rig = await startRig(t);
  const MAC = '0015651a2b3c';
  const { url = '' } = await rig.vaxel('phone', 'add', MAC, '--model', 'T46U', '--user', '100');
  const of = async (check: string) => {
    const { out } = await rig.call(['doctor', '--json']);
    return (JSON.parse(out) as readonly Finding[]).filter((one) => one.check === check);
  };
  t.match(await of('numbers'), [{ level: 'ok' }]);
  await rig.vaxel('number', 'add', '+46812345699');
  t.match(await of('numbers'), [
    { level: 'warning', found: /nobody has \+46812345699/, mend: /^vaxel user add … --number/ },
  ]);

  t.strictSame(await of('phones'), [], 'none has come yet');
  await rig.ask(`${new URL(url).pathname}${MAC}.cfg`);
  await rig.stop();
  t.match(await of('phones'), [{ level: 'ok', found: /^all 1/ }]);
  await rig.vaxel('phone', 'key', MAC, '--key', '2=blf:101');
  t.match(await of('phones'), [
    { level: 'warning', found: `${MAC} has an old configuration`, mend: /vaxel phone resync/ },
  ]);

  const db = new Database(join(rig.state, 'vaxel.db'));
  db.pragma('foreign_keys = OFF');
  db.exec("delete from user where extension = '100'");
  db.close();
  t.match((await of('database'))[0], {
    level: 'error',
    found: /names a user that is gone/,
    mend: /^see DATABASE_CORRUPT in/,
  });
});
