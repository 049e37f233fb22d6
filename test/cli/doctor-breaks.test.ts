import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import type { Finding } from '../../cli/doctor/finding.ts';
import { migrate, MIGRATIONS } from '../../common/db/migrate.ts';
import { systemClock } from '../../common/time.ts';
import type { FreeSwitchStatus } from '../../daemon/status.ts';
import { makeCertificate } from '../../provisioning/tls/certificate.ts';
import { ANKA, listen, vaxel } from '../support/command-line.ts';
import { installation } from '../support/examined.ts';
import { smallDisk } from '../support/small-disk.ts';

t.test('a database that is too old, too new, or not there', async (t) => {
  const { state, call, open, examine } = await installation(t);
  mkdirSync(state, { mode: 0o700 });
  const db = open();
  await migrate(db, Object.fromEntries(Object.entries(MIGRATIONS).slice(0, -1)));
  await db.destroy();
  const [newest = ''] = Object.keys(MIGRATIONS).slice(-1);
  for (const look of ['first', 'again']) {
    const { code, findings } = await examine();
    t.equal(code, 1);
    says(t, findings, 'schema', `lacks ${newest}`, 'start vaxel, which brings it up to date');
    t.notOk(
      findings.some(({ check }) => check === 'organisation'),
      `not looked into, ${look}`,
    );
  }

  await call(ANKA);
  t.match(
    (await examine()).findings.find(({ check }) => check === 'schema'),
    { level: 'ok' },
  );
  alter(state, `insert into kysely_migration values ('9999-later', 'x')`);
  says(
    t,
    (await examine()).findings,
    'database',
    /made by a newer vaxel \(it has 9999-later\): install that version or a later one, or put back/,
    'see DATABASE_NEWER in docs/errors.md',
  );

  const files = readdirSync(state).filter((name) => name.startsWith('vaxel.db'));
  for (const name of files) rmSync(join(state, name));
  says(
    t,
    (await examine()).findings,
    'database',
    /^there is no .*vaxel\.db yet$/,
    'npm start makes it',
  );
});

t.test('an office without an organisation, people, a trunk or a time of day', async (t) => {
  const { state, call, open, examine } = await installation(t);
  mkdirSync(state, { mode: 0o700 });
  const db = open();
  await migrate(db);
  await db.destroy();
  says(
    t,
    (await examine()).findings,
    'organisation',
    'there is no organisation',
    'vaxel org add <sip-domain> --name <name>',
  );

  await call(ANKA);
  const { findings } = await examine();
  says(
    t,
    findings,
    'organisation',
    'anka.example has no users',
    'vaxel user add <extension> --name <full name>',
    'warning',
  );
  says(
    t,
    findings,
    'trunk',
    'anka.example has no trunk: nobody gets out, to 112 neither',
    'vaxel trunk add <name> --host <host:port>',
    'warning',
  );
  t.match(
    findings.find(({ check }) => check === 'zone'),
    { level: 'ok', found: /is CET-1CEST/ },
  );
  alter(state, `update organisation set zone = 'Europe/Atlantis'`);
  says(
    t,
    (await examine()).findings,
    'zone',
    'anka.example: this machine does not know Europe/Atlantis',
    'install tzdata',
  );
});

t.test('names that have no address, or another', async (t) => {
  const { call, examine } = await installation(t);
  await call(ANKA);
  await call(['trunk', 'add', 'main', '--host', 'nowhere.invalid']);
  const { findings } = await examine({ VAXEL_PHONES_HOST: 'phones.invalid' });
  says(
    t,
    findings,
    'dns',
    'phones.invalid, which phones are told, has no address',
    'have DNS know it, or set VAXEL_PHONES_HOST to an address',
  );
  says(
    t,
    findings,
    'trunk',
    'main: nowhere.invalid has no address',
    'see its spelling and this machine’s DNS',
  );
  const elsewhere = { VAXEL_BIND: '127.0.0.2', VAXEL_PHONES_HOST: 'localhost' };
  says(
    t,
    (await examine(elsewhere)).findings,
    'dns',
    /^localhost, which phones are told, is (::1, )?127\.0\.0\.1(, ::1)? and not 127\.0\.0\.2$/,
    'have DNS say 127.0.0.2; where that address is translated to ours, all is well',
    'warning',
  );
});

