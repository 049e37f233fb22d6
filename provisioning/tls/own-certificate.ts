import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VaxelError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import { type KeyedCertificate, type KeyKind, makeCertificate } from './certificate.ts';

/** The sysadmin's certificate. @throws {VaxelError} SECRET_UNREADABLE */
export function readCertificate(paths: {
  readonly file: string;
  readonly key: string;
}): KeyedCertificate {
  const { file } = paths;
  const cert = readPem(file);
  try {
    new X509Certificate(cert);
  } catch (cause) {
    const message = `the file ${file} holds no certificate in PEM: put the right one there`;
    throw new VaxelError('SECRET_UNREADABLE', message, { file }, { cause });
  }
  return { cert, key: readPem(paths.key) };
}

/**
 * Certificates of our own making, for where none is given: kept in the state
 * directory, made anew when they are about to run out or the host has changed.
 *
 * Two of them, and TLS shows each phone the one it can check: some old ones know
 * RSA alone, and with the other a handshake costs us a fraction.
 */
export const ownCertificates = (
  state: string,
  host: string,
  clock: Clock,
): Promise<readonly KeyedCertificate[]> =>
  Promise.all((['ec', 'rsa'] as const).map((keys) => ownCertificate(state, host, keys, clock)));

async function ownCertificate(
  state: string,
  host: string,
  keys: KeyKind,
  clock: Clock,
): Promise<KeyedCertificate> {
  const folder = join(state, 'provisioning');
  const file = join(folder, `own-${keys}.pem`);
  const kept = readKept(file);
  if (kept !== undefined && isGood(kept.cert, host, clock())) return kept;
  const from = new Date(clock() - DAY_MS);
  const to = new Date(clock() + YEARS_MS);
  const made = await makeCertificate({ commonName: host, host, keys, from, to });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, made.cert + made.key, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return { cert: made.cert, key: made.key };
}

/** Every certificate of a PEM file. @throws {VaxelError} SECRET_UNREADABLE */
export function readAuthorities(file: string): readonly X509Certificate[] {
  const found = readPem(file).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return (found ?? []).map((text) => new X509Certificate(text));
}

function readKept(file: string): KeyedCertificate | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('-----BEGIN PRIVATE KEY');
    return end < 0 ? undefined : { cert: text.slice(0, end), key: text.slice(end) };
  } catch {
    return undefined;
  }
}

function isGood(cert: string, host: string, now: number): boolean {
  const { validTo, subject } = new X509Certificate(cert);
  return subject === `CN=${host}` && Date.parse(validTo) - now > 30 * DAY_MS;
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new VaxelError(
      'SECRET_UNREADABLE',
      `the file ${file} cannot be read: it must be in PEM, and this user may read it`,
      { file },
      { cause },
    );
  }
}

const DAY_MS = 86_400_000;
const YEARS_MS = 10 * 365 * DAY_MS;
