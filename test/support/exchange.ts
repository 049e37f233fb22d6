import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEsl, type EslConnection } from '../../daemon/esl/connection.ts';
import { commandsOf } from '../../cli/commands.ts';
import { run } from '../../cli/run.ts';
import { openLog } from '../../common/log.ts';
import { LANGUAGES } from '../../daemon/voice/catalogue.ts';
import { embeddedSpeaker } from '../../daemon/voice/embedded-speaker.ts';
import { placeFile, UNFINISHED } from '../../daemon/voice/place-file.ts';
import { ensurePrompts } from '../../daemon/voice/prompts.ts';
import { findFreeSwitch } from '../../daemon/freeswitch/find-binary.ts';
import { memoryFolder } from '../../daemon/freeswitch/memory-folder.ts';
import { findChild } from './child-of.ts';
import { eventually } from './eventually.ts';
import { PATIENCE_MS } from './patience.ts';

/** The binary that live tests run on, if there is one here. */
export const freeSwitchBinary = findFreeSwitch(process.env['FREESWITCH'], process.env['PATH']);

export interface Account {
  readonly id: string;
  readonly domain: string;
  readonly username: string;
  readonly password: string;
}

/** A whole vaxel as its user starts it: `vaxel start`, on free ports, with a state of its own. */
export interface Exchange {
  readonly domain: string;
  readonly sip: { readonly host: string; readonly port: number };
  readonly trunk: { readonly host: string; readonly port: number };
  readonly state: string;
  readonly httpPort: number;
  readonly env: Readonly<Record<string, string>>;
  /** Runs `vaxel …` and gives its JSON document. */
  vaxel(...argv: readonly string[]): Promise<unknown>;
  addDevice(extension: string, kind?: 'app' | 'desk'): Promise<Account>;
  /** An event socket connection of the test's own. */
  readonly esl: EslConnection;
  /** What the daemon has logged so far, a JSON line each. */
  daemonLog(): readonly Record<string, unknown>[];
  freeswitchLog(): string;
  daemonPid(): Promise<number>;
  /** Whether the daemon answers and has FreeSWITCH. */
  isWhole(): Promise<boolean>;
  /** Of `vaxel start`, which starts again what falls. */
  readonly pid: number;
  stop(): Promise<void>;
}

const UP_WITHIN_MS = 200_000;

export async function startExchange(
  more: Readonly<Record<string, string>> = {},
  tries = 3,
): Promise<Exchange> {
  try {
    return await startOnFreePorts(more);
  } catch (error) {
    // Between our asking for a free port and its use another test may have taken it.
    if (tries === 1 || !String(error).includes('PORT_TAKEN')) throw error;
    return startExchange(more, tries - 1);
  }
}

async function startOnFreePorts(more: Readonly<Record<string, string>>): Promise<Exchange> {
  const state = mkdtempSync(join(tmpdir(), 'vaxel-live-'));
  await sharePrompts(state);
  shareKeys(state);
  const [sip, trunk, esl, http, provisioning, route] = await freePorts(6);
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: state,
    ...(process.env['FREESWITCH'] === undefined ? {} : { FREESWITCH: process.env['FREESWITCH'] }),
    VAXEL_STATE: state,
    VAXEL_SIP_PORT: String(sip),
    VAXEL_TRUNK_PORT: String(trunk),
    VAXEL_ESL_PORT: String(esl),
    VAXEL_HTTP_PORT: String(http),
    VAXEL_PROVISIONING_PORT: String(provisioning),
    VAXEL_ROUTE_PORT: String(route),
    ...more,
  };
  const program = spawn(process.execPath, ['dist/cli/main.js', 'start'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    await up(program);
    keepKeys(state);
    return await exchangeOn({ program, state, env, sip, trunk, esl, http });
  } catch (error) {
    program.kill('SIGTERM');
    await ended(program);
    throw error;
  }
}

const promptCache = join('node_modules', '.cache', 'vaxel-prompts');

/** Speaking takes half a minute of processor time, so it is done once for all tests on this machine. */
async function sharePrompts(state: string): Promise<void> {
  mkdirSync(promptCache, { recursive: true });
  const log = openLog('test', 'silent');
  await ensurePrompts({ folder: promptCache, speaker: embeddedSpeaker(), log });
  cpSync(promptCache, join(state, 'prompts'), {
    recursive: true,
    preserveTimestamps: true,
    // Another test may be placing one just now: it is gone before it can be copied.
    filter: (from) => !from.endsWith(UNFINISHED),
  });
}

/** The names of the office and what else was spoken here, for the tests to come. */
async function keepMade(state: string): Promise<void> {
  for (const language of LANGUAGES) {
    const made = join(state, 'prompts', 'made', language);
    const kept = join(promptCache, 'made', language);
    mkdirSync(kept, { recursive: true });
    for (const name of existsSync(made) ? readdirSync(made) : []) {
      if (name.endsWith(UNFINISHED) || existsSync(join(kept, name))) continue;
      await placeFile(join(kept, name), readFileSync(join(made, name)));
    }
  }
}

