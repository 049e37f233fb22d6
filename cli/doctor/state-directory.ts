import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { FULL_BELOW } from '../../common/disk-room.ts';
import type { Config } from '../../common/config.ts';
import { keeper } from '../keeper.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Is the state directory there, ours alone, and is there room? */
export function checkState({ state }: Config): readonly Finding[] {
  const found = statSync(state, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) {
    return [
      wrong(
        'state',
        `there is no directory ${state}`,
        `${keeper.start('vaxel-daemon')} makes it; or set VAXEL_STATE`,
      ),
    ];
  }
  return [checkRights(state, found), checkRoom(state)];
}

function checkRights(
  state: string,
  { uid, mode }: { readonly uid: number; readonly mode: number },
) {
  const me = process.getuid?.() ?? uid;
  if (me !== uid && me !== 0 && uid !== 0) {
    return wrong('state', `${state} belongs to user ${uid}, not ${me}`, `run vaxel as user ${uid}`);
  }
  try {
    accessSync(state, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return wrong('state', `${state} cannot be written`, `chmod 700 ${state}`);
  }
  return isPrivate(mode)
    ? ok('state', `${state} is writable, and nobody else's`)
    : warning('state', `${state} is open to other users of this machine`, `chmod 700 ${state}`);
}

/** The package gives it to a group of its own, for new files too, and lets FreeSWITCH pass through; nobody else may look. */
const isPrivate = (mode: number): boolean =>
  (mode & 0o077) === 0 || ((mode & 0o2000) !== 0 && (mode & 0o006) === 0);

function checkRoom(state: string): Finding {
  const { bavail, bsize } = statfsSync(state);
  const free = bavail * bsize;
  const found = `${Math.round(free / 1e6)} MB free`;
  const mend = `free some space where ${state} lies: messages and records need it`;
  if (free < FULL_BELOW) return wrong('disk', found, mend);
  return free < LITTLE ? warning('disk', found, mend) : ok('disk', found);
}

/** Bytes: ten minutes of messages a day for three months. */
const LITTLE = 1_000_000_000;
