import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** What phones write: changes made on them, contacts, logs. Read again by the same phone and by nobody else. */
export interface UploadStore {
  /** @returns how many bytes were kept. */
  save(phoneId: string, name: string, body: Readable, length: number | undefined): Promise<Saved>;
  /** @returns undefined where the phone has not written that. */
  open(phoneId: string, name: string): Promise<Uploaded | undefined>;
}

export type Saved =
  { readonly kind: 'saved'; readonly bytes: number } | { readonly kind: 'too-large' };

export interface Uploaded {
  readonly bytes: number;
  read(): Readable;
}

/** Bytes of one file, and of all files of a phone. */
const LIMIT = 1_048_576;
const QUOTA = 4 * LIMIT;

export function openUploads(folder: string): UploadStore {
  return {
    save: async (phoneId, name, body, length) => {
      if ((length ?? 0) > LIMIT) return TOO_LARGE;
      const bytes = await readUpTo(LIMIT, body);
      if (bytes === undefined) return TOO_LARGE;
      const home = join(folder, phoneId);
      await mkdir(home, { recursive: true, mode: 0o700 });
      const ending = endingOf(name);
      if ((await bytesOfOthers(home, ending)) + bytes.length > QUOTA) return TOO_LARGE;
      const draft = join(home, `${ending}.${randomBytes(6).toString('hex')}.part`);
      await writeFile(draft, bytes, { mode: 0o600, flag: 'wx' });
      await rename(draft, join(home, ending));
      return { kind: 'saved', bytes: bytes.length };
    },
    open: async (phoneId, name) => {
      const path = join(folder, phoneId, endingOf(name));
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() !== true) return undefined;
      return { bytes: found.size, read: () => createReadStream(path) };
    },
  };
}

/** The whole body, or undefined as soon as it is more than there is room for. */
async function readUpTo(room: number, body: Readable): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let read = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    read += chunk.length;
    if (read > room) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A phone has a handful of files, so that looking at each costs less than an account of them. */
async function bytesOfOthers(home: string, ending: string): Promise<number> {
  const names = (await readdir(home)).filter((name) => name !== ending);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(home, name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The name has been read by grammar; what begins with the MAC address is kept without it. */
export const endingOf = (name: string): string => name.slice(12);

const TOO_LARGE: Saved = { kind: 'too-large' };
