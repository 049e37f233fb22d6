import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { VaxelError } from './errors.ts';

/** Keeps secrets that must be readable again, such as a phone's SIP password. */
export interface SecretBox {
  /** @returns printable text, different at every call. */
  readonly seal: (secret: string, place: SecretPlace) => string;
  /** @throws {VaxelError} SECRET_UNREADABLE for another key, another place or damaged text. */
  readonly open: (sealed: string, place: SecretPlace) => string;
  /** A secret that need not be stored: the same for the same place, and of no use elsewhere. 32 bytes in base64url. */
  readonly derive: (place: SecretPlace) => string;
}

/**
 * Where a secret lives: table, row and column. It is authenticated with the
 * secret, so a sealed value copied to another row or column does not open there.
 */
export interface SecretPlace {
  readonly table: string;
  readonly id: string;
  readonly column: string;
}

/** AES-256-GCM (NIST SP 800-38D) with a key of 32 bytes. The text form names its version. */
export function secretBox(key: Uint8Array): SecretBox {
  return {
    seal: (secret, place) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated(place));
      const sealed = [nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return PREFIX + Buffer.concat(sealed).toString('base64url');
    },
    open: (sealed, place) => {
      try {
        return open(key, sealed, place);
      } catch (cause) {
        throw new VaxelError(
          'SECRET_UNREADABLE',
          `a stored secret (${place.table}.${place.column}) does not open: ` +
            'the key is not the one it was sealed with, or the text is damaged; put the right key back',
          { ...place },
          { cause },
        );
      }
    },
    // A pseudo-random function of the place (RFC 2104): the key is random, and used for this alone beside AES.
    derive: (place) => createHmac('sha256', key).update(derived(place)).digest('base64url'),
  };
}

function open(key: Uint8Array, sealed: string, place: SecretPlace): string {
  if (!sealed.startsWith(PREFIX)) throw new Error('not of a version we know');
  const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('too short');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(associated(place))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  const secret = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([secret, decipher.final()]).toString('utf8');
}

function associated({ table, id, column }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([PREFIX, table, id, column]));
}

/** Never the bytes that authenticate a sealed secret. */
const derived = ({ table, id, column }: SecretPlace): Buffer =>
  Buffer.from(JSON.stringify(['derived.v1', table, id, column]));

const PREFIX = 'v1.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
