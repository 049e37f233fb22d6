import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { startChild } from '../cli/start/child.ts';
import { ANKA, ANNA, vaxel } from './support/command-line.ts';
import { eventually } from './support/eventually.ts';
import { freePorts } from './support/exchange.ts';
import { smallDisk } from './support/small-disk.ts';

t.test('on a disk that is mounted read only programs say so', async (t) => {
  const disk = smallDisk(t, 16);
  if (disk === undefined) return;
  const { call, env } = vaxel(join(disk, 'state'));
  await call(ANKA);
  await call(ANNA);
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  for (const line of [['user', 'list'], ['user', 'remove', '100'], ['backup']]) {
    const { code, err } = await call(line);
    t.equal(code, 1);
    t.match(err, /mounted read only/, line.join(' '));
  }
  const daemon = spawn(process.execPath, ['dist/daemon/main.js'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  daemon.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  t.strictSame(await once(daemon, 'exit'), [1, null]);
  t.match(said, /DATABASE_FAILED/);
  t.match(said, /mounted read only: see dmesg/);

  execFileSync('mount', ['-o', 'remount,rw', disk]);
  t.match(await call(['user', 'list']), { code: 0, out: /Anna Berg/ }, 'and nothing is lost');
});

t.test('without file handles the daemon waits for some, and goes on', async (t) => {
  const state = join(t.testdir({}), 'state');
  const [http, esl, route] = await freePorts(3);
  const { call, env } = vaxel(state, http);
  await call(ANKA);
  const daemon = spawn(process.execPath, ['dist/daemon/main.js'], {
    env: { ...process.env, ...env, VAXEL_ESL_PORT: String(esl), VAXEL_ROUTE_PORT: String(route) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.teardown(() => daemon.kill('SIGKILL'));
  let said = '';
  daemon.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const pid = async (): Promise<number | undefined> => {
    const late = AbortSignal.timeout(1_000);
    const answer = await fetch(`http://127.0.0.1:${http}/v1/status`, {
      signal: late,
      headers: { connection: 'close' },
    });
    return ((await answer.json()) as { readonly pid: number }).pid;
  };
  // Beside other tests a program takes its time to start.
  await eventually('daemon', () => pid().catch(() => undefined), 60_000);

  // Node.js itself needs hundreds while it starts.
  const allow = (handles: number) =>
    execFileSync('prlimit', [`--pid=${daemon.pid ?? 0}`, `--nofile=${handles}:`]);
  const handles = readdirSync(`/proc/${daemon.pid ?? 0}/fd`).length;
  allow(handles + 10);
  const sockets: Socket[] = [];
  for (let at = 0; at < 120; at += 1) {
    const socket = connect(at % 2 === 0 ? http : route, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
  }
  await eventually('want of handles', async () => (await pid().catch(() => 'none')) === 'none');
  t.equal(daemon.exitCode, null, 'it lives');
  t.match(await call(ANNA), { code: 0 }, 'and the command line does not hang on it');

  for (const socket of sockets) socket.destroy();
  t.equal(await eventually('answer', () => pid().catch(() => undefined)), daemon.pid);
  const isSeen = async () => (await call(['setting', 'set', 'squeezed-days', 'open'])).err === '';
  t.ok(await eventually('change that is seen', isSeen));

  const logged = async (what: string) => eventually(what, () => said.includes(what), 60_000);
  allow(3);
  await logged('no file handle is left');
  allow(1_000);
  await logged('there are file handles again');
});

t.test('a program that is out of memory is started again, and why is said', async (t) => {
  const folder = t.testdir({});
  const said: string[] = [];
  const log = join(folder, 'log');
  const child = startChild(
    {
      name: 'glutton',
      command: process.execPath,
      args: [
        '--max-old-space-size=16',
        '-e',
        'console.log("begun"); const a = []; for (;;) a.push([a.length])',
      ],
      env: process.env,
      log,
    },
    (text) => said.push(text),
  );
  t.teardown(() => child.stop());
  await eventually('second fall', async () => said.length >= 2);
  t.match(said[0], /^glutton ended \(SIGABRT: it was out of memory.*started again.*log$/);
  t.match(readFileSync(log, 'utf8'), /heap out of memory/);
});
