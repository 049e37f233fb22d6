import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import t, { type Test } from 'tap';
import { loadConfig } from '../common/config.ts';
import type { Db } from '../common/db/open.ts';
import { listOrganisations } from '../common/db/organisations.ts';
import { welcomeGuest } from '../common/db/phone-guests.ts';
import { openLog } from '../common/log.ts';
import { SECURITY_EVENTS } from '../common/security.ts';
import { epochMs, systemClock } from '../common/time.ts';
import type { LegId } from '../daemon/call/event.ts';
import { loadDirectory } from '../daemon/directory.ts';
import { openMailboxLocks } from '../daemon/mailbox-locks.ts';
import { apiRig } from './support/api-rig.ts';
import { ANKA, ANNA, vaxel } from './support/command-line.ts';
import { eventually } from './support/eventually.ts';
import { foundBy } from './support/fail2ban.ts';
import { runProvisioning } from './support/provisioning-program.ts';
import { ask, freePort } from './support/provisioning-rig.ts';
import { PATIENCE_MS } from './support/patience.ts';

t.test('of each kind of line, what docs/logs.md says is read, and nothing else', async (t) => {
  const lines = [
    ...(await phonesTurnedAway(t)),
    ...(await clientsTurnedAway(t)),
    ...(await guessed(t)),
  ];
  const kindOf = (line: string) => (JSON.parse(line) as { security?: string }).security;
  const kinds = new Set(lines.map(kindOf));
  for (const kind of [...SECURITY_EVENTS, undefined]) {
    t.ok(kinds.has(kind), `there is one of ${kind ?? 'no such kind'}`);
  }
  const rows = readFileSync('docs/logs.md', 'utf8').matchAll(/^\| `([a-z-]+)` +\|.*\| yes +\|$/gm);
  const told = new Set([...rows].map(([, kind]) => kind));
  t.equal(told.size, 4);
  const read = lines.filter((line) => told.has(kindOf(line)));
  const unread = lines.filter((line) => !told.has(kindOf(line)));
  const found = read.map(() => '127.0.0.1');
  const journalled = (line: string) => `host vaxel-daemon[12]: ${line}`;
  t.strictSame(foundBy(t, 'vaxel', read, t.testdirName), found, 'in a file');
  t.strictSame(foundBy(t, 'vaxel', read.map(journalled), t.testdirName), found, 'in the journal');
  t.strictSame(foundBy(t, 'vaxel', [...unread, ...unread.map(journalled)], t.testdirName), []);
});

