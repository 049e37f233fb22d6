import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EpochMs, epochMs } from './time.ts';

/** The last backup of a state directory, wherever it was written to. */
export interface LastBackup {
  readonly file: string;
  readonly at: EpochMs;
}

/** Writes down that there is one, for the doctor and whoever watches. */
export function noteBackup(state: string, file: string): void {
  // A new file: root's and the daemon's user each may replace the other's.
  const note = join(state, NAME);
  writeFileSync(`${note}.new`, `${file}\n`, { mode: 0o644 });
  renameSync(`${note}.new`, note);
}

/** @returns undefined where there was none yet. */
export function lastBackup(state: string): LastBackup | undefined {
  try {
    const note = join(state, NAME);
    return { file: readFileSync(note, 'utf8').trim(), at: epochMs(statSync(note).mtimeMs) };
  } catch {
    return undefined;
  }
}

const NAME = 'last-backup';
