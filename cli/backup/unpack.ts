import { type FileHandle, chown, mkdir, open, statfs, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VaxelError } from '../../common/errors.ts';
import type { TarMember } from './untar.ts';

/** Whose the files become; undefined: whoever runs this. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Writes one file of a backup below a folder, and sees that it is on the disk.
 * Readable by others where it was; never writable by them, nor run as somebody.
 *
 * @throws {VaxelError} DISK_FULL before it is begun, where there is no room for it.
 */
export async function unpackMember(
  folder: string,
  { path, size, mode, modifiedAt, body }: TarMember,
  owner: Owner | undefined,
): Promise<void> {
  await refuseWithoutRoom(folder, path, size);
  const file = join(folder, path);
  await makeFolders(folder, dirname(path), owner);
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const piece of body) await writeAll(handle, piece);
    await handle.chmod((mode & 0o755) | 0o600);
    if (owner !== undefined) await handle.chown(owner.uid, owner.gid);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await utimes(file, modifiedAt, modifiedAt);
}

async function makeFolders(base: string, path: string, owner: Owner | undefined): Promise<void> {
  let made = base;
  for (const name of path === '.' ? [] : path.split('/')) {
    made = join(made, name);
    const isNew = (await mkdir(made, { recursive: true, mode: 0o700 })) !== undefined;
    if (isNew && owner !== undefined) await chown(made, owner.uid, owner.gid);
  }
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
