import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.ts';
import { freeSwitchBinary } from '../support/exchange.ts';
import { firing, type Pages } from './alerts.ts';
import { type Break, BREAKS } from './breaks.ts';
import { installFreeSwitch } from './freeswitch.ts';
import { boot, installDebian, type Machine } from './machine.ts';
import { openOffice, type Office } from './office.ts';
import { NEWEST, olderPackage } from './older.ts';

// docs/install.md on an empty Debian with a systemd of its own and a real FreeSWITCH, up to the first call; last
// night's backup, carried on with on another machine; and there one thing after the other is broken, and doctor, metrics and
// journal have to name it. As root, after `npm run package`; it takes a quarter of an hour. Prints what it saw.
const OLDER = '0.0.9-1';
/** For documentation (RFC 5737), on the loopback of this network alone. */
const ADDRESS = '192.0.2.10';
const PREPARED = process.argv[2];
/** Some things alone (`DRILL_ONLY=trunk,disk`), on the first machine. */
const ONLY = process.env['DRILL_ONLY']?.split(',');

if (PREPARED === undefined) prepare();
else await drill(PREPARED);

/** Needs the network; what follows has one of its own, in which the telephones are. */
function prepare(): void {
  if (freeSwitchBinary === undefined) throw new Error('there is no FreeSWITCH here to drill with');
  const folder = mkdtempSync(join(tmpdir(), 'vaxel-drill-'));
  try {
    const first = join(folder, 'first');
    installDebian(first);
    installFreeSwitch(freeSwitchBinary, first);
    const deb = join('dist', readdirSync('dist').find((name) => name.endsWith('.deb')) ?? '');
    copyFileSync(deb, join(first, 'root/vaxel.deb'));
    copyFileSync(olderPackage(deb, folder, OLDER), join(first, 'root/older.deb'));
    execFileSync('cp', ['-a', first, join(folder, 'second')]);
    const inside = [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url), folder];
    const { status } = spawnSync('unshare', ['-n', ...inside], { stdio: 'inherit' });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 500 });
  }
}

async function drill(folder: string): Promise<void> {
  const backup = join(folder, 'second/root/backup.tar.gz');
  let machine: Machine | undefined;
  try {
    const tree = join(folder, 'first');
    machine = await boot(tree, 'ours');
    install(machine, 'older');
    const office = await openOffice(machine, tree);
    saw(`the first call: ${await office.talk()}`);
    saw(`upgraded from ${OLDER} during calls: ${await office.talkThrough(upgrade)}`);
    machine.run('vaxel', 'backup', '/root/first.tar.gz');
    const usual = await atRest(office);
    saw(`doctor is content, but for: ${usual.join('; ')}`);
    if (ONLY !== undefined) {
      await breakThings(office, usual);
      office.close();
      return;
    }
    office.close();
    const placed = await atItsAddress(machine, office);
    saw(
      `bound to ${ADDRESS}: ${await placed.talk()}; doctor: ${(await atRest(placed)).join('; ')}`,
    );
    await placed.leaveThings();
    nightPasses(machine);
    const made = await eventually(
      'backup of the night',
      () => newestBackup(office.machine),
      120_000,
    );
    copyFileSync(join(tree, 'root', made), backup);
    placed.close();
    machine.halt();
    saw(`last night’s backup: ${made}`);

    machine = await boot(join(folder, 'second'), 'ours');
    install(machine, 'vaxel');
    machine.run('systemctl', 'stop', 'vaxel-daemon', 'vaxel-provisioning', 'freeswitch');
    saw(machine.run('vaxel', 'restore', '/root/backup.tar.gz', '--replace'));
    machine.run('systemctl', 'start', 'vaxel-daemon', 'vaxel-provisioning', 'freeswitch');
    const again = await placed.moveTo(machine, join(folder, 'second'));
    saw(`another machine carries on: ${await again.talk()}`);
    saw(`and what was left is there: ${await again.findThings()}`);
    machine.run('vaxel', 'backup', '/root/again.tar.gz');
    assert.deepEqual(await again.settled(usual), usual);
    await breakThings(again, usual);
    again.close();
  } finally {
    machine?.halt();
  }
}

/** @returns what doctor warns of on a machine like this, once nothing is wrong: a new trunk is asked every half minute. */
async function atRest(office: Office): Promise<readonly string[]> {
  return eventually(
    'doctor that names no error',
    async () => {
      const said = await office.unwell();
      return !said.some((each) => each.includes(': error: ')) && said;
    },
    240_000,
  );
}

