import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { Header, Pax } from 'tar';

/** A file that is in the archive now. */
export interface Archived {
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A text as a member of a tar archive. @returns what was written of it. */
export async function* tarText(
  path: string,
  text: string,
  modifiedAt: Date,
): AsyncGenerator<Buffer, Archived> {
  const body = Buffer.from(text);
  yield* headOf({ path, size: body.length, mode: 0o600, mtime: modifiedAt });
  yield body;
  yield padding(body.length);
  return { path, bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') };
}

/**
 * A file of this machine as a member, as long as it is when it is opened: one that
 * grows is cut there, one that shrinks is filled up with zeros.
 *
 * @returns undefined where it is not there, or is no file: nothing is written then.
 */
export async function* tarFile(
  path: string,
  from: string,
): AsyncGenerator<Buffer, Archived | undefined> {
  const handle = await openIfThere(from);
  if (handle === undefined) return undefined;
  try {
    const found = await handle.stat();
    if (!found.isFile()) return undefined;
    const { size, mode, mtime } = found;
    yield* headOf({ path, size, mode: mode & 0o777, mtime });
    const sum = createHash('sha256');
    let left = size;
    while (left > 0) {
      const { buffer, bytesRead } = await handle.read(
        Buffer.allocUnsafe(Math.min(left, PIECE_BYTES)),
      );
      const piece = bytesRead === 0 ? buffer.fill(0) : buffer.subarray(0, bytesRead);
      sum.update(piece);
      left -= piece.length;
      yield piece;
    }
    yield padding(size);
    return { path, bytes: size, sha256: sum.digest('hex') };
  } finally {
    await handle.close();
  }
}

/** Two empty blocks (POSIX.1-2017, pax, "ustar Interchange Format"). */
export const tarEnd = (): Buffer => Buffer.alloc(2 * BLOCK);

/** What is missing to a whole block. */
export const padding = (bytes: number): Buffer => Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);

/** Bytes. */
export const BLOCK = 512;

interface Member {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: Date;
}

function* headOf(member: Member): Generator<Buffer> {
  const header = new Header({ ...member, type: 'File', uid: 0, gid: 0 });
  // Long names and large files do not fit, and go before it.
  if (header.encode()) yield new Pax({ path: member.path, size: member.size }).encode();
  if (header.block === undefined) throw new Error('a header was encoded into nothing');
  yield header.block;
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const PIECE_BYTES = 65_536;
