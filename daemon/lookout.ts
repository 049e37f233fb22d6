import { open, statfs } from 'node:fs/promises';
import { FULL_BELOW } from '../common/disk-room.ts';
import type { Log } from '../common/log.ts';
import type { TrunkState } from './status.ts';

export interface LookoutDeps {
  /** Undefined while FreeSWITCH cannot be asked. */
  readonly trunks: () => Promise<readonly TrunkState[] | undefined>;
  readonly state: string;
  readonly log: Pick<Log, 'error' | 'info' | 'warn'>;
}

/**
 * Looks around for what happens without an event of its own, and says in the log
 * when it begins and when it is over, each once: a trunk that is down, a disk
 * that is full, file handles that are all in use.
 */
export function keepLookout(deps: LookoutDeps): { look(): Promise<void>; stop(): void } {
  const down = new Set<string>();
  let full = false;
  let squeezed = false;

  function noteTrunk({ name: trunk, up, why: cause }: TrunkState): void {
    if (up !== down.has(trunk)) return;
    if (up) {
      down.delete(trunk);
      deps.log.info({ trunk }, 'a trunk is up again');
    } else {
      down.add(trunk);
      deps.log.warn({ trunk, cause }, 'a trunk is down');
    }
  }

  function noteRoom(bytes: number): void {
    const isFull = bytes < FULL_BELOW;
    if (isFull === full) return;
    full = isFull;
    const facts = { file: deps.state, cause: `${Math.round(bytes / 1e6)} MB are left` };
    if (full) deps.log.error({ code: 'DISK_FULL', ...facts }, 'the disk is full, or nearly');
    else deps.log.info(facts, 'there is room on the disk again');
  }

  function noteHandles(none: boolean): void {
    if (none === squeezed) return;
    squeezed = none;
    const cause = 'LimitNOFILE, or what keeps so many connections open';
    if (none) deps.log.error({ code: 'EMFILE', cause }, 'no file handle is left');
    else deps.log.info({}, 'there are file handles again');
  }

  async function look(): Promise<void> {
    noteHandles(await isOutOfHandles(deps.state));
    for (const trunk of (await deps.trunks()) ?? []) noteTrunk(trunk);
    const found = await statfs(deps.state).catch(() => undefined);
    if (found !== undefined) noteRoom(found.bavail * found.bsize);
  }

  const looking = setInterval(() => void look(), EVERY_MS).unref();
  return {
    look,
    stop: () => {
      clearInterval(looking);
    },
  };
}

async function isOutOfHandles(folder: string): Promise<boolean> {
  try {
    await (await open(folder)).close();
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && HANDLES.has(error.code);
  }
}

/** Of the program, and of the machine (open(2)). */
const HANDLES: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE']);

const EVERY_MS = 15_000;
