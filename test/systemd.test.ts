import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { freeSwitchArguments, layoutOf } from '../daemon/freeswitch/layout.ts';
import { eventually } from './support/eventually.ts';
import { freePorts } from './support/exchange.ts';
import { type NotifySocket, notifySocket } from './support/notify-socket.ts';

const STATE = '/var/lib/vaxel';
const OURS = ['vaxel-daemon.service', 'vaxel-provisioning.service'];
const BACKUP = ['vaxel-backup.service', 'vaxel-backup.timer'];
const UNITS = [...OURS, 'freeswitch.service', 'vaxel-backup.service'];

/** What matters of the unit that FreeSWITCH's Debian package has. */
const FREESWITCH_UNIT = `
[Unit]
Description=freeswitch
[Service]
Type=forking
PIDFile=/run/freeswitch/freeswitch.pid
ExecStartPre=/bin/chown -R freeswitch /var/lib/freeswitch
ExecStart=/usr/bin/freeswitch -u freeswitch -g freeswitch -ncwait -nonat
User=root
Group=daemon
LimitCORE=infinity
CPUSchedulingPolicy=rr
CPUSchedulingPriority=89
`;

const SMALL = 'dist/test/support/small-program.js';

/** Where distributions keep the units that others stand on. */
const SYSTEM_UNITS = ['/usr/lib/systemd/system', '/lib/systemd/system'].find((folder) =>
  existsSync(folder),
);
const systemdHere = SYSTEM_UNITS !== undefined && works('systemd-analyze', '--version');

if (systemdHere) {
  const root = installed();
  t.test('systemd reads the units without a complaint', async (t) => {
    const verified = analyze('verify', '--man=no', `--root=${root}`, ...UNITS, ...BACKUP);
    t.equal(verified.said, '');
    t.equal(verified.status, 0);
    const daemon = join(root, 'etc/systemd/system/vaxel-daemon.service');
    writeFileSync(daemon, `${unit('vaxel-daemon.service')}\n[Service]\nWatchDog=1\n`);
    const seen = analyze('verify', '--man=no', `--root=${root}`, ...UNITS);
    t.match(seen.said, /WatchDog/, 'a mistake in one is seen');
    writeFileSync(daemon, unit('vaxel-daemon.service'));
  });

  for (const name of UNITS) {
    t.test(`${name} exposes 2.0 at the most`, async (t) => {
      const exposure = analyze(
        ...['security', '--offline=yes', '--threshold=20', `--root=${root}`, name],
      );
      const line = /Overall exposure.*/.exec(exposure.said)?.[0] ?? exposure.said;
      t.equal(exposure.status, 0, line);
    });
  }
} else {
  t.comment('the units are not analysed, for want of systemd-analyze');
}

t.test('FreeSWITCH is started as the daemon lays things out', async (t) => {
  const command = /^ExecStart=(\/.*)$/m.exec(unit('freeswitch.service.d/vaxel.conf'))?.[1];
  const args = freeSwitchArguments(layoutOf(STATE), layoutOf(STATE).db);
  t.equal(command, ['/usr/bin/freeswitch', ...args].join(' '));
});

t.test('every folder of the state has an owner from the first moment', async (t) => {
  const owned = unit('vaxel.tmpfiles.conf')
    .split('\n')
    .map((line) => /^(?:d|L\+) +(\S+)/.exec(line)?.[1]);
  const folders = Object.values(layoutOf(STATE)) as string[];
  t.strictSame(
    folders.filter((folder) => !owned.includes(folder)),
    [],
  );
});

t.test('neither our programs nor their units know of what they may not read', async (t) => {
  const provisioning = unit('vaxel-provisioning.service');
  t.notMatch(provisioning, 'esl-password', 'provisioning does not get FreeSWITCH’s password');
  t.match(provisioning, /^InaccessiblePaths=.*\/secrets /m);
  t.match(unit('freeswitch.service.d/vaxel.conf'), /^InaccessiblePaths=.*\/secrets /m);
});

/** Seconds; the programs feed three times in that. */
const WATCHDOG_S = 1.5;
/** Longer than the watchdog waits. */
const HANG_MS = 3_000;

/** Makes the event loop of whatever program it is loaded into stand still, when told to. */
const HANGS = `
  import { writeSync } from 'node:fs';
  process.on('SIGUSR2', () => {
    const end = performance.now() + ${HANG_MS};
    writeSync(2, 'hung;');
    while (performance.now() < end);
    writeSync(2, 'back;');
  });
`;

