import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The service manager that started this program, where one did and wants to be told of it. */
export interface ServiceManager {
  /** How often it wants a sign of life, in milliseconds; undefined: not at all. */
  readonly watchdogMs: number | undefined;
  /**
   * Tells it, as sd_notify(3) names things: `READY=1`, `STATUS=…`.
   * @returns why it could not be told; undefined where it was.
   */
  tell(...assignments: readonly string[]): Promise<string | undefined>;
}

/**
 * systemd, where it started us as `Type=notify`.
 *
 * Node has no datagram socket of the AF_UNIX kind, so `systemd-notify` speaks for
 * us, and the unit says `NotifyAccess=all`. It waits until systemd has read what
 * it said (sd_notify_barrier(3)): one that is gone by then belongs to no unit
 * systemd knows, and is not heard.
 *
 * @returns undefined where nobody wants to be told.
 */
export function serviceManager(
  env: Readonly<Record<string, string | undefined>>,
): ServiceManager | undefined {
  const socket = env['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return undefined;
  const surroundings = { PATH: env['PATH'] ?? DEFAULT_PATH, NOTIFY_SOCKET: socket };
  return {
    watchdogMs: watchdogOf(env),
    tell: async (...assignments) => {
      const lines = assignments.map((line) => line.replaceAll(/\s+/g, ' ').slice(0, LONGEST));
      const child = spawn('systemd-notify', lines, {
        env: surroundings,
        stdio: 'ignore',
        timeout: TOLD_WITHIN_MS,
        killSignal: 'SIGKILL',
      });
      try {
        const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
        return code === 0 ? undefined : `systemd-notify ended with ${code ?? signal ?? 'nothing'}`;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  };
}

/** `$WATCHDOG_USEC` is for the process `$WATCHDOG_PID` names, if it names one (sd_watchdog_enabled(3)). */
function watchdogOf(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const pid = env['WATCHDOG_PID'];
  const ms = Number(env['WATCHDOG_USEC'] ?? 0) / 1_000;
  return ms > 0 && (pid === undefined || Number(pid) === process.pid) ? ms : undefined;
}

const DEFAULT_PATH = '/usr/bin:/bin';

/** Milliseconds. systemd reads at once; who is not heard by then will not be. */
const TOLD_WITHIN_MS = 5_000;

/** Characters of one line; a status is read in a terminal. */
const LONGEST = 400;
