import type { X509Certificate } from 'node:crypto';
import type { Vendor } from '../models/model.ts';
import { readMac } from '../phone/mac.ts';
import type { Mac } from '../phone/phone.ts';

/** What a phone's factory certificate proves. */
export type Proven =
  | { readonly kind: 'phone'; readonly mac: Mac }
  | { readonly kind: 'nothing'; readonly why: 'not-of-the-vendor' | 'expired' | 'no-mac' };

/**
 * Checks a certificate against the vendor's own authorities. That its key is in
 * the phone's hands, the TLS handshake has shown already (RFC 8446 §4.4.3).
 *
 * The chain is walked here rather than asked of the TLS library, which tells
 * only its last complaint: a date gone by would hide a forged issuer. Polycom's
 * older factory certificates have run out, and are taken all the same; a
 * certificate without a MAC address, such as the one Yealink gives to all old
 * phones alike, names nobody.
 */
export function proveMac(
  certificate: X509Certificate,
  vendor: Vendor,
  authorities: readonly X509Certificate[],
  now: number,
): Proven {
  if (!isIssuedBy(certificate, authorities)) return { kind: 'nothing', why: 'not-of-the-vendor' };
  const ended = Date.parse(certificate.validTo) < now && vendor !== 'Polycom';
  if (ended || Date.parse(certificate.validFrom) > now) return { kind: 'nothing', why: 'expired' };
  const names = /^CN=(.*)$/gm;
  const [name, ...more] = [...certificate.subject.matchAll(names)].map(([, text = '']) => text);
  const mac = more.length === 0 ? readMac(name?.trim() ?? '') : undefined;
  return mac === undefined ? { kind: 'nothing', why: 'no-mac' } : { kind: 'phone', mac };
}

/** By one of the authorities itself: the configured file holds the intermediate ones as well. */
const isIssuedBy = (
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
): boolean =>
  authorities.some(
    (authority) =>
      authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
  );