t.test('each jail has a filter of ours and shuts the ports we listen on', async (t) => {
  const jails = readFileSync(JAILS, 'utf8')
    .split(/^(?=\[)/m)
    .slice(1);
  const { ports } = loadConfig({ VAXEL_STATE: t.testdir({}) });
  const open: Readonly<Record<string, readonly (number | undefined)[]>> = {
    vaxel: [ports.provisioning, ports.provisioningYealink, ports.provisioningPolycom],
    'vaxel-sip': [ports.sip, ports.sipTls, ports.ws, ports.wss, ports.trunk],
  };
  const names = jails.map((jail) => /^\[(.+)\]/.exec(jail)?.[1] ?? '');
  t.strictSame(names, Object.keys(open));
  for (const [index, name] of names.entries()) {
    const option = (key: string) =>
      new RegExp(`^${key} += (.*)$`, 'm').exec(jails[index] ?? '')?.[1];
    t.equal(option('enabled'), 'true');
    t.ok(
      existsSync(join('fail2ban/filter.d', `${option('filter') ?? ''}.conf`)),
      `${name} has a filter`,
    );
    t.strictSame(option('port')?.split(','), open[name]?.map(String), `${name} shuts its ports`);
    // iptables and nftables know no ports of `all`.
    t.match(option('protocol'), /^tcp(,udp)?$/, `${name}: of protocols that have ports`);
  }
});

t.test('fail2ban itself takes filters and jails as they are', (t) => {
  const etc = fail2banFolder();
  if (etc === undefined) {
    t.comment('no fail2ban here: it was not asked');
    t.pass('not asked');
    t.end();
    return;
  }
  // A folder of its own, with the packaged rules that a jail of ours builds on; nothing is started.
  const folder = t.testdir({ run: {}, 'freeswitch.log': '' });
  const config = join(folder, 'config');
  cpSync(etc, config, { recursive: true, dereference: true });
  rmSync(join(config, 'jail.d'), { recursive: true });
  cpSync('fail2ban', config, { recursive: true });
  const jails = readFileSync(JAILS, 'utf8');
  const logpath = /^(logpath += ).*$/m;
  t.match(jails, logpath);
  const ours = join(config, 'jail.d', 'vaxel.conf');
  writeFileSync(ours, jails.replace(logpath, `$1${join(folder, 'freeswitch.log')}`));
  const client = (...asked: readonly string[]) =>
    spawnSync(
      'fail2ban-client',
      ['-c', config, '-s', join(folder, 'run/s'), '-p', join(folder, 'run/p'), ...asked],
      {
        encoding: 'utf8',
        timeout: PATIENCE_MS,
      },
    );
  const tested = client('-t');
  t.equal(tested.status, 0, tested.stdout + tested.stderr);
  const told = client('-d').stdout;
  for (const line of [
    "['add', 'vaxel', 'systemd']",
    "'_SYSTEMD_UNIT=vaxel-daemon.service']",
    "['add', 'vaxel-sip', 'auto']",
    "['set', 'vaxel-sip', 'maxretry', 10]",
    "['set', 'vaxel-sip', 'bantime', '1h']",
    "['start', 'vaxel']",
    "['start', 'vaxel-sip']",
  ]) {
    t.ok(told.includes(line), line);
  }
  writeFileSync(ours, jails.replace('filter   = vaxel-sip', 'filter   = vaxel-nothing'));
  t.not(client('-t').status, 0, 'and it would have said so');
  t.end();
});

/** What phones, and who pretends to be one, make provisioning say. */
async function phonesTurnedAway(t: Test): Promise<readonly string[]> {
  const shell = vaxel(t.testdir({}));
  const port = await freePort();
  const more = { VAXEL_PROVISIONING_PORT: String(port), VAXEL_PHONES_LOBBY: 'true' };
  const env = { ...shell.env, ...more };
  await shell.call(ANKA, env);
  await shell.call(ANNA, env);
  await fillLobby(shell.open());
  const said = await runProvisioning(t, env);
  await ask(port, `/lobby/${MAC}.cfg`, {
    headers: { 'User-Agent': `Yealink SIP-T46U 108.86.0.90 ${MAC}` },
  });
  await ask(port, '/y000000000000.cfg', {});
  await eventually('the door to shut', async () => {
    await ask(port, `/${'a'.repeat(26)}/${MAC}.cfg`, {});
    return said().includes('phone refused too often');
  });
  return said()
    .split('\n')
    .filter((line) => line.startsWith('{'));
}

/** As many new phones of this machine's address as may wait. */
async function fillLobby(db: Db): Promise<void> {
  const [organisation] = await listOrganisations(db);
  const now = systemClock();
  for (let n = 0, welcome = true; welcome; n += 1) {
    const mac = `001565${String(n).padStart(6, '0')}`;
    const guest = {
      mac,
      organisationId: organisation?.id ?? '',
      model: 'T46U',
      address: '127.0.0.1',
    };
    welcome = (await welcomeGuest(db, guest, now, epochMs(now + 3_600_000))) !== undefined;
  }
  await db.destroy();
}

/** What clients of the API make the daemon say. */
async function clientsTurnedAway(t: Test): Promise<readonly string[]> {
  const rig = await apiRig(t);
  await ask(rig.port, '/v1/self', {});
  await ask(rig.port, '/v1/self', { headers: { Origin: 'http://evil.example' } });
  await ask(rig.port, '/metrics', { headers: { Host: 'evil.example' } });
  return rig.logged;
}

/** What wrong PINs make the daemon say. */
async function guessed(t: Test): Promise<readonly string[]> {
  const lines: string[] = [];
  const log = openLog('vaxel-daemon', 'info', { write: (line) => void lines.push(line.trimEnd()) });
  const { db } = await apiRig(t);
  const guard = await openMailboxLocks({ db, log, turnAway: () => undefined });
  const login = {
    kind: 'mailbox-login',
    leg: 'a' as LegId,
    user: '100',
    domain: 'anka.example',
  } as const;
  const directory = await loadDirectory(db);
  for (let n = 0; n < 5; n += 1) {
    guard.note({ ...login, at: systemClock(), success: false, waived: false }, directory);
  }
  return lines;
}

/** Where the one that is found keeps its configuration, installed or unpacked. */
function fail2banFolder(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const bin = folders.find((folder) => existsSync(join(folder, 'fail2ban-client')));
  return bin && join(bin, '../../etc/fail2ban');
}

const JAILS = 'fail2ban/jail.d/vaxel.conf';
const MAC = '0015651a2b3c';
