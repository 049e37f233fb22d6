import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, existsSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where what it prints goes; the file of the run before is kept beside it as `.1`. */
  readonly log: string;
}

export interface Child {
  /** Asks it to end, and ends it where it does not. */
  stop(): Promise<void>;
}

/** Milliseconds before a program that fell is started again: at once, then slower. */
const AGAIN_AFTER_MS = [100, 500, 2_000, 5_000] as const;
/** A run this long counts as good, and the next fall as the first. */
const GOOD_RUN_MS = 10_000;
const STOP_WITHIN_MS = 10_000;

/** Runs one program, and starts it again when it falls. */
export function startChild(spec: ChildSpec, say: (text: string) => void): Child {
  const stopping = new AbortController();
  let running: ChildProcess | undefined;
  if (existsSync(spec.log)) renameSync(spec.log, `${spec.log}.1`);

  const isStopped = () => stopping.signal.aborted;
  const life = (async () => {
    for (let falls = 0; !isStopped(); falls += 1) {
      const startedAt = performance.now();
      running = spawnOne(spec);
      const how = await ending(running);
      running = undefined;
      if (isStopped()) return;
      if (performance.now() - startedAt > GOOD_RUN_MS) falls = 0;
      say(`${spec.name} ended (${how}) and is started again; its last words are in ${spec.log}`);
      const pause = AGAIN_AFTER_MS[Math.min(falls, AGAIN_AFTER_MS.length - 1)];
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();

  return {
    async stop() {
      stopping.abort();
      const child = running;
      child?.kill('SIGTERM');
      const late = setTimeout(() => child?.kill('SIGKILL'), STOP_WITHIN_MS);
      await life;
      clearTimeout(late);
    },
  };
}

/** What these mostly are of: Node.js aborts when its heap is full. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGABRT: 'SIGABRT: it was out of memory, or gave up',
  SIGKILL: 'SIGKILL: the system may have been out of memory, which dmesg tells',
};

/** In a process group of its own: Ctrl-C is for us to hand on, in order. */
function spawnOne({ command, args, env, log }: ChildSpec): ChildProcess {
  const out = openSync(log, 'a', 0o600);
  try {
    return spawn(command, args, { env, detached: true, stdio: ['ignore', out, out] });
  } finally {
    closeSync(out);
  }
}

async function ending(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return signal === null ? `exit code ${code ?? 'unknown'}` : (SIGNALS[signal] ?? signal);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
