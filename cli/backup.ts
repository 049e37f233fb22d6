import { readdirSync, rmSync, statSync, mkdirSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { databaseFile, loadConfig } from '../common/config.ts';
import { noteBackup } from '../common/last-backup.ts';
import { packageVersion } from '../common/package-root.ts';
import { systemClock } from '../common/time.ts';
import { type BackupContents, backupBytes } from './backup/make-backup.ts';
import { askPassphrase } from './backup/passphrase.ts';
import { readBackup } from './backup/read-backup.ts';
import { restoreBackup, stampOf } from './backup/restore-backup.ts';
import { backupFailed, writeBackup } from './backup/write-backup.ts';
import {
  type Command,
  done,
  type Invocation,
  type Outcome,
  refused,
  wrongUsage,
} from './command.ts';
import { refusedBecause } from './refusals.ts';

const PASSPHRASE_FILE = {
  value: '<file>',
  summary:
    'its first line is the passphrase; else systemd’s credential backup-passphrase, or the terminal',
} as const;

const backup: Command = {
  words: 'backup',
  summary: 'write everything that cannot be made again into one file, while all runs',
  takes: [],
  mayTake: '<file>',
  options: {
    check: { summary: 'only prove that the file is whole' },
    encrypt: { summary: 'with a passphrase' },
    'passphrase-file': PASSPHRASE_FILE,
    keep: { value: '<n>', summary: 'then remove all but the newest n of the folder’s' },
  },
  run: async (invocation) =>
    invocation.switches.has('check') ? check(invocation) : make(invocation),
};

async function make({ args, values, switches, env, stderr }: Invocation): Promise<Outcome> {
  const config = loadConfig(env);
  if (!existsSync(databaseFile(config)))
    return refused('nothing-there', `there is nothing in ${config.state} to back up`);
  const keep = values.has('keep') ? Number(values.get('keep')) : undefined;
  if (keep !== undefined && !(Number.isInteger(keep) && keep >= 1)) {
    return wrongUsage('--keep is a number from 1');
  }
  const file = values.get('passphrase-file');
  const asked = switches.has('encrypt')
    ? await askPassphrase({ config, file, stderr, isNew: true })
    : undefined;
  if (typeof asked === 'object') return asked;

  const now = systemClock();
  const name = `vaxel-${stampOf(now)}.tar.gz${asked === undefined ? '' : '.sealed'}`;
  const [given] = args;
  const folder = join(config.state, 'backups');
  if (given === undefined) makeFolder(folder);
  const to = given === undefined ? join(folder, name) : isFolder(given) ? join(given, name) : given;
  if (existsSync(to)) return refused('file-there', `there is a file ${to} already`);
  const contents: BackupContents = { files: 0, bytes: 0, leftOut: [] };
  await writeBackup(to, backupBytes(config, packageVersion(), now, contents), asked);
  noteBackup(config.state, resolve(to));
  const removed = keep === undefined ? [] : removeOlder(resolve(to, '..'), keep);

  const size = statSync(to).size;
  const lines = [
    `${to}: ${contents.files} files, ${megabytes(contents.bytes)}, ${megabytes(size)} written`,
    ...contents.leftOut.map((path) => `left out, since its name is none of ours: ${path}`),
    ...removed.map((old) => `removed ${old}`),
  ];
  return done({ file: resolve(to), size, ...contents, removed }, lines.join('\n'));
}

async function check(invocation: Invocation): Promise<Outcome> {
  const [file] = invocation.args;
  if (file === undefined) return wrongUsage('say which file: vaxel backup --check <file>');
  const config = loadConfig(invocation.env);
  const asking = asksOnce(invocation, config);
  const result = await readBackup(file, {
    passphrase: asking.passphrase,
    take: async () => undefined,
  });
  if (result.kind === 'refused') return asking.refusal() ?? refusedBecause(result.why);
  const { head, files, bytes } = result;
  const made = new Date(head.madeAt).toISOString();
  const text = `${file} is whole: vaxel ${head.version}, ${made}, ${files} files, ${megabytes(bytes)}`;
  return done({ ...head, files, bytes }, text);
}

const restore: Command = {
  words: 'restore',
  summary: 'put a backup in place, on an empty machine',
  takes: ['<file>'],
  options: {
    'passphrase-file': PASSPHRASE_FILE,
    replace: { summary: 'set aside what is there' },
  },
  run: async (invocation) => {
    const config = loadConfig(invocation.env);
    const [file = ''] = invocation.args;
    const asking = asksOnce(invocation, config);
    const result = await restoreBackup(config, file, {
      passphrase: asking.passphrase,
      replace: invocation.switches.has('replace'),
      now: systemClock(),
    });
    if (result.kind === 'refused') {
      if (result.why === 'programs-run') {
        return refused(
          result.why,
          `stop ${result.what.join(' and ')} first: it works on ${config.state}`,
        );
      }
      if (result.why === 'something-there') {
        return refused(
          result.why,
          `${config.state} is not empty (${result.what.join(', ')}): with --replace that is set aside`,
        );
      }
      return asking.refusal() ?? refusedBecause(result.why);
    }
    const { head, files, bytes, aside, configuration } = result;
    const made = new Date(head.madeAt).toISOString();
    const lines = [
      `restored ${files} files, ${megabytes(bytes)}, as they were ${made}`,
      ...(aside === undefined ? [] : [`what was there lies in ${aside}`]),
      ...(configuration === undefined
        ? []
        : [
            `its configuration is ${configuration}${config.file === undefined ? '' : `; this machine's own stays ${config.file}`}`,
          ]),
      'start vaxel: it brings the database up to date, and FreeSWITCH its configuration',
    ];
    return done({ ...head, files, bytes, aside, configuration }, lines.join('\n'));
  },
};

export const backupCommands: readonly Command[] = [backup, restore];

/** Asks for the passphrase where it is needed, and remembers why there was none. */
function asksOnce(
  { values, stderr }: Invocation,
  config: ReturnType<typeof loadConfig>,
): { passphrase: () => Promise<string | undefined>; refusal: () => Outcome | undefined } {
  let refusal: Outcome | undefined;
  return {
    passphrase: async () => {
      const file = values.get('passphrase-file');
      const asked = await askPassphrase({ config, file, stderr, isNew: false });
      if (typeof asked === 'string') return asked;
      refusal = asked;
      return undefined;
    },
    refusal: () => refusal,
  };
}

/** @throws {VaxelError} BACKUP_FAILED, DISK_FULL */
function makeFolder(folder: string): void {
  try {
    // Not `recursive`, which says ENOENT of a disk that is read only.
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    throw backupFailed(cause, folder);
  }
}

/** Only what we have named, and the oldest first: a copy under another name stays. */
function removeOlder(folder: string, keep: number): readonly string[] {
  const ours = readdirSync(folder).filter((name) => OURS.test(name));
  const old = ours.sort().slice(0, -keep);
  for (const name of old) rmSync(join(folder, name));
  return old;
}

const OURS = /^vaxel-\d{8}T\d{6}Z\.tar\.gz(\.sealed)?$/;

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
