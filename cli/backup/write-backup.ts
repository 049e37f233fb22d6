import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { VaxelError } from '../../common/errors.ts';
import { seal } from './seal.ts';

/**
 * Presses the bytes of a backup, seals them where there is a passphrase, and puts
 * them into a file for its owner alone: whole, or not at all.
 *
 * @throws {VaxelError} DISK_FULL, BACKUP_FAILED, or what the bytes throw
 */
export async function writeBackup(
  file: string,
  bytes: AsyncIterable<Buffer>,
  passphrase: string | undefined,
): Promise<void> {
  const unfinished = `${file}.${randomBytes(4).toString('hex')}.unfinished`;
  try {
    await pipeline(
      bytes,
      createGzip(),
      async function* (pressed: AsyncIterable<Buffer>) {
        yield* passphrase === undefined ? pressed : seal(pressed, passphrase);
      },
      createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true }),
    );
    await rename(unfinished, file);
    await flushFolder(dirname(file));
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw backupFailed(cause, file);
  }
}

/** A new name is on the disk when its folder is. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What the system said, with the file that it was about. */
export function backupFailed(cause: unknown, about: string): unknown {
  if (cause instanceof VaxelError || !(cause instanceof Error) || !('code' in cause)) return cause;
  const file = 'path' in cause && typeof cause.path === 'string' ? cause.path : about;
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT') {
    const message = `no room to write ${file}: free some space on that disk; nothing was half-written`;
    return new VaxelError('DISK_FULL', message, { file }, { cause });
  }
  const message = `${file} stands in the way (${String(cause.code)}): ${ADVICE[String(cause.code)] ?? cause.message}`;
  return new VaxelError('BACKUP_FAILED', message, { file }, { cause });
}

const OWNER = 'run this as root or as the user that vaxel runs as';

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: OWNER,
  EPERM: OWNER,
  EROFS: 'that disk is mounted read only',
  ENOENT: 'there is no such folder',
  EISDIR: 'that is a folder',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)',
  EBUSY: 'it is a mount point: take it away, and put it back afterwards',
};
