import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { digestFacts, digestResponse } from '../test/support/sip/digest.ts';
import type { BenchPhone } from './phone-company.ts';

/** What one request got. */
interface Got {
  readonly status: number;
  readonly challenge: string;
}

/** A connection that asks one thing after the other, with no more HTTP than phones need. */
export interface PhoneClient {
  ask(method: string, path: string, headers: string, body?: string): Promise<Got>;
  close(): void;
}

export async function openClient(port: number, tls: boolean): Promise<PhoneClient> {
  const options = { port, host: '127.0.0.1' };
  const socket: Socket = tls
    ? connectTls({ ...options, rejectUnauthorized: false })
    : connect(options);
  socket.setNoDelay(true);
  await once(socket, tls ? 'secureConnect' : 'connect');
  let gathered: Buffer = Buffer.alloc(0);
  let waiting:
    { got: (got: Got) => void; failed: (error: Error) => void; isHead: boolean } | undefined;
  socket.on('data', (chunk: Buffer) => {
    gathered = gathered.length === 0 ? chunk : Buffer.concat([gathered, chunk]);
    const end = gathered.indexOf('\r\n\r\n');
    if (end < 0 || waiting === undefined) return;
    const head = gathered.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const whole = end + 4 + (waiting.isHead ? 0 : length);
    if (gathered.length < whole) return;
    gathered = gathered.subarray(whole);
    const { got } = waiting;
    waiting = undefined;
    got({
      status: Number(head.slice(9, 12)),
      challenge: /\r\nwww-authenticate: (.*)/i.exec(head)?.[1] ?? '',
    });
  });
  const fail = (error: Error) => waiting?.failed(error);
  socket.on('error', fail);
  socket.on('close', () => {
    fail(new Error('the server hung up'));
  });
  return {
    ask: (method, path, headers, body = '') =>
      new Promise((got, failed) => {
        waiting = { got, failed, isHead: method === 'HEAD' };
        const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
        socket.write(`${method} ${path} HTTP/1.1\r\nHost: bench\r\n${headers}${length}\r\n${body}`);
      }),
    close: () => {
      socket.destroy();
    },
  };
}

/** A whole start of a phone with Digest: asked who it is once, it answers from then on. @returns how many requests that were. */
export async function bootPhone(port: number, phone: BenchPhone, tls = false): Promise<number> {
  const client = await openClient(port, tls);
  try {
    const agent = `User-Agent: ${AGENTS[phone.vendor]}\r\n`;
    const steps = STEPS[phone.vendor](phone.mac);
    const [, firstName = ''] = steps[0] ?? [];
    const { challenge, status } = await client.ask('GET', `/${firstName}`, agent);
    if (status !== 401) throw new Error(`a stranger got ${status}`);
    const facts = digestFacts(challenge);
    const realm = facts.get('realm') ?? '';
    const nonce = facts.get('nonce') ?? '';
    let nc = 0;
    for (const [method, name, expected, body] of steps) {
      nc += 1;
      const count = nc.toString(16).padStart(8, '0');
      const uri = `/${name}`;
      const login = { username: phone.mac, password: phone.password, realm, nonce, method, uri };
      const response = digestResponse({ ...login, qop: 'auth', cnonce: 'bench', count });
      const got = await client.ask(
        method,
        uri,
        `${agent}Authorization: Digest username="${phone.mac}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", qop=auth, nc=${count}, cnonce="bench"\r\n`,
        body,
      );
      if (!expected.includes(got.status)) throw new Error(`${method} ${uri} got ${got.status}`);
    }
    return steps.length + 1;
  } finally {
    client.close();
  }
}

const AGENTS = {
  Yealink: 'Yealink SIP-T46U 108.86.0.90',
  Polycom: 'FileTransport PolycomVVX-VVX_450-UA/6.4.6.2453 Type/Application',
} as const;

type Step = readonly [method: string, name: string, expected: readonly number[], body?: string];

const STEPS: Readonly<Record<BenchPhone['vendor'], (mac: string) => readonly Step[]>> = {
  Yealink: (mac) => [
    ['GET', `${mac}.boot`, [404]],
    ['GET', 'y000000000000.boot', [404]],
    ['GET', 'y000000000108.cfg', [200]],
    ['GET', `${mac}.cfg`, [200]],
    ['GET', `${mac}-local.cfg`, [404]],
  ],
  Polycom: (mac) => [
    ['PUT', `${mac}-boot.log`, [200, 201], 'up'],
    ['GET', `${mac}.cfg`, [200]],
    ['GET', '3111-48450-001.sip.ld', [404]],
    ['GET', `${mac}-settings.cfg`, [200]],
    ['GET', `${mac}-phone.cfg`, [404]],
    ['GET', `${mac}-web.cfg`, [404]],
    ['GET', '000000000000-license.cfg', [404]],
    ['GET', `${mac}-license.cfg`, [404]],
    ['GET', `${mac}-calls.xml`, [404]],
    ['GET', `${mac}-directory.xml`, [404, 200]],
    ['GET', '000000000000-directory.xml', [404, 200]],
    ['HEAD', `${mac}-app.log`, [404, 200]],
    ['PUT', `${mac}-app.log`, [200, 201], 'up'],
  ],
};
