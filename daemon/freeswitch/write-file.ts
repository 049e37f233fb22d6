import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { VaxelError } from '../../common/errors.ts';

/**
 * Writes a file whole or not at all: beside it, flushed, then renamed over it.
 * Readable by its owner only, since several of these hold secrets.
 *
 * @throws {VaxelError} `DISK_FULL`, or `FREESWITCH_CONFIG_FAILED` for any other cause.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomUUID()}.new`;
  try {
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true });
    throw failed(file, cause);
  }
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
