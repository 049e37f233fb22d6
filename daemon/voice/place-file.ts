import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/** Puts a file in place whole or not at all: FreeSWITCH may be playing the one it replaces. */
export async function placeFile(file: string, bytes: string | Uint8Array): Promise<void> {
  const unfinished = unfinishedName(file);
  try {
    await writeFile(unfinished, bytes, { mode: 0o644 });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** A name beside the file's own that nobody else writes to. */
function unfinishedName(file: string): string {
  return `${file}.${randomBytes(4).toString('hex')}${UNFINISHED}`;
}

/** Ends the name of a file that is being written. One left behind is from a process that died. */
export const UNFINISHED = '.unfinished';
