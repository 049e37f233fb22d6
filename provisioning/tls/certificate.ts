import { generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { promisify } from 'node:util';
import { der } from './der.ts';

/** A certificate with its key, both in PEM. */
export interface KeyedCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateFor {
  readonly commonName: string;
  readonly organisation?: string;
  /** The name or address it is reached by; none for an authority or a client. */
  readonly host?: string;
  readonly isAuthority?: boolean;
  readonly from: Date;
  readonly to: Date;
  /** RSA unless told. */
  readonly keys?: KeyKind;
  /** Undefined: itself. */
  readonly issuer?: Issuer | undefined;
}

export type KeyKind = 'rsa' | 'ec';

export interface Issuer {
  readonly commonName: string;
  readonly organisation?: string;
  readonly key: KeyObject;
}

/**
 * Makes an X.509 v3 certificate (RFC 5280): with an RSA key of 2048 bits, which
 * the oldest phones that speak TLS 1.2 understand, or one on the curve P-256.
 */
export async function makeCertificate(
  wanted: CertificateFor,
): Promise<KeyedCertificate & { readonly issuer: Issuer }> {
  const { publicKey, privateKey } =
    wanted.keys === 'ec'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: 2048 });
  const self = { commonName: wanted.commonName, key: privateKey };
  const own: Issuer =
    wanted.organisation === undefined ? self : { ...self, organisation: wanted.organisation };
  const by = wanted.issuer ?? own;
  const algorithm = by.key.asymmetricKeyType === 'ec' ? ECDSA_WITH_SHA256 : SHA256_WITH_RSA;
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(serialNumber()),
    algorithm,
    nameOf(by),
    der.sequence(der.time(wanted.from), der.time(wanted.to)),
    nameOf(own),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(...extensions(wanted))),
  );
  const certificate = der.sequence(body, algorithm, der.bits(sign('sha256', body, by.key)));
  return {
    cert: pem(certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    issuer: own,
  };
}

function extensions({ isAuthority = false, host }: CertificateFor): readonly Buffer[] {
  const constraints = isAuthority ? der.sequence(der.boolean(true)) : der.sequence();
  const critical = der.sequence(
    der.object('2.5.29.19'),
    der.boolean(true),
    der.octets(constraints),
  );
  if (host === undefined) return [critical];
  const name =
    isIP(host) === 0
      ? der.implicit(2, Buffer.from(host))
      : der.implicit(7, isIPv4(host) ? Buffer.from(host.split('.').map(Number)) : Buffer.alloc(16));
  return [critical, der.sequence(der.object('2.5.29.17'), der.octets(der.sequence(name)))];
}

/** O and CN, in this order. */
function nameOf({ organisation, commonName }: Omit<Issuer, 'key'>): Buffer {
  const part = (type: string, text: string) =>
    der.set(der.sequence(der.object(type), der.utf8(text)));
  return der.sequence(
    ...(organisation === undefined ? [] : [part('2.5.4.10', organisation)]),
    part('2.5.4.3', commonName),
  );
}

/** RFC 5280 §4.1.2.2: positive, at most 20 bytes. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const generate = promisify(generateKeyPair);

/** RFC 4055 §5, which wants a null there; RFC 5758 §3.2, which forbids it. */
const SHA256_WITH_RSA = der.sequence(der.object('1.2.840.113549.1.1.11'), der.null());
const ECDSA_WITH_SHA256 = der.sequence(der.object('1.2.840.10045.4.3.2'));
