/**
 * SIP messages, RFC 3261 §7, byte-true.
 *
 * A header keeps its bytes beside its text, since what arrives need not be
 * UTF-8 and a test has to see exactly what was on the wire.
 */
export interface Header {
  /** In its long form: a compact `f` reads as `From`. */
  readonly name: string;
  /** The bytes read as UTF-8; anything else shows as U+FFFD. */
  readonly value: string;
  readonly bytes: Buffer;
}

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

export type SipMessage = SipRequest | SipResponse;

/** A header to send; a `Buffer` goes out as it is. */
export function header(name: string, value: string | Buffer): Header {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return { name, value: bytes.toString('utf8'), bytes };
}

/** The first header of this name, in any case. */
export function findHeader(message: SipMessage, name: string): Header | undefined {
  const wanted = name.toLowerCase();
  return message.headers.find((each) => each.name.toLowerCase() === wanted);
}

/** The first value of this name, whole, or the empty text. */
export function headerText(message: SipMessage, name: string): string {
  return findHeader(message, name)?.value ?? '';
}

/** Every value of this name in order, comma lists taken apart where the header is one (RFC 3261 §7.3.1). */
export function headerValues(message: SipMessage, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return message.headers
    .filter((each) => each.name.toLowerCase() === wanted)
    .flatMap(({ value }) => (LISTS.has(wanted) ? splitList(value) : [value]));
}

/** CSeq as number and method (RFC 3261 §20.16). */
export function sequenceOf(message: SipMessage): {
  readonly number: number;
  readonly method: string;
} {
  const [number = '', method = ''] = headerText(message, 'CSeq').split(/\s+/);
  return { number: Number(number), method };
}

/** Reads one datagram; `undefined` where it is not SIP (a keep-alive, noise). */
export function readMessage(datagram: Buffer): SipMessage | undefined {
  const end = datagram.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const lines = datagram
    .subarray(0, end)
    .toString('latin1')
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = lines.slice(1).flatMap(readHeader);
  const rest = datagram.subarray(end + 4);
  const length = headers.find(({ name }) => name.toLowerCase() === 'content-length')?.value;
  const body = length === undefined ? rest : rest.subarray(0, Number(length));

  const first = Buffer.from(lines[0] ?? '', 'latin1').toString('utf8');
  const response = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(first);
  if (response !== null) {
    const [, status, reason = ''] = response;
    return { kind: 'response', status: Number(status), reason, headers, body };
  }
  const request = /^(\S+) (\S+) SIP\/2\.0$/.exec(first);
  if (request === null) return undefined;
  const [, method = '', uri = ''] = request;
  return { kind: 'request', method, uri, headers, body };
}

/** The bytes of a message, with the Content-Length its body has. */
export function messageBytes(message: SipMessage): Buffer {
  const parts: Buffer[] = [Buffer.from(`${startLine(message)}\r\n`)];
  for (const { name, bytes } of message.headers) {
    if (name.toLowerCase() === 'content-length') continue;
    parts.push(Buffer.from(`${name}: `), bytes, CRLF);
  }
  parts.push(Buffer.from(`Content-Length: ${message.body.length}\r\n\r\n`), message.body);
  return Buffer.concat(parts);
}

export function startLine(message: SipMessage): string {
  return message.kind === 'request'
    ? `${message.method} ${message.uri} SIP/2.0`
    : `SIP/2.0 ${message.status} ${message.reason}`;
}

function readHeader(line: string): Header[] {
  const parts = /^([^\s:]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line);
  if (parts === null) return [];
  const [, name = '', value = ''] = parts;
  return [header(COMPACT.get(name.toLowerCase()) ?? name, Buffer.from(value, 'latin1'))];
}

/** Commas part values, except inside quotes and angle brackets. */
function splitList(value: string): readonly string[] {
  return [...value.matchAll(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<]|["<])+/g)]
    .map(([part]) => part.trim())
    .filter((part) => part !== '');
}

const CRLF = Buffer.from('\r\n');

/** RFC 3261 §20, RFC 6665 §8.4, RFC 3515 §2, RFC 4028 §4, RFC 3892 §3. */
const COMPACT: ReadonlyMap<string, string> = new Map([
  ['b', 'Referred-By'],
  ['c', 'Content-Type'],
  ['e', 'Content-Encoding'],
  ['f', 'From'],
  ['i', 'Call-ID'],
  ['k', 'Supported'],
  ['l', 'Content-Length'],
  ['m', 'Contact'],
  ['o', 'Event'],
  ['r', 'Refer-To'],
  ['s', 'Subject'],
  ['t', 'To'],
  ['u', 'Allow-Events'],
  ['v', 'Via'],
  ['x', 'Session-Expires'],
]);

const LISTS: ReadonlySet<string> = new Set([
  'allow',
  'contact',
  'diversion',
  'history-info',
  'p-asserted-identity',
  'path',
  'reason',
  'record-route',
  'require',
  'route',
  'supported',
  'via',
]);
