import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { VaxelError } from './errors.ts';
import { secretBox, type SecretBox } from './secret-box.ts';

export interface Secrets {
  /** For FreeSWITCH's event socket. Printable, and safe in XML. */
  readonly eslPassword: string;
  /** Opens what the database keeps sealed. */
  readonly box: SecretBox;
}

/**
 * The installation's own secrets: systemd credentials `esl-password` and
 * `vaxel-key` where they are given, else files under `<state>/secrets`, made
 * from 32 random bytes each the first time anybody asks.
 *
 * @throws {VaxelError} SECRET_UNREADABLE
 */
export function openSecrets(config: Config): Secrets {
  const box = openBox(config);
  return { eslPassword: readSecret(config, 'esl-password', 'esl-password'), box };
}

/**
 * What opens the database's sealed values, alone: provisioning has no business with FreeSWITCH.
 * @throws {VaxelError} SECRET_UNREADABLE
 */
export function openBox(config: Config): SecretBox {
  const key = Buffer.from(readSecret(config, 'vaxel-key', 'key'), 'base64url');
  if (key.length !== 32) {
    throw new VaxelError(
      'SECRET_UNREADABLE',
      'the key must be 32 bytes written in base64: put the right vaxel-key (secrets/key) back',
    );
  }
  return secretBox(key);
}

function readSecret(config: Config, credential: string, name: string): string {
  const file = secretFile(config, credential, name);
  try {
    if (!existsSync(file)) make(join(config.state, 'secrets'), file);
    const secret = readFileSync(file, 'utf8').trim();
    if (!/^[\w+/=-]{16,}$/.test(secret)) throw new Error('not a secret of ours');
    return secret;
  } catch (cause) {
    const message = `the secret ${file} cannot be read: it must be a file of 16 letters or more that this user may read`;
    throw new VaxelError('SECRET_UNREADABLE', message, { file }, { cause });
  }
}

/** Where a secret is, or will be made. */
export function secretFile(config: Config, credential: string, name: string): string {
  const given = config.credentials === undefined ? '' : join(config.credentials, credential);
  return given !== '' && existsSync(given) ? given : join(config.state, 'secrets', name);
}

/** Whole or not at all, and never over another's: two programs may be starting. */
function make(directory: string, file: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(draft);
  }
}
