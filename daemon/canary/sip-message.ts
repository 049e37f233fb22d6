/** What we need of a SIP message; values as they came (RFC 3261 §7). */
export type SipMessage = SipRequest | SipResponse;

export interface SipRequest extends Parts {
  readonly kind: 'request';
  readonly method: string;
}

export interface SipResponse extends Parts {
  readonly kind: 'response';
  readonly status: number;
}

interface Parts {
  /** By their long names in lower case; a header that comes twice has two values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/** Total: any datagram is a message or is none. */
export function readSipMessage(datagram: Uint8Array): SipMessage | undefined {
  const text = Buffer.from(datagram).toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  // A line that begins with white space belongs to the one before it (RFC 3261 §7.3.1).
  const [first = '', ...lines] = text
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const parts = { headers: readHeaders(lines), body: text.slice(end + 4) };
  const status = /^SIP\/2\.0 ([1-6]\d\d)(?: |$)/.exec(first)?.[1];
  if (status !== undefined) return { kind: 'response', status: Number(status), ...parts };
  const method = /^([A-Z]{1,32}) \S+ SIP\/2\.0$/.exec(first)?.[1];
  return method === undefined ? undefined : { kind: 'request', method, ...parts };
}

/** Its first value; empty where there is none. */
export const headerOf = ({ headers }: SipMessage, name: string): string =>
  headers.get(name)?.[0] ?? '';

/** `17 SUBSCRIBE` (RFC 3261 §20.16). */
export function sequenceOf(message: SipMessage): {
  readonly number: number;
  readonly method: string;
} {
  const [, number = '', method = ''] =
    /^(\d{1,10}) +([A-Z]+)$/.exec(headerOf(message, 'cseq')) ?? [];
  return { number: Number(number), method };
}

export function sipText(first: string, headers: readonly (readonly [string, string])[]): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${first}\r\n${lines.join('')}Content-Length: 0\r\n\r\n`;
}

/** What a response repeats of its request (RFC 3261 §8.2.6.2). */
export function answerTo(request: SipRequest, status: 200 | 405 | 481): string {
  const repeated = (['Via', 'From', 'To', 'Call-ID', 'CSeq'] as const).flatMap((name) =>
    (request.headers.get(name.toLowerCase()) ?? []).map((value) => [name, value] as const),
  );
  return sipText(`SIP/2.0 ${status} ${PHRASE[status]}`, repeated);
}

function readHeaders(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [, written = '', value = ''] = /^([\w.!%*+`'~-]+)[ \t]*:(.*)$/s.exec(line) ?? [];
    const name = COMPACT[written.toLowerCase()] ?? written.toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), value.trim()]);
  }
  return headers;
}

/** RFC 3261 §7.3.3, RFC 6665 §8.2.1. */
const COMPACT: Readonly<Record<string, string>> = {
  f: 'from',
  i: 'call-id',
  m: 'contact',
  o: 'event',
  t: 'to',
  v: 'via',
};

const PHRASE = {
  200: 'OK',
  405: 'Method Not Allowed',
  481: 'Subscription Does Not Exist',
} as const;
