import { type Config, databaseFile } from '../../common/config.ts';
import { existsSync } from 'node:fs';
import { lastBackup } from '../../common/last-backup.ts';
import { type EpochMs, HOUR_MS } from '../../common/time.ts';
import { keeper } from '../keeper.ts';
import { type Finding, ok, warning } from './finding.ts';

/** Is there a backup, of the last two nights? */
export function checkBackup(config: Config, now: EpochMs): readonly Finding[] {
  if (!existsSync(databaseFile(config))) return [];
  const last = lastBackup(config.state);
  if (last === undefined)
    return [warning('backup', 'nothing was ever backed up', keeper.backup.start)];
  const hours = Math.floor((now - last.at) / HOUR_MS);
  const found = `${last.file} is ${hours} hours old`;
  return [hours <= OLD_HOURS ? ok('backup', found) : warning('backup', found, keeper.backup.look)];
}

/** Two nights. */
const OLD_HOURS = 48;
