import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Test } from 'tap';
import { eventually } from '../support/eventually.ts';
import { type Account, type Exchange, freePorts } from '../support/exchange.ts';
import { answers } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import { liveTest } from '../support/live.ts';
import { fillOffice, plugIn } from '../support/phones.ts';

/** Bytes in, SIP messages out. */
interface Line {
  send(message: string): void;
  /** The first message heard that matches. */
  heard(pattern: RegExp): Promise<string>;
}

liveTest(
  'a phone registers and rings over every transport',
  async (t, exchange) => {
    await fillOffice(exchange);
    const bjorn = await plugIn(t, exchange, '101', 740);
    const port = (variable: string) => Number(exchange.env[variable]);

    const lines: readonly (readonly [name: string, via: string, open: () => Promise<Line>])[] = [
      ['TCP', 'TCP', async () => stream(await plain(t, exchange.sip.port))],
      ['TLS', 'TLS', async () => stream(await secure(t, port('VAXEL_SIP_TLS_PORT')))],
      ['WebSocket', 'WS', async () => webSocket(await plain(t, port('VAXEL_WS_PORT')))],
      ['WebSocket over TLS', 'WSS', async () => webSocket(await secure(t, port('VAXEL_WSS_PORT')))],
    ];
    for (const [name, via, open] of lines) {
      await t.test(name, async (t) => {
        const account = await exchange.addDevice('100', 'app');
        const line = await open();
        await register(line, via, account);
        t.match(await transportsOf(exchange, account), new RegExp(`transport=${via}`, 'i'));

        const call = await bjorn.call('100');
        const invite = await line.heard(/^INVITE sip:/);
        t.match(invite, /^From: "Björn Ek" <sip:101@/m, 'the name of the caller arrives');
        line.send(ringing(invite));
        await call.hangup();
        await line.heard(/^CANCEL sip:/);
        await exchange.vaxel('device', 'remove', account.id);
      });
    }

    await t.test('S022: a phone whose TLS connection is gone delays nobody', async (t) => {
      const account = await exchange.addDevice('100', 'app');
      const socket = await secure(t, port('VAXEL_SIP_TLS_PORT'));
      await register(stream(socket), 'TLS', account);
      await transportsOf(exchange, account);
      const anna = await plugIn(t, exchange, '100', 500);
      anna.agent.onCall(answers());
      socket.destroy();

      const call = await bjorn.call('100');
      await call.answered();
      await heard(call, 500);
      await call.hangup();
    });
  },
  async () => {
    const [tls, ws, wss] = await freePorts(3);
    return {
      VAXEL_SIP_TLS_PORT: String(tls),
      VAXEL_WS_PORT: String(ws),
      VAXEL_WSS_PORT: String(wss),
    };
  },
);

/** REGISTER, 401, REGISTER with the answer (RFC 2617 §3.2.2), 200. */
async function register(line: Line, via: string, account: Account): Promise<void> {
  const { username, password, domain } = account;
  const callId = randomBytes(8).toString('hex');
  const message = (cseq: number, more: readonly string[]) =>
    [
      `REGISTER sip:${domain} SIP/2.0`,
      `Via: SIP/2.0/${via} 127.0.0.1:9;branch=z9hG4bK${randomBytes(8).toString('hex')};rport`,
      'Max-Forwards: 70',
      `From: <sip:${username}@${domain}>;tag=${callId}`,
      `To: <sip:${username}@${domain}>`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} REGISTER`,
      `Contact: <sip:${username}@127.0.0.1:9;transport=${via.toLowerCase()}>;expires=120`,
      ...more,
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n');
  line.send(message(1, []));
  const challenge = await line.heard(/^SIP\/2\.0 401 /);
  const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const uri = `sip:${domain}`;
  const [nc, cnonce] = ['00000001', randomBytes(4).toString('hex')];
  const ha1 = md5(`${username}:${domain}:${password}`);
  const response = md5(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${md5(`REGISTER:${uri}`)}`);
  line.send(
    message(2, [
      `Authorization: Digest username="${username}", realm="${domain}", nonce="${nonce}", uri="${uri}", ` +
        `qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}", algorithm=MD5`,
    ]),
  );
  await line.heard(/^SIP\/2\.0 200 /);
}

/** 180 to an INVITE (RFC 3261 §8.2.6): without one nobody may cancel it. */
function ringing(invite: string): string {
  const copied = invite.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
  const headers = copied.map((line) => (line.startsWith('To:') ? `${line};tag=here` : line));
  return ['SIP/2.0 180 Ringing', ...headers, 'Content-Length: 0', '\r\n'].join('\r\n');
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

async function transportsOf(exchange: Exchange, { username }: Account): Promise<string> {
  return eventually('registration', async () => {
    const contact = await exchange.esl.api(`sofia_contact vaxel/${username}@${exchange.domain}`);
    return !contact.startsWith('error/') && contact;
  });
}

async function plain(t: Test, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** The exchange signs its own certificate until it is given one. */
async function secure(t: Test, port: number): Promise<Socket> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  t.teardown(() => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

function listen(socket: Socket, cut: (all: Buffer) => readonly string[]): Line['heard'] {
  let all = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => (all = Buffer.concat([all, bytes])));
  return (pattern) =>
    eventually(`message like ${pattern.source}`, () =>
      cut(all).find((message) => pattern.test(message)),
    );
}

const stream = (socket: Socket): Line => ({
  send: (message) => socket.write(message),
  heard: listen(socket, (all) => all.toString().split(/(?=^(?:SIP\/2\.0|[A-Z]+ sip:))/m)),
});

/** SIP over WebSocket (RFC 7118): one message to a frame. */
async function webSocket(socket: Socket): Promise<Line> {
  const hello = listen(socket, (all) => [all.toString('latin1')]);
  socket.write(
    'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n\r\n',
  );
  await hello(/^HTTP\/1\.1 101 [\s\S]*\r\n\r\n/);
  return { send: (message) => socket.write(frame(message)), heard: listen(socket, framesIn) };
}

/** One masked text frame (RFC 6455 §5.2). */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head = Buffer.alloc(4);
  head.writeUInt8(0x81, 0);
  head.writeUInt8(0x80 | 126, 1);
  head.writeUInt16BE(payload.length, 2);
  const masked = payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return Buffer.concat([head, mask, masked]);
}

/** The texts of whole frames from a server, which are not masked. */
function framesIn(all: Buffer): readonly string[] {
  const texts: string[] = [];
  for (let at = 0; at + 4 <= all.length;) {
    const short = (all[at + 1] ?? 0) & 0x7f;
    const [head, length] = short === 126 ? [4, all.readUInt16BE(at + 2)] : [2, short];
    texts.push(all.subarray(at + head, at + head + length).toString());
    at += head + length;
  }
  return texts;
}
