import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** FreeSWITCH's own default prefix (its configure.ac). */
const DEFAULT_BINARY = '/usr/local/freeswitch/bin/freeswitch';

/**
 * Where the FreeSWITCH binary is: `$FREESWITCH`, then `PATH`, then its default prefix.
 * @returns undefined where there is none.
 */
export function findFreeSwitch(
  configured: string | undefined,
  path: string | undefined,
): string | undefined {
  if (configured !== undefined) return isExecutable(configured) ? configured : undefined;
  const onPath = (path ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'freeswitch'));
  return [...onPath, DEFAULT_BINARY].find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
