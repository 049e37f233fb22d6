import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../common/config.ts';
import { examineDatabase } from '../../common/db/copy-database.ts';
import { openMessages } from '../../common/db/message-store.ts';
import { VaxelError } from '../../common/errors.ts';
import type { EpochMs } from '../../common/time.ts';
import { CONFIGURATION, DATABASE, MESSAGES } from './kept.ts';
import { putInPlace, whatIsThere } from './put-in-place.ts';
import { type BackupReader, type ReadBackup, readBackup } from './read-backup.ts';
import { unpackMember } from './unpack.ts';
import { whoRuns } from './who-runs.ts';
import { backupFailed, flushFolder } from './write-backup.ts';

export type RestoreBackup =
  | (Extract<ReadBackup, { kind: 'read' }> & {
      /** Where what was there before lies now. */
      readonly aside: string | undefined;
      /** Where the configuration was put, if there was one. */
      readonly configuration: string | undefined;
    })
  | Extract<ReadBackup, { kind: 'refused' }>
  | {
      readonly kind: 'refused';
      readonly why: 'programs-run' | 'something-there';
      readonly what: readonly string[];
    };

export interface RestoreOptions {
  readonly passphrase: BackupReader['passphrase'];
  /** Whether what is there may be set aside. */
  readonly replace: boolean;
  readonly now: EpochMs;
}

/**
 * Unpacks a backup beside the state, proves all of it, and only then puts it in
 * place: until the last moves, which are renames, nothing there has changed.
 *
 * @throws {VaxelError} as `readBackup`; DATABASE_CORRUPT; DISK_FULL
 */
export async function restoreBackup(
  config: Config,
  file: string,
  { passphrase, replace, now }: RestoreOptions,
): Promise<RestoreBackup> {
  const { state } = config;
  const running = whoRuns(config);
  if (running.length > 0) return { kind: 'refused', why: 'programs-run', what: running };
  const there = whatIsThere(state);
  if (there.length > 0 && !replace) return { kind: 'refused', why: 'something-there', what: there };

  let unpacked: string | undefined;
  try {
    makeState(state);
    const folder = (unpacked = mkdtempSync(join(state, '.restore-')));
    const result = await readBackup(file, {
      passphrase,
      take: (member) => unpackMember(folder, member, state),
    });
    if (result.kind === 'refused') return result;
    makeReady(folder, result.head.state, state, file);
    const configuration = join(state, config.file === undefined ? CONFIGURATION : OTHER);
    const brought = existsSync(join(folder, CONFIGURATION));
    const aside = mkdtempSync(join(state, `before-restore-${stampOf(now)}-`));
    try {
      putInPlace(state, folder, aside, configuration);
    } finally {
      if (readdirSync(aside).length === 0) rmdirSync(aside);
    }
    await flushFolder(state);
    return {
      ...result,
      aside: existsSync(aside) ? aside : undefined,
      configuration: brought ? configuration : undefined,
    };
  } catch (cause) {
    throw backupFailed(cause, state);
  } finally {
    if (unpacked !== undefined) rmSync(unpacked, { recursive: true, force: true });
  }
}

/** Where the backup's configuration goes if this machine has its own, there or elsewhere. */
const OTHER = 'vaxel.toml.restored';

/** `20261124T031500Z`: sorts by time, and is a name anywhere. */
export const stampOf = (at: EpochMs): string =>
  new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');

/** Root makes it for the user whose the folder above it is. */
function makeState(state: string): void {
  const isNew = mkdirSync(state, { recursive: true, mode: 0o700 }) !== undefined;
  if (!isNew || process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(state));
  chownSync(state, uid, gid);
}

/** The databases are whole, and name their files where they lie now. */
function makeReady(unpacked: string, from: string, to: string, file: string): void {
  const messages = join(unpacked, MESSAGES);
  const databases = [join(unpacked, DATABASE), ...(existsSync(messages) ? [messages] : [])];
  for (const database of databases) {
    const { damage } = examineDatabase(database);
    if (damage.length === 0) continue;
    const message = `the backup ${file} is of a damaged database (${damage.join('; ')}): take another one. Nothing was changed`;
    throw new VaxelError('BACKUP_DAMAGED', message, { file });
  }
  if (!existsSync(messages) || from === to) return;
  const store = openMessages(messages, 0);
  store.moveFolder(from, to);
  store.close();
}
