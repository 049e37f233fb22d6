import { statfs } from 'node:fs/promises';
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
 * that is full.
 */
export function keepLookout(deps: LookoutDeps): { look(): Promise<void>; stop(): void } {
  const down = new Set<string>();
  let full = false;

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

  async function look(): Promise<void> {
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

const EVERY_MS = 15_000;
