import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { VaxelError } from '../../common/errors.ts';

/** A text in as many pieces as its writer likes; it is never in memory whole. */
export type Pieces = readonly string[] | AsyncIterable<string>;

/**
 * Writes a file whole or not at all: beside it, flushed, then renamed over it,
 * unless it says the same already. Readable by its owner and its group, which is
 * FreeSWITCH's where that has a user of its own, since several of these hold secrets.
 *
 * @returns whether the file says something else than it did.
 * @throws {VaxelError} `DISK_FULL`, or `FREESWITCH_CONFIG_FAILED` for any other cause.
 */
export async function writeWhole(file: string, pieces: Pieces): Promise<boolean> {
  const beside = `${file}.${randomUUID()}.new`;
  try {
    const handle = await open(beside, 'wx', 0o640);
    try {
      const written = createHash('sha256');
      for await (const piece of pieces) {
        written.update(piece);
        await handle.appendFile(piece);
      }
      if (written.digest('hex') === (await digestOf(file))) return false;
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    return true;
  } catch (cause) {
    throw failed(file, cause);
  } finally {
    await rm(beside, { force: true });
  }
}

/** Undefined where there is no such file. */
async function digestOf(file: string): Promise<string | undefined> {
  const read = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) read.update(chunk as Buffer);
  } catch {
    return undefined;
  }
  return read.digest('hex');
}

function failed(file: string, cause: unknown): VaxelError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new VaxelError(
        'DISK_FULL',
        `no room to write ${file}: free some space on that disk`,
        { file },
        { cause },
      )
    : new VaxelError('FREESWITCH_CONFIG_FAILED', `cannot write ${file}`, { file }, { cause });
}
