import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import type { Config } from '../../common/config.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';

/** Is the state directory there, ours alone, and is there room? */
export function checkState({ state }: Config): readonly Finding[] {
  const found = statSync(state, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) {
    return [
      wrong('state', `there is no directory ${state}`, 'npm start makes it; or set VAXEL_STATE'),
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
  const free = Math.round((bavail * bsize) / MB);
  const found = `${free} MB free`;
  const mend = `free some space where ${state} lies: messages and records need it`;
  if (free < TOO_LITTLE_MB) return wrong('disk', found, mend);
  return free < LITTLE_MB ? warning('disk', found, mend) : ok('disk', found);
}

const MB = 1_000_000;
/** Ten minutes of messages a day for three months. */
const LITTLE_MB = 1_000;
const TOO_LITTLE_MB = 100;
