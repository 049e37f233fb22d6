import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, databaseFile } from '../../common/config.ts';
import { copyDatabase, examineDatabase } from '../../common/db/copy-database.ts';
import { openMessages } from '../../common/db/message-store.ts';
import { secretFile } from '../../common/secrets.ts';
import type { EpochMs } from '../../common/time.ts';
import { FORMAT, headText } from './head.ts';
import {
  CONFIGURATION,
  DATABASE,
  HEAD,
  isKept,
  isPartOfDatabase,
  KEPT_FOLDERS,
  MESSAGES,
  SUMS,
} from './kept.ts';
import { type Archived, tarEnd, tarFile, tarText } from './tar-bytes.ts';

/** What became part of a backup. */
export interface BackupContents {
  files: number;
  bytes: number;
  /** Names that a backup cannot hold, and what is neither file nor folder. */
  readonly leftOut: string[];
}

/**
 * The bytes of a backup, while all programs run. In this order, so that what is
 * written meanwhile is whole or not there:
 *
 * 1. records of ended calls that wait outside the database: taken in twice they
 *    are still one, forgotten in between they would be none;
 * 2. copies of both databases, each of one moment;
 * 3. sounds and other files; what is removed before it is reached is left out;
 * 4. the copies, without messages whose sound was left out;
 * 5. the sums of all that.
 *
 * @param contents - is filled in as it goes.
 * @throws {VaxelError} as `copyDatabase`.
 */
export async function* backupBytes(
  config: Config,
  version: string,
  now: EpochMs,
  contents: BackupContents,
): AsyncGenerator<Buffer> {
  const { state } = config;
  const madeAt = new Date(now);
  const sums: string[] = [];
  const packed = new Set<string>();
  const pack = async function* (member: AsyncGenerator<Buffer, Archived | undefined>) {
    const archived = yield* member;
    if (archived === undefined) return;
    contents.files += 1;
    contents.bytes += archived.bytes;
    packed.add(archived.path);
    sums.push(`${archived.sha256}  ${archived.path}\n`);
  };
  const packFolder = async function* (folder: string) {
    for await (const path of filesBelow(state, folder)) {
      if (isPartOfDatabase(path)) continue;
      if (isKept(path)) yield* pack(tarFile(path, join(state, path)));
      else contents.leftOut.push(path);
    }
  };

  // Beside the database, where everything lies open anyhow; one left behind is from a process that died.
  for (const name of await readdir(state)) {
    if (name.startsWith(WORKSHOP)) await rm(join(state, name), { recursive: true, force: true });
  }
  const workshop = await mkdtemp(join(state, WORKSHOP));
  try {
    const copy = join(workshop, 'vaxel.db');
    const messages = join(workshop, 'messages.db');
    const { migrations } = examineDatabase(databaseFile(config));
    const head = { format: FORMAT, version, migrations, madeAt: now, state } as const;
    yield* pack(tarText(HEAD, headText(head), madeAt));
    yield* packFolder('cdr');
    copyDatabase(databaseFile(config), copy);
    if (existsSync(join(state, MESSAGES))) copyDatabase(join(state, MESSAGES), messages);
    for (const folder of KEPT_FOLDERS) {
      if (folder !== 'cdr' && folder !== 'secrets') yield* packFolder(folder);
    }
    for (const [credential, name] of SECRETS) {
      yield* pack(tarFile(`secrets/${name}`, secretFile(config, credential, name)));
    }
    if (config.file !== undefined) yield* pack(tarFile(CONFIGURATION, config.file));
    if (existsSync(messages)) {
      const store = openMessages(messages, 0);
      store.dropWithoutSound((path) => packed.has(path.replace(`${state}/`, '')));
      store.close();
      yield* pack(tarFile(MESSAGES, messages));
    }
    yield* pack(tarFile(DATABASE, copy));
    yield* tarText(SUMS, sums.join(''), madeAt);
    yield tarEnd();
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** As paths below `state`. A folder that is a link to another disk is followed, no link within it is. */
async function* filesBelow(state: string, folder: string): AsyncGenerator<string> {
  const entries = await readdir(join(state, folder), { withFileTypes: true }).catch(
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    },
  );
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(state, path);
    else if (entry.isFile()) yield path;
  }
}

const SECRETS = [
  ['vaxel-key', 'key'],
  ['esl-password', 'esl-password'],
] as const;

const WORKSHOP = '.backup-';