t.test('the certificate of FreeSWITCH: gone, ended, empty, or not to be read', async (t) => {
  const { call, state, said, examine } = await installation(t);
  await call(ANKA);
  const tls = join(state, 'freeswitch', 'tls');
  mkdirSync(tls, { recursive: true });
  const file = join(tls, 'tls.pem');
  const of = async (more: Record<string, string> = {}) => {
    const ports = { VAXEL_SIP_TLS_PORT: '1', VAXEL_WSS_PORT: '0' };
    const { findings } = await examine({ ...ports, ...more });
    return findings.filter(({ check }) => check === 'certificate');
  };
  t.strictSame(await of(), [], 'FreeSWITCH has not made one yet');
  said.freeswitch = CONNECTED;
  says(
    t,
    await of(),
    'certificate',
    `there is no ${file}`,
    'put yours back, and start FreeSWITCH again: it makes one where there is none',
  );

  const shown = async (fromDays: number, toDays: number, into = file) => {
    const [from, to] = [fromDays, toDays].map((days) => new Date(systemClock() + days * DAY_MS));
    if (from === undefined || to === undefined) throw new Error('no days');
    const host = 'localhost';
    const { cert, key } = await makeCertificate({ commonName: host, host, keys: 'ec', from, to });
    writeFileSync(into, `${cert}${key}`);
  };
  const another = 'remove the file and start FreeSWITCH again, which makes another';
  await shown(-10, 100);
  t.match(await of(), [{ level: 'ok', found: /tls\.pem lasts (99|100) days$/ }]);
  await shown(-10, 10);
  says(t, await of(), 'certificate', /tls\.pem ends in (9|10) days$/, another, 'warning');
  await shown(-10, -1);
  says(t, await of(), 'certificate', /tls\.pem ended .* GMT$/, another);
  await shown(2, 10);
  const wait = 'see this machine’s clock, else wait or take another';
  says(t, await of(), 'certificate', /tls\.pem begins .* GMT$/, wait);
  writeFileSync(file, '');
  says(t, await of(), 'certificate', `${file} holds no certificate that can be read`, another);
  rmSync(file);
  mkdirSync(file);
  says(
    t,
    await of(),
    'certificate',
    `${file} cannot be read (EISDIR)`,
    `let FreeSWITCH read it, and run vaxel doctor as a user who may; ls -l ${file} says who may`,
  );
  rmSync(file, { recursive: true });
  symlinkSync('/nowhere/tls.pem', file);
  says(
    t,
    await of(),
    'certificate',
    `there is no ${file}`,
    'put yours back, and start FreeSWITCH again: it makes one where there is none',
  );

  rmSync(file);
  await shown(-10, 100, join(tls, 'agent.pem'));
  t.match(await of(), [{ level: 'ok', found: /agent\.pem lasts/ }], 'one that was given is enough');
  const wss = await of({ VAXEL_WSS_PORT: '2' });
  const made = 'put yours back, and start FreeSWITCH again: it makes one where there is none';
  says(t, wss, 'certificate', `there is no ${join(tls, 'wss.pem')}`, made);
  await shown(-10, 100, join(tls, 'wss.crt'));
  writeFileSync(join(tls, 'wss.key'), '');
  const two = [{ found: /agent\.pem lasts/ }, { found: /wss\.crt lasts/ }];
  t.match(await of({ VAXEL_WSS_PORT: '2' }), two);
  t.equal((await of({ VAXEL_WSS_PORT: '2' })).length, 2);
});

t.test('the certificate we made for phones has ended', async (t) => {
  const { call, state, examine } = await installation(t);
  await call(ANKA);
  const [from, to] = [-10, -1].map((days) => new Date(systemClock() + days * DAY_MS));
  if (from === undefined || to === undefined) throw new Error('no days');
  const made = await makeCertificate({ commonName: 'x', host: '127.0.0.1', keys: 'ec', from, to });
  mkdirSync(join(state, 'provisioning'));
  writeFileSync(join(state, 'provisioning', 'server.crt'), made.cert);
  says(
    t,
    (await examine()).findings,
    'certificate',
    /server\.crt ended /,
    'start vaxel-provisioning again, which makes another',
  );
});

