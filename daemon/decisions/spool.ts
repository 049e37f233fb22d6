import { readFile as readFileThen } from 'node:fs';
import { mkdir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isNoSuchFile } from '../../common/no-such-file.ts';
import { saveCallLegs } from '../../common/db/call-legs.ts';
import type { Db } from '../../common/db/open.ts';
import type { Log } from '../../common/log.ts';
import type { Clock } from '../../common/time.ts';
import type { CallLeg } from '../../common/call-leg.ts';
import { readLegRecord } from '../esl/leg-record.ts';
import { readText } from '../esl/text.ts';

/** FreeSWITCH's own records of ended legs: it writes each as a file, we take it into the database. */
export interface Spool {
  /**
   * Takes in what lies there. A file goes only when its leg is in the database, and
   * one that is known already changes nothing: it may fail and be repeated at any point.
   * @returns how many were taken.
   * @throws {VaxelError} where the database will not have them; they stay where they are.
   */
  take(): Promise<number>;
}

export interface SpoolDeps {
  readonly folder: string;
  readonly db: Db;
  readonly log: Log;
  readonly clock: Clock;
}

export function openSpool({ folder, db, log, clock }: SpoolDeps): Spool {
  const unreadable = join(folder, 'unreadable');

  async function takeSome(names: readonly string[]): Promise<number> {
    const found = await Promise.all(names.map((name) => readRecord(join(folder, name))));
    const legs = found.flatMap((record) => (record === undefined ? [] : [record]));
    await saveCallLegs(db, legs);
    await Promise.all(
      names.map((name, at) =>
        found[at] === undefined ? setAside(name) : unlink(join(folder, name)).catch(unlessGone),
      ),
    );
    return legs.length;
  }

  /** FreeSWITCH writes a file in pieces: one that cannot be read yet is given time to be whole. */
  async function setAside(name: string): Promise<void> {
    const file = join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
    if (clock() - mtimeMs < WHOLE_WITHIN_MS) return;
    await mkdir(unreadable, { recursive: true, mode: 0o700 });
    await rename(file, join(unreadable, name));
    log.warn({ file: name }, 'a call record could not be read and was put aside');
  }

  return {
    async take() {
      const names = await readdir(folder).catch(() => []);
      const records = names.filter((name) => name.endsWith('.cdr.json')).sort();
      let taken = 0;
      for (let from = 0; from < records.length; from += AT_ONCE) {
        taken += await takeSome(records.slice(from, from + AT_ONCE));
      }
      return taken;
    },
  };
}

/** Another daemon may have taken it in as well. */
function unlessGone(error: unknown): void {
  if (!isNoSuchFile(error)) throw error;
}

/** Half of what `readFile` of `fs/promises` costs, which opens a handle for each. */
const readFile = promisify(readFileThen);

async function readRecord(file: string): Promise<CallLeg | undefined> {
  try {
    return readLegRecord(JSON.parse(readText(await readFile(file))));
  } catch {
    return undefined;
  }
}

/** Files; together a few hundred kilobytes, and one short transaction. */
const AT_ONCE = 25;

/** Milliseconds. */
const WHOLE_WITHIN_MS = 60_000;
