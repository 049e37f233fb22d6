import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { childOf } from '../support/child-of.ts';
import { eventually } from '../support/eventually.ts';
import { type Exchange, freeSwitchBinary, startExchange } from '../support/exchange.ts';
import { startFakeFreeSwitch } from '../support/fake-freeswitch.ts';
import { liveTest } from '../support/live.ts';
import { fillOffice, type Phone, plugIn } from '../support/phones.ts';
import { answers } from '../support/sip/behaviours.ts';

/** FreeSWITCH needs seconds to start, and more where every processor is taken. */
const STARTED_MS = 60_000;
/** After a refused password the daemon asks every five seconds. */
const REFUSED_MS = 10_000;

liveTest('what holds when something beside the daemon breaks', async (t, exchange) => {
  await fillOffice(exchange);
  const anna = await plugIn(t, exchange, '100', 500);
  const bjorn = await plugIn(t, exchange, '101', 740);
  anna.agent.onCall(answers());
  const eslPort = Number(exchange.env['VAXEL_ESL_PORT']);
  const daemon = await exchange.daemonPid();

  await t.test('what is not FreeSWITCH is told apart, and FreeSWITCH is found again', async (t) => {
    process.kill(exchange.pid, 'SIGSTOP');
    try {
      process.kill(childOf(exchange.pid, 'freeswitch'), 'SIGKILL');
      await eventually('loss of FreeSWITCH', async () => !(await exchange.isWhole()));
      const asked = await garbageOn(eslPort, 3_000);
      t.ok(asked >= 2 && asked <= 40, `asked ${asked} times in three seconds`);
      t.equal((await stateOf(exchange)).state, 'absent', 'garbage is nobody');

      const stranger = await startFakeFreeSwitch({ port: eslPort, password: 'another' });
      const { why } = await eventually(
        'refusal',
        async () => {
          const state = await stateOf(exchange);
          return state.state === 'refused' && state;
        },
        REFUSED_MS,
      );
      await stranger.stop();
      t.match(why, /password/, 'a wrong password is told apart from nobody');
      t.ok(
        exchange
          .daemonLog()
          .some(({ level, msg }) => level === 50 && String(msg).includes('password')),
        'and is in the log',
      );
    } finally {
      process.kill(exchange.pid, 'SIGCONT');
    }
    await eventually('FreeSWITCH', () => exchange.isWhole(), STARTED_MS);
    t.equal(await exchange.daemonPid(), daemon, 'by the same daemon');
    await registerAgain(exchange, [anna, bjorn]);
    await claimed(t, exchange, bjorn);
  });

  await t.test('FreeSWITCH answers again: calls are claimed again', async (t) => {
    process.kill(childOf(exchange.pid, 'freeswitch'), 'SIGKILL');
    await eventually('loss of FreeSWITCH', async () => !(await exchange.isWhole()));
    await eventually('answer of FreeSWITCH', () => greets(eslPort), STARTED_MS);
    await eventually('daemon’s return', () => exchange.isWhole());
    await registerAgain(exchange, [anna, bjorn]);
    await claimed(t, exchange, bjorn);
  });

  await t.test('a damaged database: calls go on, and it is said', async (t) => {
    const file = join(exchange.state, 'vaxel.db');
    const backup = join(exchange.state, 'kept.db');
    const db = new Database(file);
    await db.backup(backup);
    db.close();
    for (const part of [file, `${file}-wal`]) overwrite(part);

    t.match(await exchange.vaxel('user', 'add', '109', '--name', 'Nobody'), {
      error: { code: 'DATABASE_CORRUPT' },
    });
    await claimed(t, exchange, bjorn);

    process.kill(await exchange.daemonPid(), 'SIGKILL');
    const log = join(exchange.state, 'log', 'vaxel-daemon.log');
    await eventually(
      'refusal to start',
      () => readFileSync(log, 'utf8').includes('DATABASE_CORRUPT'),
      STARTED_MS,
    );
    await answered(bjorn);

    for (const part of ['-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
    copyFileSync(backup, file);
    await eventually('daemon', () => exchange.isWhole(), STARTED_MS);
    await claimed(t, exchange, bjorn);
  });
});

t.test('what holds when the disk is full', { timeout: 480_000 }, async (t) => {
  const disk = smallDisk();
  if (freeSwitchBinary === undefined || disk === undefined) {
    t.comment('not run: it takes a FreeSWITCH, and root to make a small disk');
    return;
  }
  t.teardown(() => {
    disk.remove();
  });
  process.env['TMPDIR'] = disk.path;
  const exchange = await startExchange();
  try {
    await fillOffice(exchange);
    const anna = await plugIn(t, exchange, '100', 500);
    const bjorn = await plugIn(t, exchange, '101', 740);
    anna.agent.onCall(answers());
    const daemon = await exchange.daemonPid();
    const before = await exchange.vaxel('user', 'list');

    disk.fill(join(exchange.state, 'log', 'vaxel-daemon.log'));
    t.match(await exchange.vaxel('user', 'add', '109', '--name', 'Nobody'), {
      error: { code: 'DISK_FULL' },
    });
    await answered(bjorn);
    t.equal(await exchange.daemonPid(), daemon, 'the daemon lives');
    t.same(await exchange.vaxel('user', 'list'), before, 'nothing is half-written');

    disk.empty();
    await exchange.vaxel('user', 'add', '103', '--name', 'Room');
    await eventually('call that is decided again', async () => {
      const before = routed(exchange);
      await answered(bjorn);
      return routed(exchange) > before;
    });
    const db = new Database(join(exchange.state, 'vaxel.db'), { readonly: true });
    t.equal(db.pragma('integrity_check', { simple: true }), 'ok');
    db.close();
  } finally {
    await exchange.stop();
  }
});

async function answered(caller: Phone): Promise<void> {
  const call = await caller.call('100');
  await call.answered();
  await call.hangup();
}

async function claimed(t: Test, exchange: Exchange, caller: Phone): Promise<void> {
  const before = routed(exchange);
  await answered(caller);
  await eventually('line of the claim', () => routed(exchange) > before);
  t.equal(routed(exchange), before + 1, 'the daemon decided the call');
}

const routed = (exchange: Exchange): number =>
  exchange.daemonLog().filter(({ msg }) => msg === 'call routed').length;

async function registerAgain(exchange: Exchange, phones: readonly Phone[]): Promise<void> {
  for (const { agent, account } of phones) {
    await agent.register({ registrar: exchange.sip, ...account });
  }
}

interface State {
  readonly state: string;
  readonly why?: string;
}

async function stateOf({ httpPort }: Exchange): Promise<State> {
  const answer = await fetch(`http://127.0.0.1:${httpPort}/v1/status`);
  return ((await answer.json()) as { readonly freeswitch: State }).freeswitch;
}

/** Answers everybody with bytes that are no protocol. @returns how many came. */
async function garbageOn(port: number, forMs: number): Promise<number> {
  let asked = 0;
  const server = createServer((socket: Socket) => {
    asked += 1;
    socket.on('error', () => undefined);
    socket.write(
      Buffer.from('\0\xff\xfe not: an\n event socket\n\nContent-Length: -7\n\n', 'latin1'),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const end = performance.now() + forMs;
  await eventually('end of the time', () => performance.now() > end, forMs + 1_000);
  server.close();
  return asked;
}

/** Whether an event socket says hello here. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('data', (bytes) => {
      end(bytes.includes('auth/request'));
    });
    socket.once('error', () => {
      end(false);
    });
    socket.once('close', () => {
      end(false);
    });
  });
}

/** Every byte but the file's length is lost. */
function overwrite(file: string): void {
  const { size } = statSync(file);
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(size, 0xa5), 0, size, 0);
  closeSync(handle);
}

interface SmallDisk {
  readonly path: string;
  /** @param begun - files whose last block has room left. */
  fill(...begun: readonly string[]): void;
  empty(): void;
  remove(): void;
}

/** A file system of its own in memory; undefined where we may not make one. */
function smallDisk(): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'vaxel-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    fill(...begun) {
      const pieces = [2 ** 20, 2 ** 12, 1].map((size) => [ballast, size] as const);
      for (const [file, size] of [...pieces, ...begun.map((file) => [file, 1] as const)]) {
        try {
          for (;;) writeFileSync(file, Buffer.alloc(size, '\n'), { flag: 'a' });
        } catch {
          // Full for pieces of this size.
        }
      }
    },
    empty() {
      rmSync(ballast);
    },
    remove() {
      execFileSync('umount', ['-l', path]);
      rmSync(path, { recursive: true });
    },
  };
}