t.test('secrets that are gone, or open to others', async (t) => {
  const { call, state, examine } = await installation(t);
  await call(ANKA);
  const key = join(state, 'secrets', 'key');
  chmodSync(key, 0o644);
  says(
    t,
    (await examine()).findings,
    'secrets',
    `${key} can be read by others (mode 644)`,
    `chmod 600 ${key}`,
  );
  rmSync(key);
  says(
    t,
    (await examine()).findings,
    'secrets',
    `there is no ${key}`,
    'put it back from a backup; without it see SECRET_UNREADABLE in docs/errors.md',
  );
});

t.test('a state directory that is not there, or open to others', async (t) => {
  const { call, state, examine } = await installation(t);
  says(
    t,
    (await examine()).findings,
    'state',
    `there is no directory ${state}`,
    'npm start makes it; or set VAXEL_STATE',
  );
  await call(ANKA);
  chmodSync(state, 0o755);
  says(
    t,
    (await examine()).findings,
    'state',
    `${state} is open to other users of this machine`,
    `chmod 700 ${state}`,
    'warning',
  );
});

t.test('a state directory of another user, or that may not be written', async (t) => {
  if (process.getuid?.() !== 0) {
    t.comment('not run: it takes root to be somebody else');
    return;
  }
  const { state, call, env } = await installation(t);
  await call(ANKA);
  const byNobody = async () => {
    const around = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const line = [process.execPath, 'dist/cli/main.js', 'doctor', '--json'];
    // What coverage is measured by cannot be written by somebody else: nothing of it is handed on.
    const program = spawn('env', ['-i', 'PATH=/usr/bin:/bin', ...around, ...line], {
      stdio: ['ignore', 'pipe', 'inherit'],
      ...{ uid: NOBODY, gid: NOBODY },
    });
    return JSON.parse(await text(program.stdout)) as readonly Finding[];
  };
  const give = (uid: number, mode: number) => {
    chownSync(state, uid, uid);
    chmodSync(state, mode);
  };
  give(NOBODY - 1, 0o755);
  says(
    t,
    await byNobody(),
    'state',
    `${state} belongs to user ${NOBODY - 1}, not ${NOBODY}`,
    `run vaxel as user ${NOBODY - 1}`,
  );
  give(NOBODY, 0o500);
  const findings = await byNobody();
  says(t, findings, 'state', `${state} cannot be written`, `chmod 700 ${state}`);
  const opened = /vaxel\.db cannot be opened for writing: see that its directory .* owned by vaxel/;
  says(t, findings, 'database', opened, 'see DATABASE_FAILED in docs/errors.md');
});

t.test('a disk that is full, or nearly', async (t) => {
  for (const [megabytes, level] of [
    [90, 'error'],
    [900, 'warning'],
  ] as const) {
    const disk = smallDisk(t, megabytes);
    if (disk === undefined) return;
    const state = join(disk, 'state');
    const around = vaxel(state);
    await around.call(ANKA);
    const { data } = await around.json('doctor');
    const mend = `free some space where ${state} lies: messages and records need it`;
    says(t, data as unknown as readonly Finding[], 'disk', /^\d+ MB free$/, mend, level);
  }
});

t.test('a FreeSWITCH that is not there, says nothing, or has known holes', async (t) => {
  const { folder, examine } = await installation(t, '1.10.12');
  const binary = join(folder, 'freeswitch');
  says(
    t,
    (await examine()).findings,
    'freeswitch',
    `${binary} is 1.10.12, which has known holes`,
    'install 1.11.2 or later',
    'warning',
  );
  writeFileSync(binary, '#!/bin/sh\nexit 1\n', { mode: 0o700 });
  says(
    t,
    (await examine()).findings,
    'freeswitch',
    `${binary} does not tell its version`,
    `run ${binary} -version by hand`,
  );
  rmSync(binary);
  says(
    t,
    (await examine()).findings,
    'freeswitch',
    `there is no FreeSWITCH binary at ${binary}`,
    'install FreeSWITCH, or set FREESWITCH to the path of its binary',
  );
});

