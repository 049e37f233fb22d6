import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Db } from '../../common/db/open.ts';
import { noteUpload, uploadedBytes } from '../../common/db/phone-uploads.ts';
import type { Clock } from '../../common/time.ts';

/** What phones write: changes made on them, contacts, logs. Read again by the same phone and by nobody else. */
export interface UploadStore {
  save(phoneId: string, name: string, body: Readable, length: number | undefined): Promise<Saved>;
  /** @returns undefined where the phone has not written that. */
  open(phoneId: string, name: string): Promise<Uploaded | undefined>;
}

export type Saved = 'created' | 'replaced' | 'too-large';

export interface Uploaded {
  readonly bytes: number;
  read(): Readable;
}

/** Bytes of one file, and of all files of a phone. */
export const UPLOAD_LIMIT = 1_048_576;
export const UPLOAD_QUOTA = 4 * UPLOAD_LIMIT;

export function openUploads(folder: string, db: Db, clock: Clock): UploadStore {
  /** The name has been read by grammar; what begins with the MAC address is kept without it. */
  const pathOf = (phoneId: string, name: string) => join(folder, phoneId, endingOf(name));

  return {
    save: async (phoneId, name, body, length) => {
      const others = await uploadedBytes(db, phoneId, endingOf(name));
      const room = Math.min(UPLOAD_LIMIT, UPLOAD_QUOTA - others);
      if ((length ?? 0) > room) return 'too-large';
      const path = pathOf(phoneId, name);
      const draft = `${path}.${randomBytes(6).toString('hex')}.part`;
      await mkdir(join(folder, phoneId), { recursive: true, mode: 0o700 });
      const written = await writeUpTo(room, body, draft);
      if (written === undefined) return 'too-large';
      await rename(draft, path);
      return noteUpload(db, phoneId, endingOf(name), written, clock());
    },
    open: async (phoneId, name) => {
      const path = pathOf(phoneId, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() !== true) return undefined;
      return { bytes: found.size, read: () => createReadStream(path) };
    },
  };
}

/** @returns how much there was; undefined where it was more than there is room for, and then nothing is left. */
async function writeUpTo(room: number, body: Readable, path: string): Promise<number | undefined> {
  let written = 0;
  const tooMuch = new Error('more than there is room for');
  try {
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          written += chunk.length;
          if (written > room) throw tooMuch;
          yield chunk;
        }
      },
      createWriteStream(path, { mode: 0o600, flags: 'wx' }),
    );
    return written;
  } catch (error) {
    await rm(path, { force: true });
    if (error === tooMuch) return undefined;
    throw error;
  }
}

const endingOf = (name: string): string => name.slice(12);
