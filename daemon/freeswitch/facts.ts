import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { epochMs } from '../../common/time.ts';
import type { FreeSwitchFacts } from '../status.ts';
import { readTrunks, TRUNKS_COMMAND } from './trunks.ts';

/**
 * Asks FreeSWITCH for what `vaxel doctor` looks at.
 *
 * @param conf - the folder of its configuration, which names its modules.
 * @throws {VaxelError} as `tell` does.
 */
export async function askFacts(
  tell: (command: string) => Promise<string>,
  conf: string,
): Promise<FreeSwitchFacts> {
  const [status, trunks, seconds] = await Promise.all([
    tell('status'),
    tell(TRUNKS_COMMAND),
    tell('strepoch'),
  ]);
  const missing: string[] = [];
  for (const name of await modulesIn(conf)) {
    if ((await tell(`module_exists ${name}`)).trim() !== 'true') missing.push(name);
  }
  return {
    limits: readLimits(status),
    missingModules: missing,
    trunks: readTrunks(trunks),
    now: epochMs(Number(seconds) * 1_000),
  };
}

/** Reads `status` (mod_commands.c, `status_function`); what it does not say is 0. */
function readLimits(status: string): FreeSwitchFacts['limits'] {
  const number = (pattern: RegExp) => Number(pattern.exec(status)?.[1] ?? 0);
  return {
    sessions: number(/^(\d+) session\(s\) max/m),
    peak: number(/^\d+ session\(s\) - peak (\d+)/m),
    perSecond: number(/per Sec out of max (\d+)/m),
  };
}

async function modulesIn(conf: string): Promise<readonly string[]> {
  const file = join(conf, 'autoload_configs', 'modules.conf.xml');
  const xml = await readFile(file, 'utf8').catch(() => '');
  return [...xml.matchAll(/<load module="([a-z0-9_]+)"/g)].map(([, name = '']) => name);
}
