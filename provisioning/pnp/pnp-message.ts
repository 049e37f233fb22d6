/** A phone that has been plugged in and asks the network who looks after it. */
export interface PnpQuestion {
  readonly vendor: 'Yealink';
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * Reads `SUBSCRIBE sip:MAC%3a001565…@224.0.1.75` with the event `ua-profile`
 * (RFC 6080 §4), as Yealink sends it. Total: anything else is undefined.
 */
export function readPnp(datagram: Buffer): PnpQuestion | undefined {
  if (datagram.length > 4_096) return undefined;
  const [start = '', ...lines] = datagram.toString('utf8').split('\r\n');
  if (!/^SUBSCRIBE sip:MAC%3a[0-9a-f]{12}@[\d.]{7,15} SIP\/2\.0$/i.test(start)) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    if (line === '') break;
    const [, name = '', value = ''] = /^([A-Za-z-]{1,40})\s*:\s*([^\r\n]{0,500})$/.exec(line) ?? [];
    if (name === '') return undefined;
    headers.set(name.toLowerCase(), value);
  }
  const event = headers.get('event') ?? '';
  if (!/^ua-profile\s*;/i.test(event) || !/vendor="?yealink"?/i.test(event)) return undefined;
  const whole = ['via', 'from', 'to', 'call-id', 'cseq'].every((name) => headers.has(name));
  return whole ? { vendor: 'Yealink', headers } : undefined;
}

/** The answer, and what it asked for: a NOTIFY with one URL. Both go back to where the question came from. */
export function pnpAnswers(
  { headers }: PnpQuestion,
  {
    host,
    port,
    url,
    tag,
  }: Readonly<Record<'host' | 'url' | 'tag', string>> & { readonly port: number },
): readonly [ok: string, notify: string] {
  const header = (name: string) => headers.get(name) ?? '';
  const to = `${header('to').replace(/;tag=[^;]*/i, '')};tag=${tag}`;
  const ok = [
    'SIP/2.0 200 OK',
    `Via: ${header('via')}`,
    `From: ${header('from')}`,
    `To: ${to}`,
    `Call-ID: ${header('call-id')}`,
    `CSeq: ${header('cseq')}`,
    `Contact: <sip:${host}:${port}>`,
    'Expires: 0',
    'Content-Length: 0',
  ];
  const target = /<([^>]{1,300})>/.exec(headers.get('contact') ?? header('from'))?.[1] ?? '';
  const notify = [
    `NOTIFY ${target} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host}:${port};branch=z9hG4bK${tag}`,
    'Max-Forwards: 20',
    `From: ${to}`,
    `To: ${header('from')}`,
    `Call-ID: ${header('call-id')}`,
    'CSeq: 1 NOTIFY',
    `Contact: <sip:${host}:${port}>`,
    `Event: ${header('event')}`,
    'Subscription-State: terminated;reason=timeout',
    'Content-Type: application/url',
    `Content-Length: ${Buffer.byteLength(url)}`,
  ];
  return [`${ok.join('\r\n')}\r\n\r\n`, `${notify.join('\r\n')}\r\n\r\n${url}`];
}
