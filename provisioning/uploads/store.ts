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

/** Nobody else writes into the folder, so that what lies there is looked up once for each phone. */
export function openUploads(folder: string): UploadStore {
  const keptOf = rememberKept(folder);
  return {
    save: async (phoneId, name, body, length) => {
      if ((length ?? 0) > LIMIT) return TOO_LARGE;
      const bytes = await readUpTo(LIMIT, body);
      if (bytes === undefined) return TOO_LARGE;
      const kept = await keptOf(phoneId);
      const home = join(folder, phoneId);
      const ending = endingOf(name);
      if (bytesBeside(kept, ending) + bytes.length > QUOTA) return TOO_LARGE;
      if (kept.size === 0) await mkdir(home, { recursive: true, mode: 0o700 });
      const draft = join(home, `${ending}.${randomBytes(6).toString('hex')}.part`);
      await writeFile(draft, bytes, { mode: 0o600, flag: 'wx' });
      await rename(draft, join(home, ending));
      kept.set(ending, bytes.length);
      return { kind: 'saved', bytes: bytes.length };
    },
    open: async (phoneId, name) => {
      const ending = endingOf(name);
      const bytes = (await keptOf(phoneId)).get(ending);
      if (bytes === undefined) return undefined;
      return { bytes, read: () => createReadStream(join(folder, phoneId, ending)) };
    },
  };
}

/** Bytes of each file of a phone, by the ending of its name. */
type Kept = Map<string, number>;

/** How many phones' files are remembered; the oldest go first. */
const REMEMBERED = 5_000;

function rememberKept(folder: string): (phoneId: string) => Promise<Kept> {
  const known = new Map<string, Promise<Kept>>();
  return (phoneId) => {
    const before = known.get(phoneId);
    if (before !== undefined) return before;
    const found = look(join(folder, phoneId));
    known.set(phoneId, found);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return found;
  };
}

/** A draft that a fall left behind counts as well: it takes room. */
async function look(home: string): Promise<Kept> {
  const names = await readdir(home).catch(() => []);
  const looks = names.map((name) => stat(join(home, name)).catch(() => undefined));
  const found = await Promise.all(looks);
  return new Map(names.map((name, i) => [name, found[i]?.size ?? 0]));
}

const bytesBeside = (kept: Kept, ending: string): number =>
  [...kept].reduce((sum, [name, bytes]) => (name === ending ? sum : sum + bytes), 0);

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

/** The name has been read by grammar; what begins with the MAC address is kept without it. */
export const endingOf = (name: string): string => name.slice(12);

const TOO_LARGE: Saved = { kind: 'too-large' };
