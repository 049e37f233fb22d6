import type { EslHeaders } from '../esl/headers.ts';

/**
 * One event as a block of `test/transcripts/*.esl`: `< ` and its name, then a
 * header to a line, then a blank line. Line breaks and backslashes are escaped.
 */
export function writeEvent(event: EslHeaders): string {
  const { 'Event-Name': name = 'nameless', ...headers } = event;
  const lines = Object.entries(headers).map(
    ([header, value]) => `${header}: ${escape(value ?? '')}\n`,
  );
  return `< ${name}\n${lines.join('')}\n`;
}

/**
 * Makes a redactor: the same number, address or secret becomes the same stand-in
 * through the whole recording, so that who called whom can still be followed.
 *
 * Extensions of two to five digits stay: they are what routing is about.
 */
export function redactor(): (event: EslHeaders) => EslHeaders {
  const numbers = stand((n) => `+468123456${String(n).padStart(2, '0')}`);
  const ipv4 = stand((n) => `192.0.2.${1 + (n % 254)}`);
  const ipv6 = stand((n) => `2001:db8::${n.toString(16)}`);

  const redactText = (text: string) =>
    text
      .replace(IPV4, (address) => (address.startsWith('127.') ? address : ipv4(address)))
      .replace(IPV6, (address) => (address === '::1' ? address : ipv6(address)))
      .replace(NUMBER, (number) => numbers(number.replace(/^(\+|%2B|00)/i, '')));

  return (event) =>
    Object.fromEntries(
      Object.entries(event).map(([header, value]) => {
        if (value === undefined || KEPT.test(header)) return [header, value];
        if (SECRET.test(header)) return [header, 'secret'];
        if (header.endsWith('FreeSWITCH-Hostname')) return [header, 'exchange'];
        return [header, outside(UUID, value, redactText)];
      }),
    );
}

/** The n-th different thing gets the n-th stand-in. */
function stand(name: (n: number) => string): (real: string) => string {
  const known = new Map<string, string>();
  return (real) => {
    const given = known.get(real) ?? name(known.size);
    known.set(real, given);
    return given;
  };
}

/** Changes a text but for what the pattern matches. */
function outside(kept: RegExp, text: string, change: (part: string) => string): string {
  const matches = text.match(kept) ?? [];
  return text
    .split(kept)
    .map((part, i) => change(part) + (matches[i] ?? ''))
    .join('');
}

/** Ids are full of digits that are no telephone numbers; what is matched as an id stays. */
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const NUMBER = /(?:\+|%2B)?(?<![\d.])\d{6,15}(?![\d.])/gi;
const IPV4 = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g;
const IPV6 = /(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![\w:])/gi;
const SECRET = /password|passwd|secret|authorization|a1[-_]hash|nonce|crypto|srtp|fingerprint/i;
/** Times and counters: as long as numbers, and without them a recording has no order. */
const KEPT = /^Event-(?!Calling)|-Time$|_(?:u?epoch|stamp|usec|msec)$|^VM-Timestamp$/;

const escape = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
