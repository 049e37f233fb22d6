import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, databaseFile } from '../../common/config.ts';
import { isInUse } from '../../common/db/copy-database.ts';
import { layoutOf } from '../../daemon/freeswitch/layout.ts';

/** Which programs work on this state now. */
export function whoRuns(config: Config): readonly string[] {
  const database = databaseFile(config);
  return [
    ...(existsSync(database) && isInUse(database) ? ['vaxel'] : []),
    ...(freeSwitchRuns(layoutOf(config.state).run) ? ['FreeSWITCH'] : []),
  ];
}

/** By the number it wrote down (switch.c, `freeswitch.pid`), which may be another's by now. */
function freeSwitchRuns(folder: string): boolean {
  try {
    const pid = Number.parseInt(readFileSync(join(folder, 'freeswitch.pid'), 'utf8'), 10);
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'freeswitch';
  } catch {
    return false;
  }
}
