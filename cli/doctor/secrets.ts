import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../common/config.ts';
import type { Db } from '../../common/db/open.ts';
import { listSipAccounts } from '../../common/db/sip-accounts.ts';
import { listTrunks } from '../../common/db/trunks.ts';
import { openSecrets } from '../../common/secrets.ts';
import { keeper } from '../keeper.ts';
import { type Finding, ok, wrong, wrongBecause } from './finding.ts';

/** Are the secrets there, for nobody else to read, and do they open what the database keeps sealed? */
export async function checkSecrets(config: Config, db: Db): Promise<readonly Finding[]> {
  const files = [
    checkFile(config, 'vaxel-key', 'key'),
    checkFile(config, 'esl-password', 'esl-password'),
  ];
  if (files.some(({ level }) => level === 'error')) return files;
  try {
    const { box } = openSecrets(config);
    await listSipAccounts(db, box);
    await listTrunks(db, box);
    return [...files, ok('secrets', 'the key opens what the database keeps sealed')];
  } catch (error) {
    return [...files, wrongBecause('secrets', error)];
  }
}

/** A systemd credential is as private as systemd makes it; a file of ours is 0600. */
function checkFile({ credentials, state }: Config, credential: string, name: string): Finding {
  if (credentials !== undefined && existsSync(join(credentials, credential))) {
    return ok('secrets', `${credential} is a credential of systemd`);
  }
  const file = join(state, 'secrets', name);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    return wrong(
      'secrets',
      `there is no ${file}`,
      `put it back from a backup; without it see SECRET_UNREADABLE in ${keeper.errors}`,
    );
  }
  const mode = found.mode & 0o777;
  return (mode & 0o077) === 0
    ? ok('secrets', `${file} has mode ${mode.toString(8).padStart(4, '0')}`)
    : wrong(
        'secrets',
        `${file} can be read by others (mode ${mode.toString(8)})`,
        `chmod 600 ${file}`,
      );
}
