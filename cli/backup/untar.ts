import { Header, Pax } from 'tar';
import type { Bytes } from './bytes.ts';
import { BLOCK, padding } from './tar-bytes.ts';

/** A member of a tar archive; its bytes are to be read before the next one is asked for. */
export interface TarMember {
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: Date;
  /** Fewer than `size` only where the archive ends. */
  readonly body: AsyncGenerator<Buffer>;
}

/** The archive is not one that we write. */
export class TarBroken extends Error {}

/**
 * Reads an archive of plain files; a link, a device or a sparse file is refused
 * before anything of it is read.
 *
 * @throws {TarBroken}
 */
export async function* untar(bytes: Bytes): AsyncGenerator<TarMember> {
  let long: Pax | undefined;
  for (;;) {
    const block = await bytes.upTo(BLOCK);
    if (block.length < BLOCK) throw new TarBroken('it ends too early');
    const header = new Header(block, 0, long);
    if (header.nullBlock) break;
    if (!header.cksumValid) throw new TarBroken('a header is damaged');
    const { size = 0, path = '' } = header;
    if (!Number.isSafeInteger(size) || size < 0) throw new TarBroken('a header is damaged');
    if (header.type === 'ExtendedHeader') {
      if (size > LARGEST_PAX) throw new TarBroken('a header is too large');
      long = Pax.parse((await bytes.upTo(size)).toString('utf8'));
    } else if (header.type === 'File' || header.type === 'OldFile') {
      long = undefined;
      const { mtime: modifiedAt = new Date(0) } = header;
      yield { path, size, modifiedAt, body: bytes.pieces(size) };
    } else throw new TarBroken(`${path} is no plain file (${header.type})`);
    await bytes.upTo(padding(size).length);
  }
  for await (const piece of bytes.rest()) {
    if (piece.some((byte) => byte !== 0)) throw new TarBroken('something follows its end');
  }
}

/** Bytes: a name and a size. */
const LARGEST_PAX = 16_384;