const tlsCache = join('node_modules', '.cache', 'vaxel-tls');

/** FreeSWITCH makes an RSA key of 4096 bits at its first start, which takes up to half a minute: once is enough. */
function shareKeys(state: string): void {
  const tls = join(state, 'freeswitch', 'tls');
  mkdirSync(tls, { recursive: true });
  if (existsSync(tlsCache)) cpSync(tlsCache, tls, { recursive: true });
}

function keepKeys(state: string): void {
  if (!existsSync(tlsCache))
    cpSync(join(state, 'freeswitch', 'tls'), tlsCache, { recursive: true });
}

interface Running {
  readonly program: ChildProcess;
  readonly state: string;
  readonly env: Readonly<Record<string, string>>;
  readonly sip: number;
  readonly trunk: number;
  readonly esl: number;
  readonly http: number;
}

async function exchangeOn(running: Running): Promise<Exchange> {
  const { program, state, env, sip, trunk, esl: eslPort, http } = running;
  const vaxel = async (...argv: readonly string[]): Promise<unknown> => {
    let said = '';
    const stdout = { write: (text: string) => (said += text) };
    await run([...argv, '--json'], { commandsOf, env, stdout, stderr: stdout });
    return JSON.parse(said) as unknown;
  };
  const [first] = (await vaxel('org', 'list')) as readonly { readonly domain: string }[];
  const password = readFileSync(join(state, 'secrets', 'esl-password'), 'utf8').trim();
  const esl = await connectEsl({ host: '127.0.0.1', port: eslPort, password });
  const host = '127.0.0.1';

  return {
    domain: first?.domain ?? '',
    sip: { host, port: sip },
    trunk: { host, port: trunk },
    state,
    env,
    httpPort: http,
    vaxel,
    addDevice: async (extension, kind = 'desk') =>
      (await vaxel('device', 'add', extension, '--kind', kind)) as Account,
    esl,
    pid: program.pid ?? 0,
    daemonLog: () => linesOf(join(state, 'log', 'vaxel-daemon.log')),
    freeswitchLog: () => readFileSync(join(state, 'freeswitch', 'log', 'freeswitch.log'), 'utf8'),
    daemonPid: async () => {
      const answer = await fetch(`http://127.0.0.1:${http}/v1/status`);
      return ((await answer.json()) as { pid: number }).pid;
    },
    isWhole: () => isWhole(http),
    async stop() {
      esl.close();
      await endSoon(program);
      await keepMade(state);
      if (process.env['KEEP'] !== undefined) return;
      for (const folder of [state, memoryFolder(state)]) {
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

async function isWhole(httpPort: number): Promise<boolean> {
  try {
    const late = AbortSignal.timeout(1_000);
    const answer = await fetch(`http://127.0.0.1:${httpPort}/v1/status`, { signal: late });
    const status = (await answer.json()) as { readonly freeswitch: { readonly state: string } };
    return status.freeswitch.state === 'connected';
  } catch {
    return false;
  }
}

/** Settles when `vaxel start` says that it is up. */
async function up(program: ChildProcess): Promise<void> {
  let said = '';
  const late = AbortSignal.timeout(UP_WITHIN_MS);
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('vaxel is up')) resolve();
    };
    program.stdout?.on('data', listen);
    program.stderr?.on('data', listen);
    program.once('exit', () => {
      reject(new Error(`vaxel start ended:\n${said}`));
    });
    late.addEventListener('abort', () => {
      reject(new Error(`vaxel start is not up:\n${said}`));
    });
  });
}

async function ended(program: ChildProcess): Promise<void> {
  if (program.exitCode === null && program.signalCode === null) await once(program, 'exit');
}

/**
 * FreeSWITCH takes over four seconds to end, nearly all of it asleep (switch_loadable_module.c,
 * `switch_loadable_module_shutdown`). What is left of it goes with its state, so once its turn has come it is not waited for.
 */
async function endSoon(program: ChildProcess): Promise<void> {
  const { pid = 0 } = program;
  program.kill('SIGTERM');
  const isLast = () => findChild(pid, 'vaxel-daemon') === undefined;
  await eventually('end of all but FreeSWITCH', isLast, 2 * PATIENCE_MS);
  const freeswitch = findChild(pid, 'freeswitch');
  if (freeswitch !== undefined) process.kill(freeswitch, 'SIGKILL');
  await ended(program);
}

const linesOf = (file: string): readonly Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** All held at once, so that no two are alike; below the range that the kernel gives to those who ask for any. */
export async function freePorts(
  count: number,
): Promise<[number, number, number, number, number, number]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(
    servers.map(async (server) => {
      server.close();
      await once(server, 'close');
    }),
  );
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = ports;
  return [a, b, c, d, e, f];
}
