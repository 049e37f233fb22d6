import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isNoSuchFile } from '../../common/no-such-file.ts';
import { CONFIGURATION, DATABASE, KEPT_FOLDERS } from './kept.ts';
import { folderRights, makeFolder } from './rights.ts';

/** What of a backup's is there already; empty on an empty machine. */
export function whatIsThere(state: string): readonly string[] {
  return [...KEPT_FOLDERS, DATABASE].filter((name) => holdsAnything(join(state, name)));
}

/**
 * Moves what was unpacked to where it belongs, and what was there into `aside`.
 * Each is a rename. The database comes last; where anything fails all goes back.
 *
 * @param unpacked - on the same disk as `state`.
 * @param configuration - where the backup's goes.
 */
export function putInPlace(
  state: string,
  unpacked: string,
  aside: string,
  configuration: string,
): void {
  const done: (readonly [from: string, to: string])[] = [];
  const move = (from: string, to: string): void => {
    if (!existsSync(from)) return;
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    renameSync(from, to);
    done.push([from, to]);
  };
  try {
    for (const suffix of ['-wal', '-shm', '']) {
      move(join(state, DATABASE + suffix), join(aside, DATABASE + suffix));
    }
    for (const folder of KEPT_FOLDERS) {
      // Where phones and FreeSWITCH find what was there, unless the backup has others.
      const isNew = existsSync(join(unpacked, folder));
      const isMoved = existsSync(join(state, folder)) && (isNew || !RENEWABLE.includes(folder));
      if (isMoved) move(join(state, folder), join(aside, folder));
      move(join(unpacked, folder), join(state, folder));
      // Those whose folder it is cannot make it where only root may write.
      if (isMoved && !isNew) makeFolder(join(state, folder), folderRights(aside, folder));
    }
    move(join(unpacked, CONFIGURATION), configuration);
    move(join(unpacked, DATABASE), join(state, DATABASE));
  } catch (error) {
    for (const [from, to] of done.toReversed()) renameSync(to, from);
    throw error;
  }
}

const RENEWABLE: readonly string[] = ['freeswitch/tls', 'provisioning'];

function holdsAnything(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch (error) {
    return !isNoSuchFile(error);
  }
}
