import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { MIGRATIONS } from '../../common/db/migrate.ts';
import { VaxelError } from '../../common/errors.ts';
import { type Bytes, bytesOf } from './bytes.ts';
import { type BackupHead, readHead } from './head.ts';
import { HEAD, isKept, SUMS } from './kept.ts';
import { isSealed, SealBroken, unseal } from './seal.ts';
import { TarBroken, type TarMember, untar } from './untar.ts';
import { backupFailed } from './write-backup.ts';

export type ReadBackup =
  | {
      readonly kind: 'read';
      readonly head: BackupHead;
      readonly files: number;
      readonly bytes: number;
    }
  | { readonly kind: 'refused'; readonly why: 'wrong-passphrase' | 'passphrase-needed' };

export interface BackupReader {
  /** Asked only where the backup is sealed; undefined: there is none. */
  readonly passphrase: () => Promise<string | undefined>;
  /** Has the bytes of a file; what it leaves unread is skipped. Nothing of it is proven yet. */
  readonly take: (member: TarMember, head: BackupHead) => Promise<void>;
}

/**
 * Reads a backup once, from its start to its end, and proves it: every file is
 * there, is what its sum says, and nothing else is. Not before this is fulfilled
 * is anything in it to be believed.
 *
 * @throws {VaxelError} BACKUP_DAMAGED, BACKUP_NEWER, BACKUP_FAILED, or what `take` throws
 */
export async function readBackup(file: string, reader: BackupReader): Promise<ReadBackup> {
  try {
    const bytes = bytesOf(createReadStream(file));
    const start = await bytes.upTo(START_BYTES);
    const again = bytesOf(joined(start, bytes));
    if (!isSealed(start)) return await readPressed(file, again.rest(), reader);
    const passphrase = await reader.passphrase();
    if (passphrase === undefined) return { kind: 'refused', why: 'passphrase-needed' };
    const opened = await unseal(again, passphrase);
    if (opened.kind === 'wrong-passphrase') return { kind: 'refused', why: 'wrong-passphrase' };
    return await readPressed(file, opened.plain, reader);
  } catch (cause) {
    if (cause instanceof SealBroken || cause instanceof TarBroken || isOfGunzip(cause)) {
      throw damaged(file, cause.message, cause);
    }
    throw backupFailed(cause, file);
  }
}

async function readPressed(
  file: string,
  pressed: AsyncIterable<Buffer>,
  reader: BackupReader,
): Promise<ReadBackup> {
  let reading: Promise<ReadBackup> | undefined;
  try {
    await pipeline(pressed, createGunzip(), async (plain: AsyncIterable<Buffer>) => {
      reading = readMembers(file, plain, reader);
      await reading;
    });
  } finally {
    // Where the stream breaks, the file that was being taken is let go of first.
    await reading?.catch(() => undefined);
  }
  if (reading === undefined) throw new Error('a backup was read to its end, and nothing was read');
  return reading;
}

async function readMembers(
  file: string,
  plain: AsyncIterable<Buffer>,
  { take }: BackupReader,
): Promise<ReadBackup> {
  let head: BackupHead | undefined;
  let bytes = 0;
  const found = new Map<string, string>();
  let sums: ReadonlyMap<string, string> | undefined;
  for await (const member of untar(bytesOf(plain))) {
    const { path, size } = member;
    if (sums !== undefined) throw new TarBroken(`${path} follows the sums`);
    if (path === SUMS) sums = await readSums(member);
    else {
      if (found.has(path)) throw new TarBroken(`${path} is there twice`);
      const summed = summing(member);
      if (head === undefined) head = await headOf(file, summed.member);
      else if (isKept(path)) await take(summed.member, head);
      else throw new TarBroken(`${JSON.stringify(path)} is no file of ours`);
      found.set(path, await summed.sum());
      bytes += size;
    }
  }
  if (head === undefined || sums === undefined) throw new TarBroken('its sums are missing');
  for (const path of new Set([...found.keys(), ...sums.keys()])) {
    if (!found.has(path)) throw new TarBroken(`${path} is missing`);
    if (found.get(path) !== sums.get(path)) throw new TarBroken(`${path} is not what its sum says`);
  }
  return { kind: 'read', head, files: found.size, bytes };
}

async function headOf(file: string, { path, size, body }: TarMember): Promise<BackupHead> {
  if (path !== HEAD || size > LARGEST_HEAD) throw new TarBroken('it is no backup of vaxel');
  const parts: Buffer[] = [];
  for await (const piece of body) parts.push(piece);
  const head = readHead(Buffer.concat(parts).toString('utf8'));
  if (head === undefined) throw new TarBroken('its head is damaged');
  const unknown = head === 'newer' ? [] : head.migrations.filter((name) => !(name in MIGRATIONS));
  if (head !== 'newer' && unknown.length === 0) return head;
  const by = head === 'newer' ? 'a newer vaxel' : `a newer vaxel, ${head.version}`;
  throw new VaxelError(
    'BACKUP_NEWER',
    `the backup ${file} was made by ${by}: install that version or a later one, and restore it with that`,
    { file, unknown: unknown.join(', ') },
  );
}

/** A line a file: 64 hexadecimal digits, two spaces, its path. */
async function readSums({ body }: TarMember): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  let rest = '';
  for await (const piece of body) {
    // Paths are UTF-8, and a piece may end within a letter: as Latin-1 no byte is lost.
    const lines = (rest + piece.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new TarBroken('its sums are damaged');
    for (const line of lines) {
      const [, sum, path] = /^([0-9a-f]{64}) {2}(.+)$/s.exec(line) ?? [];
      if (sum === undefined || path === undefined) throw new TarBroken('its sums are damaged');
      sums.set(Buffer.from(path, 'latin1').toString('utf8'), sum);
    }
  }
  if (rest !== '') throw new TarBroken('its sums end too early');
  return sums;
}

/** The same member, whose bytes are summed as they are read. */
function summing(member: TarMember): { member: TarMember; sum: () => Promise<string> } {
  const sum = createHash('sha256');
  let seen = 0;
  async function* body(): AsyncGenerator<Buffer> {
    for await (const piece of member.body) {
      sum.update(piece);
      seen += piece.length;
      yield piece;
    }
  }
  const summed = body();
  return {
    member: { ...member, body: summed },
    sum: async () => {
      while ((await summed.next()).done !== true);
      if (seen < member.size) throw new TarBroken(`it ends within ${member.path}`);
      return sum.digest('hex');
    },
  };
}

async function* joined(start: Buffer, bytes: Bytes): AsyncGenerator<Buffer> {
  yield start;
  yield* bytes.rest();
}

const isOfGunzip = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

function damaged(file: string, how: string, cause: unknown): VaxelError {
  const message = `the backup ${file} is damaged, or none: ${how}; take another one. Nothing was changed`;
  return new VaxelError('BACKUP_DAMAGED', message, { file }, { cause });
}

/** Bytes: as many as our longest beginning. */
const START_BYTES = 64;
const LARGEST_HEAD = 1_048_576;
const LONGEST_LINE = 8_192;