if (works('systemd-notify', '--version')) {
  for (const [program, ready] of [
    ['daemon', 'STATUS=FreeSWITCH is not there: no calls'],
    ['provisioning', 'STATUS=answers phones at 1 doors'],
  ] as const) {
    t.test(
      `vaxel-${program} says that it is ready and alive, and not while it hangs`,
      async (t) => {
        const manager = await notifySocket(t);
        const running = await startProgram(t, `dist/${program}/main.js`, manager);
        const first = await eventually('READY=1', () => manager.told()[0], 60_000);
        t.match(first, /^READY=1 \| WATCHDOG=1 \| /);
        t.match(first, ready, 'with what a sysadmin wants to know');
        await fed(manager, 2);

        running.child.kill('SIGUSR2');
        await eventually('hung loop', () => running.said().includes('hung;'));
        const before = manager.count('WATCHDOG=1');
        await eventually('loop that turns again', () => running.said().includes('back;'));
        const during = manager.count('WATCHDOG=1') - before;
        t.ok(during <= 1, `${during} on its way when the loop hung, none after it`);
        await fed(manager, 2);

        running.child.kill('SIGTERM');
        await eventually('STOPPING=1', () => manager.count('STOPPING=1') === 1);
        t.equal(await running.ended(), 0);
      },
    );
  }

  t.test('a program that waits for what never comes is not alive', async (t) => {
    const [stuck, well] = [await notifySocket(t), await notifySocket(t)];
    await startProgram(t, SMALL, stuck, 'stuck');
    await startProgram(t, SMALL, well, 'well');
    await eventually('READY=1', () => stuck.count('READY=1') === 1, 30_000);
    await fed(well, 4);
    t.equal(stuck.count('WATCHDOG=1'), 1, 'it was when it began');
    t.equal(well.count('READY=1'), 1, 'ready is said once');
  });

  t.test('a program that cannot start says why, and is not started again in vain', async (t) => {
    const manager = await notifySocket(t);
    const running = await startProgram(t, SMALL, manager, 'refused');
    t.equal(await running.ended(), 78);
    t.match(OURS.map(unit).join(''), /RestartPreventExitStatus=78/);
    t.match(running.said(), 'CONFIG_INVALID: two lines\n  of complaints\n', 'without a stack');
    t.match(manager.told()[0], /^STATUS=CONFIG_INVALID: two lines of complaints$/);
  });
} else {
  t.comment('the watchdog is not tested, for want of systemd-notify');
}

t.test('without systemd-notify there is one warning, and the program runs', async (t) => {
  const manager = { path: '/nonexistent/notify' };
  const running = await startProgram(t, SMALL, manager, 'well', '/nonexistent');
  await eventually('warning', () => running.said().includes('could not be told'), 30_000);
  await sleep(WATCHDOG_S * 1_000);
  t.equal(running.said().match(/could not be told/g)?.length, 1);
  t.equal(running.child.exitCode, null);
  running.child.kill('SIGTERM');
  t.equal(await running.ended(), 0);
});

function unit(name: string): string {
  return readFileSync(join('systemd', name), 'utf8');
}

/** A root directory with our units where the package puts them, and FreeSWITCH's own as its package has it. */
function installed(): string {
  const root = mkdtempSync(join(tmpdir(), 'vaxel-units-'));
  t.teardown(() => {
    rmSync(root, { recursive: true });
  });
  const units = join(root, 'etc/systemd/system');
  mkdirSync(units, { recursive: true });
  cpSync(SYSTEM_UNITS ?? '', join(root, 'usr/lib/systemd/system'), { recursive: true });
  for (const name of [...OURS, ...BACKUP]) writeFileSync(join(units, name), unit(name));
  writeFileSync(join(units, 'freeswitch.service'), FREESWITCH_UNIT);
  mkdirSync(join(units, 'freeswitch.service.d'));
  const dropIn = 'freeswitch.service.d/vaxel.conf';
  writeFileSync(join(units, dropIn), unit(dropIn));
  for (const program of ['usr/bin/freeswitch', 'usr/lib/vaxel/bin/node', 'usr/bin/vaxel']) {
    mkdirSync(dirname(join(root, program)), { recursive: true });
    writeFileSync(join(root, program), '');
    chmodSync(join(root, program), 0o755);
  }
  return root;
}

function works(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args).status === 0;
}

function analyze(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

interface Running {
  readonly child: ChildProcess;
  said(): string;
  ended(): Promise<number | null>;
}

/** A program of ours as systemd starts it, with a state of its own. */
async function startProgram(
  t: Test,
  program: string,
  { path }: Pick<NotifySocket, 'path'>,
  how = '',
  search = process.env['PATH'],
): Promise<Running> {
  const state = mkdtempSync(join(tmpdir(), 'vaxel-systemd-'));
  const [sip, trunk, esl, http, provisioning, route] = await freePorts(6);
  const env = {
    PATH: search,
    NOTIFY_SOCKET: path,
    WATCHDOG_USEC: String(WATCHDOG_S * 1_000_000),
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(HANGS)}`,
    VAXEL_STATE: state,
    VAXEL_SIP_PORT: String(sip),
    VAXEL_TRUNK_PORT: String(trunk),
    VAXEL_ESL_PORT: String(esl),
    VAXEL_HTTP_PORT: String(http),
    VAXEL_PROVISIONING_PORT: String(provisioning),
    VAXEL_ROUTE_PORT: String(route),
  };
  const child = spawn(process.execPath, [program, how], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  }
  const over = once(child, 'close') as Promise<[number | null]>;
  t.teardown(async () => {
    child.kill('SIGKILL');
    await over;
    rmSync(state, { recursive: true });
  });
  return { child, said: () => said, ended: async () => (await over)[0] };
}

async function fed(manager: NotifySocket, times: number): Promise<void> {
  const enough = manager.count('WATCHDOG=1') + times;
  await eventually('WATCHDOG=1', () => manager.count('WATCHDOG=1') >= enough, 30_000);
}