/** One after the other; says which, and goes on where one was not named or not cured. */
async function breakThings(office: Office, usual: readonly string[]): Promise<void> {
  const wanted = BREAKS.filter(({ id }) => ONLY === undefined || ONLY.includes(id));
  const failed: string[] = [];
  for (const [at, one] of wanted.entries()) {
    try {
      saw(`${at + 1}. ${one.what}\n${await examine(one, office, usual)}`);
    } catch (error) {
      failed.push(one.id);
      saw(`${at + 1}. ${one.what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  assert.deepEqual(failed, [], 'everything was named and cured');
  saw(`${wanted.length} things were broken, named and cured`);
}

/** As docs/install.md says it, steps 1 and 2. The state lies on a small disk, so that it can be full. */
function install({ run }: Machine, what: 'vaxel' | 'older'): void {
  run('mkdir', '-p', '/var/lib/vaxel');
  run('mount', '-t', 'tmpfs', '-o', 'size=1500m,mode=755', 'tmpfs', '/var/lib/vaxel');
  run('dpkg', '-i', `/root/${what}.deb`);
  run('systemctl', 'enable', '--now', 'freeswitch');
  run('systemctl', 'restart', 'freeswitch');
}

/** As docs/install.md says it, step 3, with a name server that knows the host. */
async function atItsAddress(machine: Machine, office: Office): Promise<Office> {
  execFileSync('ip', ['address', 'add', `${ADDRESS}/32`, 'dev', 'lo']);
  appendFileSync(join(office.tree, 'etc/hosts'), `${ADDRESS} exchange.example\n`);
  const toml = join(office.tree, 'etc/vaxel/vaxel.toml');
  const usual = readFileSync(toml, 'utf8');
  writeFileSync(toml, `bind = "${ADDRESS}"\n${usual}\n[phones]\nhost = "exchange.example"\n`);
  machine.run('systemctl', 'restart', 'vaxel-daemon', 'vaxel-provisioning');
  machine.run('systemctl', 'restart', 'freeswitch');
  return office.moveTo(machine, office.tree, ADDRESS);
}

/** As docs/install.md says it; the database is of a version before. */
function upgrade({ run }: Machine): void {
  run('dpkg', '-i', '/root/vaxel.deb');
  assert.notEqual(run('dpkg-query', '-W', '-f', '${Version}', 'vaxel'), OLDER);
  run('test', '-s', `/var/lib/vaxel/vaxel.db.before-${NEWEST}`);
}

/** The timer that the package has enabled comes due, only sooner. */
function nightPasses({ run }: Machine): void {
  assert.equal(run('systemctl', 'is-enabled', 'vaxel-backup.timer'), 'enabled');
  assert.equal(run('systemctl', 'is-active', 'vaxel-backup.timer'), 'active');
  const soon = '/run/systemd/system/vaxel-backup.timer.d';
  run('mkdir', '-p', soon);
  run(
    'sh',
    '-c',
    `printf '[Timer]\\nOnCalendar=\\nOnActiveSec=1s\\nRandomizedDelaySec=0\\n' >${soon}/soon.conf`,
  );
  run('systemctl', 'daemon-reload');
  run('systemctl', 'restart', 'vaxel-backup.timer');
}

/** Copied to where we can read it. */
function newestBackup({ attempt, run }: Machine): string | undefined {
  const { said } = attempt('sh', '-c', 'ls -t /var/lib/vaxel/backups/*.tar.gz | head -1');
  if (!said.endsWith('.tar.gz')) return undefined;
  run('vaxel', 'backup', '--check', said);
  run('cp', said, '/root/');
  return said.slice(said.lastIndexOf('/') + 1);
}

/** Breaks it, sees what names it, and mends it. @returns what did, a line each. */
async function examine(one: Break, office: Office, usual: readonly string[]): Promise<string> {
  const before = await office.pages();
  const since = Math.floor(Date.now() / 1_000);
  const during: Pages[] = [];
  const lines: string[] = [];
  const note = (who: string, said: string) => lines.push(`   ${who.padEnd(8)}${said}`);
  try {
    await one.break(office, async () => {
      during.push(await office.pages());
    });
    const { check, found } = one.doctor;
    const finding = await eventually(
      `finding of ${check} that says ${String(found)}`,
      async () =>
        (await office.doctor()).find(
          (each) => each.check === check && each.level !== 'ok' && found.test(each.found),
        ),
      120_000,
    );
    const text = office.machine.attempt('vaxel', 'doctor').said;
    assert.ok(text.includes(finding.found), `doctor says it in words, too: ${text}`);
    note(
      'doctor',
      `${finding.level} ${finding.check}: ${finding.found}. To mend: ${finding.mend ?? ''}`,
    );

    if (during.length === 0) during.push(await office.pages());
    const minutes = Math.ceil(20 / during.length);
    const alerts = firing([
      { pages: before, minutes: 10 },
      ...during.map((pages) => ({ pages, minutes })),
    ]);
    assert.ok(alerts !== undefined, 'promtool, of Debian’s package prometheus, judges the figures');
    note('metrics', alerts.join(', '));
    assert.deepEqual(alerts, [...one.alerts].sort(), `alerts of ${one.id}`);
    if (one.callsGoOn) note('calls', `go on: ${await office.talk()}`);
    const journal = () =>
      office.machine
        .attempt('journalctl', '-q', '-u', one.journal.unit, `--since=@${since}`, '-o', 'cat')
        .said.split('\n')
        .find((line) => one.journal.says.test(line));
    const line = await eventually(`line of the journal of ${one.journal.unit}`, journal, 90_000);
    note('journal', `${one.journal.unit}: ${line.slice(0, 300)}`);
  } catch (error) {
    process.stdout.write(`${one.id}:\n${lines.join('\n')}\n`);
    throw error;
  } finally {
    await one.cure(office);
  }
  assert.deepEqual(await office.settled(usual), usual, `after the cure of ${one.id}`);
  note('cured', `doctor is content; ${await office.talk()}`);
  return lines.join('\n');
}

function saw(what: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);
}