t.test('a daemon that is down or has no FreeSWITCH, and prompts that are not there', async (t) => {
  const { state, call, env, said, examine } = await installation(t);
  await call(ANKA);
  said.prompts = 'making';
  const absent = (await examine()).findings;
  says(
    t,
    absent,
    'connection',
    'no FreeSWITCH on 127.0.0.1:8021: FreeSWITCH is not there',
    `npm start; where it should be running, see ${state}/log and ${state}/freeswitch/log/freeswitch.log`,
  );
  const none = /^0 of \d+ prompts are there$/;
  says(t, absent, 'prompts', none, 'wait a minute: they are being made', 'warning');

  said.prompts = 'failed';
  said.freeswitch = { state: 'refused', why: 'FreeSWITCH refuses our password' };
  const refused = (await examine()).findings;
  says(
    t,
    refused,
    'connection',
    'FreeSWITCH refuses our password',
    'another FreeSWITCH may have that port (VAXEL_ESL_PORT moves ours); else see ESL_AUTH_REFUSED and ESL_ADDRESS_REFUSED in docs/errors.md',
  );
  says(
    t,
    refused,
    'prompts',
    none,
    `the daemon makes them within some minutes; where it does not, see its log (${state}/log) and SPEECH_FAILED in docs/errors.md`,
  );

  // Where the daemon should be, something else is.
  const other = await listen((_, response) => response.end('hello'));
  t.teardown(() => other.server.close());
  const down = (await examine({ VAXEL_HTTP_PORT: String(other.port) })).findings;
  says(
    t,
    down,
    'daemon',
    `vaxel-daemon does not answer on 127.0.0.1:${other.port}`,
    `npm start; where it should be running, its log says why not: ${state}/log`,
  );
  says(t, down, 'prompts', none, 'the daemon makes them when it starts', 'warning');
  says(
    t,
    down,
    'ports',
    `something listens on 127.0.0.1:${other.port}`,
    'where that is no part of vaxel, move ours with VAXEL_HTTP_PORT',
    'warning',
  );

  said.freeswitch = CONNECTED;
  const port = env['VAXEL_HTTP_PORT'] ?? '';
  const silent = (await examine({ VAXEL_HTTP_PORT: port, VAXEL_SIP_PORT: '2' })).findings;
  says(
    t,
    silent,
    'ports',
    'nobody listens on 127.0.0.1:2',
    `see why in its log, ${state}/log; VAXEL_SIP_PORT moves the port`,
  );
});

t.test('a wrong configuration', async (t) => {
  const { call, examine } = await installation(t);
  await call(ANKA);
  const { findings } = await examine({ VAXEL_SIP_PORT: 'x' });
  t.equal(findings.length, 1, 'nothing further is looked at');
  says(t, findings, 'configuration', /VAXEL_SIP_PORT/, 'see CONFIG_INVALID in docs/errors.md');
});

const CONNECTED: FreeSwitchStatus = {
  ...({ state: 'connected', version: '1.11.2' } as const),
  ...{ channels: 0, calls: 0, registrations: [] },
};

const DAY_MS = 86_400_000;
/** On Debian and elsewhere. */
const NOBODY = 65_534;

/** Doctor says this of what was broken, and this is how it is mended. */
function says(
  t: Test,
  findings: readonly Finding[],
  check: string,
  found: string | RegExp,
  mend: string,
  level: Finding['level'] = 'error',
): void {
  const of = findings.filter((one) => one.check === check);
  const is = (said: string) => (typeof found === 'string' ? said === found : found.test(said));
  const { level: seen, mend: told } = of.find((one) => is(one.found)) ?? {};
  t.strictSame([seen, told], [level, mend], `${check}: ${JSON.stringify(of)}`);
}

/** One line of SQL in the database that is there. */
function alter(state: string, line: string): void {
  const db = new Database(join(state, 'vaxel.db'));
  db.exec(line);
  db.close();
}
