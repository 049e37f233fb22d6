import { existsSync } from 'node:fs';
import { type FileHandle, open, statfs, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VaxelError } from '../../common/errors.ts';
import { fileRights, folderRights, makeFolder } from './rights.ts';
import type { TarMember } from './untar.ts';

/**
 * Writes one file of a backup below a folder, and sees that it is on the disk.
 * Whose it becomes, and who may read it, follows from this machine's `state`.
 *
 * @throws {VaxelError} DISK_FULL before it is begun, where there is no room for it.
 */
export async function unpackMember(
  folder: string,
  { path, size, modifiedAt, body }: TarMember,
  state: string,
): Promise<void> {
  await refuseWithoutRoom(folder, path, size);
  const file = join(folder, path);
  makeFolders(folder, dirname(path), state);
  const { uid, gid, mode } = fileRights(state, path);
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const piece of body) await writeAll(handle, piece);
    if (process.getuid?.() === 0) await handle.chown(uid, gid);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await utimes(file, modifiedAt, modifiedAt);
}

function makeFolders(base: string, path: string, state: string): void {
  if (path === '.' || existsSync(join(base, path))) return;
  makeFolders(base, dirname(path), state);
  makeFolder(join(base, path), folderRights(state, path));
}

async function writeAll(handle: FileHandle, piece: Buffer): Promise<void> {
  for (let at = 0; at < piece.length;) {
    at += (await handle.write(piece, at)).bytesWritten;
  }
}

async function refuseWithoutRoom(folder: string, path: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (size + SPARE <= bavail * bsize) return;
  throw new VaxelError(
    'DISK_FULL',
    `no room for ${path} (${size} bytes) where ${folder} lies: free some space; nothing was changed`,
    { path, size },
  );
}

/** Bytes left to others. */
const SPARE = 8_388_608;
