import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What both programs have complained of, and what Node.js did for them; without what the faults explain. */
export function complaintsOf(state: string): readonly string[] {
  return ['vaxel-daemon', 'vaxel-provisioning'].flatMap((program) => {
    const file = join(state, 'log', `${program}.log`);
    if (!existsSync(file)) return [`${program} has no log`];
    return readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => complaintOf(line) ?? [])
      .map((complaint) => `${program}: ${complaint}`);
  });
}

/** A line that is no JSON is none of ours: an unhandled rejection, an exception that nobody caught, a warning of Node.js. */
function complaintOf(line: string): string | undefined {
  if (line.trim() === '') return undefined;
  if (!line.startsWith('{')) return line;
  const { level, code, msg, err } = JSON.parse(line) as Entry;
  if (level < ERROR) return undefined;
  const codes = [code, err?.code];
  return codes.some((each) => each !== undefined && BY_FAULTS.has(each))
    ? undefined
    : [msg, err?.message, err?.code ?? code].filter(Boolean).join(': ');
}

interface Entry {
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
  readonly err?: { readonly message: string; readonly code?: string };
}

/** pino's. */
const ERROR = 50;

/** A daemon that hangs, or whose event socket is cut, hears nothing from FreeSWITCH (docs/errors.md). */
const BY_FAULTS: ReadonlySet<string> = new Set(['ESL_DISCONNECTED', 'ESL_TIMEOUT']);
