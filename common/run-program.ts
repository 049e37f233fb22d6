import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, VaxelError } from './errors.ts';
import type { Log } from './log.ts';
import { type ServiceManager, serviceManager } from './service-manager.ts';

/** A program that runs until it is told to end. */
export interface Program {
  readonly log: Log;
  /**
   * How it is, in one line for `systemctl status`. Settles soon, whatever is
   * broken outside; a program in which it does not is hung.
   */
  state(): Promise<string>;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs a program for as long as it lives: starts it, tells the service manager
 * when it is ready and how it is, and ends it when asked to.
 *
 * One that cannot start says why in one line and ends; with exit code 78 where
 * starting it again would change nothing.
 */
export async function runProgram(
  env: Environment,
  start: (env: Environment) => Promise<Program>,
): Promise<void> {
  const manager = serviceManager(env);
  let program;
  try {
    program = await start(env);
  } catch (error) {
    if (!(error instanceof VaxelError)) throw error;
    const why = `${error.code}: ${error.message}`;
    process.stderr.write(`${why}${causeOf(error)}\n`);
    await manager?.tell(`STATUS=${why}`);
    process.exit(HOPELESS.includes(error.code) ? EX_CONFIG : 1);
  }
  const running = program;
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      ending.abort();
      void manager?.tell('STOPPING=1', 'STATUS=is ending; calls go on in FreeSWITCH');
      void running.stop().then(() => process.exit(0));
    });
  }
  if (manager !== undefined) await keepTelling(manager, running, ending.signal);
}

/**
 * The watchdog is fed from the event loop, and only while that is on time and the
 * program knows how it is: a loop that is hung feeds nothing, nor does one that
 * turns and waits for something that never comes. What a restart does not mend
 * (a locked database, a FreeSWITCH that is away) is told, and feeds.
 */
async function keepTelling(
  manager: ServiceManager,
  program: Program,
  ended: AbortSignal,
): Promise<void> {
  const everyMs = Math.min((manager.watchdogMs ?? Infinity) / 3, TELL_EVERY_MS);
  const isAlive = manager.watchdogMs === undefined ? [] : ['WATCHDOG=1'];
  const { log } = program;
  let deaf = false;
  const tell = async (...lines: readonly string[]) => {
    const why = await manager.tell(...lines);
    if (why !== undefined && !deaf)
      log.warn({ cause: why }, 'systemd could not be told how we are');
    deaf = why !== undefined;
  };

  await tell(
    'READY=1',
    ...isAlive,
    `STATUS=${(await inTime(program.state(), everyMs)) ?? 'is starting'}`,
  );
  for (let due = performance.now() + everyMs; ; due = performance.now() + everyMs) {
    await sleep(everyMs, undefined, { signal: ended }).catch(() => undefined);
    if (ended.aborted) return;
    const ms = Math.round(performance.now() - due);
    const now = await inTime(program.state(), everyMs);
    if (now === undefined) log.error({}, 'the program does not know how it is, and may be hung');
    else if (ms > LATE_MS) log.warn({ ms }, 'the event loop stood still');
    else await tell(...isAlive, `STATUS=${now}`);
  }
}

/** Undefined where it takes longer. */
async function inTime(answer: Promise<string>, ms: number): Promise<string | undefined> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);
  return Promise.race([answer, late]).finally(() => {
    over.abort();
  });
}

const causeOf = ({ cause }: VaxelError): string =>
  cause instanceof Error ? ` (${cause.message})` : '';

/** Mended by a person, never by trying again. */
const HOPELESS: readonly ErrorCode[] = ['CONFIG_INVALID', 'DATABASE_NEWER'];

/** sysexits.h; the units name it in `RestartPreventExitStatus`. */
const EX_CONFIG = 78;

/** Milliseconds; also how old the line that `systemctl status` shows may be. */
const TELL_EVERY_MS = 10_000;

/** Milliseconds behind its time at which an event loop is no sign of life. */
const LATE_MS = 2_000;
