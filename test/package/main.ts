import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { boot, installDebian, type Machine } from './machine.ts';
import { NEWEST, olderPackage } from './older.ts';

// The life of the package on an empty Debian with a systemd of its own: installed without a network, hung, upgraded,
// taken back, removed, purged. As root, after `npm run package`; it takes some minutes. Prints what it saw.
const OLDER = '0.0.9-1';
const UNITS = ['vaxel-daemon', 'vaxel-provisioning'] as const;
const STATE = '/var/lib/vaxel';
const UP_MS = 180_000;

async function live(machine: Machine): Promise<void> {
  const run: Machine['run'] = (...command) => machine.run(...command);
  const attempt: Machine['attempt'] = (...command) => machine.attempt(...command);
  const before = traces(machine);

  run('dpkg', '-i', '/root/older.deb');
  await up(machine);
  saw(`installed ${OLDER} without a network; ${state(machine)}`);
  run('vaxel', 'org', 'add', 'anka.example', '--name', 'Anka AB', '--area-code', '08');
  run('vaxel', 'user', 'add', '100', '--name', 'Anna Berg');
  const doctor = attempt('vaxel', 'doctor');
  assert.equal(doctor.status, 1, 'there is no FreeSWITCH here, and doctor says so');
  const wrong = doctor.said.split('\n').filter((line) => line.startsWith('error'));
  assert.ok(
    wrong.every((line) => /FreeSWITCH|freeswitch/.test(line)),
    wrong.join('\n'),
  );
  saw(`vaxel doctor misses FreeSWITCH, and nothing else (${wrong.length} lines)`);

  const owner = run('stat', '-c', '%U:%G %a', `${STATE}/secrets/key`, `${STATE}/vaxel.db`);
  assert.equal(owner, 'vaxel:vaxel 600\nvaxel:vaxel 660');
  const secret = attempt('setpriv', ...AS_FREESWITCH, 'cat', `${STATE}/vaxel.db`);
  assert.notEqual(secret.status, 0, 'FreeSWITCH does not read the database');
  run('setpriv', ...AS_FREESWITCH, 'cat', `${STATE}/freeswitch/conf/freeswitch.xml`);
  run('setpriv', ...AS_FREESWITCH, 'touch', `${STATE}/voicemail/a`, `${STATE}/cdr/a`);
  run('setpriv', '--reuid=vaxel', '--regid=vaxel', '--init-groups', 'rm', `${STATE}/cdr/a`);
  saw('FreeSWITCH’s user reads its configuration, writes messages, and does not read the database');

  const hung = pidOf(machine, 'vaxel-daemon');
  run('mkdir', '-p', '/run/systemd/system/vaxel-daemon.service.d');
  const soon = '[Service]\\nWatchdogSec=3s\\nTimeoutAbortSec=2s\\n';
  run('sh', '-c', `printf '${soon}' >/run/systemd/system/vaxel-daemon.service.d/soon.conf`);
  run('systemctl', 'daemon-reload');
  run('systemctl', 'restart', 'vaxel-daemon');
  await up(machine);
  const stopped = pidOf(machine, 'vaxel-daemon');
  assert.notEqual(stopped, hung);
  run('sh', '-c', `kill -STOP ${stopped}`);
  await eventually('new daemon', () => !['0', stopped].includes(pidOf(machine, UNITS[0])), UP_MS);
  run('rm', '-r', '/run/systemd/system/vaxel-daemon.service.d');
  run('systemctl', 'daemon-reload');
  await up(machine);
  assert.match(run('journalctl', '-u', 'vaxel-daemon', '-o', 'cat'), /Watchdog timeout/);
  saw('a daemon that hung was killed by the watchdog and started again');

  run('dpkg', '-i', '/root/vaxel.deb');
  await up(machine);
  assert.match(run('vaxel', 'user', 'list'), /Anna Berg/);
  run('test', '-s', `${STATE}/vaxel.db.before-${NEWEST}`);
  saw(
    `upgraded to ${run('vaxel', '--version')}: people are there, and a copy from before ${NEWEST}`,
  );

  const refused = attempt('dpkg', '-i', '/root/older.deb');
  assert.notEqual(refused.status, 0);
  const way = refused.said.split('\n').filter((line) => line.startsWith('  '));
  assert.equal(way.length, 3, refused.said);
  await up(machine);
  saw(`going back is refused, the newer one runs on, and this way is shown:\n${way.join('\n')}`);
  for (const command of way) run('sh', '-c', command);
  run('dpkg', '-i', '/root/older.deb');
  await up(machine);
  assert.match(run('vaxel', 'user', 'list'), /Anna Berg/);
  saw('that way was gone: the older version runs, with its people');

  run('dpkg', '--remove', 'vaxel');
  for (const name of UNITS) assert.notEqual(attempt('systemctl', 'is-active', name).status, 0);
  run('test', '-s', `${STATE}/vaxel.db`);
  run('test', '-s', '/etc/vaxel/vaxel.toml');
  run('test', '-e', `${STATE}/voicemail/a`);
  run('dpkg', '-i', '/root/older.deb');
  await up(machine);
  assert.match(run('vaxel', 'user', 'list'), /Anna Berg/);
  saw('removed: nothing runs, all is kept; installed again it goes on');

  run('dpkg', '--purge', 'vaxel');
  assert.deepEqual(
    traces(machine).filter((line) => !before.includes(line)),
    [],
  );
  saw('purged: no file, no user and no unit is left');
}

const AS_FREESWITCH = ['--reuid=freeswitch', '--regid=freeswitch', '--init-groups'] as const;

async function up(machine: Machine): Promise<void> {
  for (const name of UNITS) {
    await eventually(
      `running ${name}`,
      () => machine.attempt('systemctl', 'is-active', name).said === 'active',
      UP_MS,
    ).catch((error: unknown) => {
      process.stderr.write(`${machine.run('journalctl', '-u', name, '-n', '20', '-o', 'cat')}\n`);
      throw error;
    });
  }
}

const pidOf = (machine: Machine, name: string): string =>
  machine.run('systemctl', 'show', '-p', 'MainPID', '--value', name);

const state = (machine: Machine): string =>
  UNITS.map(
    (name) => `${name}: ${machine.run('systemctl', 'show', '-p', 'StatusText', '--value', name)}`,
  ).join('; ');

/** Every file, user and group there is, but for what dpkg and the journal write down. */
function traces(machine: Machine): readonly string[] {
  const pruned = ['/proc', '/sys', '/dev', '/run', '/tmp', '/root', '/var/log', '/var/lib/dpkg'];
  const but = pruned.flatMap((path) => ['-path', path, '-prune', '-o']);
  const found = machine.run('find', '/', ...but, '-print').split('\n');
  const accounts = machine.run('cat', '/etc/passwd', '/etc/group').split('\n');
  return [...found, ...accounts].filter(
    (line) => !/^\/(etc\/.*-|etc\/\.pwd\.lock|var\/cache\/.*)$/.test(line),
  );
}

function saw(what: string): void {
  process.stdout.write(`${what}\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'vaxel-package-test-'));
const tree = join(folder, 'debian');
let machine: Machine | undefined;
try {
  const deb = join('dist', readdirSync('dist').find((name) => name.endsWith('.deb')) ?? '');
  installDebian(tree);
  copyFileSync(deb, join(tree, 'root/vaxel.deb'));
  copyFileSync(olderPackage(deb, folder, OLDER), join(tree, 'root/older.deb'));
  machine = await boot(tree);
  await live(machine);
} finally {
  machine?.halt();
  rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 500 });
}
