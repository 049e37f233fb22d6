import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { type Bytes } from './bytes.ts';

/**
 * A stream encrypted with a passphrase, as the STREAM construction does it (Hoang,
 * Reyhanitabar, Rogaway and Vizár, 2015, §7): frames of AES-256-GCM whose nonce is
 * their number and whether they are the last. A frame that is changed, moved,
 * repeated or missing, and an end that is cut off or added to, do not open.
 *
 * The key is new for each stream (scrypt, RFC 7914, with 16 random bytes of salt),
 * so a number is never used twice under one key.
 *
 *     MAGIC · log2 N · r · p · salt (16) · HMAC-SHA-256 of all that (32) · frames
 */
export async function* seal(
  plain: AsyncIterable<Uint8Array>,
  passphrase: string,
  cost: Cost = COST,
): AsyncGenerator<Buffer> {
  const head = Buffer.concat([MAGIC, Buffer.from(cost), randomBytes(SALT_BYTES)]);
  const keys = await keysOf(passphrase, head);
  yield Buffer.concat([head, macOf(keys, head)]);
  let held: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const piece of plain) {
    held = Buffer.concat([held, piece]);
    // One byte more than a frame: the last must be known for the last.
    while (held.length > FRAME_BYTES) {
      yield sealFrame(keys, held.subarray(0, FRAME_BYTES), number++, false);
      held = held.subarray(FRAME_BYTES);
    }
  }
  yield sealFrame(keys, held, number, true);
}

export type Unsealed =
  | { readonly kind: 'open'; readonly plain: AsyncGenerator<Buffer> }
  | { readonly kind: 'wrong-passphrase' };

/**
 * @param bytes - from the start of the stream.
 * @returns what `seal` was given, each piece after it was proven; the generator throws where one is not.
 */
export async function unseal(bytes: Bytes, passphrase: string): Promise<Unsealed> {
  const head = await bytes.upTo(HEAD_BYTES);
  const mac = await bytes.upTo(MAC_BYTES);
  if (mac.length < MAC_BYTES) throw new SealBroken('it ends before its first frame');
  if (!isCostSane(head)) throw new SealBroken('its head is damaged');
  const keys = await keysOf(passphrase, head);
  if (!timingSafeEqual(mac, macOf(keys, head))) return { kind: 'wrong-passphrase' };
  return { kind: 'open', plain: frames(bytes, keys) };
}

/** Whether a file begins as ours do. */
export const isSealed = (start: Buffer): boolean => start.subarray(0, MAGIC.length).equals(MAGIC);

/** The stream is not as it was sealed. */
export class SealBroken extends Error {}

async function* frames(bytes: Bytes, keys: Keys): AsyncGenerator<Buffer> {
  const whole = FRAME_BYTES + TAG_BYTES;
  let next = await bytes.upTo(whole);
  for (let number = 0; ; number += 1) {
    const frame = next;
    next = frame.length < whole ? Buffer.alloc(0) : await bytes.upTo(whole);
    const isLast = next.length === 0;
    yield openFrame(keys, frame, number, isLast);
    if (isLast) return;
  }
}

interface Keys {
  readonly frames: Buffer;
  readonly head: Buffer;
}

function sealFrame(keys: Keys, plain: Buffer, number: number, isLast: boolean): Buffer {
  const cipher = createCipheriv('aes-256-gcm', keys.frames, nonceOf(number, isLast));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function openFrame(keys: Keys, frame: Buffer, number: number, isLast: boolean): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', keys.frames, nonceOf(number, isLast), {
      authTagLength: TAG_BYTES,
    }).setAuthTag(frame.subarray(-TAG_BYTES));
    const plain = decipher.update(frame.subarray(0, -TAG_BYTES));
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    throw new SealBroken(`frame ${number} is damaged, out of its place, or the end is missing`);
  }
}

/** Eleven bytes of number, one of whether it is the last. */
function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

const macOf = (keys: Keys, head: Buffer): Buffer =>
  createHmac('sha256', keys.head).update(head).digest();

/** A file of somebody else's must not have us compute for hours. */
function isCostSane(head: Buffer): boolean {
  const [log2N = 0, r = 0, p = 0] = head.subarray(MAGIC.length);
  return log2N >= 10 && log2N <= 20 && r >= 1 && r <= 16 && p >= 1 && p <= 4;
}

async function keysOf(passphrase: string, head: Buffer): Promise<Keys> {
  const [log2N = 0, r = 0, p = 0] = head.subarray(MAGIC.length);
  const N = 2 ** log2N;
  const options = { N, r, p, maxmem: 256 * N * r };
  const salt = head.subarray(-SALT_BYTES);
  const both = await new Promise<Buffer>((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 64, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
  return { frames: both.subarray(0, 32), head: both.subarray(32) };
}

const MAGIC = Buffer.from('vaxel sealed backup 1\n');
/** Of scrypt: log2 N, r, p. */
type Cost = readonly [number, number, number];

/** 128 MiB and 0.4 seconds, what OWASP asks for at least (Password Storage Cheat Sheet). */
const COST: Cost = [17, 8, 1];
const SALT_BYTES = 16;
const HEAD_BYTES = MAGIC.length + COST.length + SALT_BYTES;
const MAC_BYTES = 32;
const TAG_BYTES = 16;
/** Of plain text. */
const FRAME_BYTES = 65_536;
