import { createSocket } from 'node:dgram';
import { on, once } from 'node:events';
import fc from 'fast-check';
import t from 'tap';
import { openLog } from '../../../common/log.ts';
import { listenPnp } from '../../../provisioning/pnp/listen-pnp.ts';
import { pnpAnswers, readPnp } from '../../../provisioning/pnp/pnp-message.ts';

const QUESTION = [
  'SUBSCRIBE sip:MAC%3a0015651a2b3c@224.0.1.75 SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.9:5059;branch=z9hG4bK1',
  'From: <sip:MAC%3a0015651a2b3c@224.0.1.75>;tag=7',
  'To: <sip:MAC%3a0015651a2b3c@224.0.1.75>',
  'Call-ID: 1@192.0.2.9',
  'CSeq: 1 SUBSCRIBE',
  'Contact: <sip:MAC%3a0015651a2b3c@192.0.2.9:5059>',
  'Event: ua-profile;profile-type="device";vendor="Yealink";model="T53W";version="96.87.0.16"',
  'Accept: application/url',
  'Expires: 0',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

t.test('a Yealink that asks the network is told the URL', async (t) => {
  const question = readPnp(Buffer.from(QUESTION));
  if (question === undefined) throw new Error('not read');
  const url = 'http://192.0.2.1:8081/lobby/';
  const [ok, notify] = pnpAnswers(question, { host: '192.0.2.1', port: 5060, url, tag: 'ab' });
  t.match(ok, /^SIP\/2\.0 200 OK\r\nVia: SIP\/2\.0\/UDP 192\.0\.2\.9:5059;branch=z9hG4bK1\r\n/);
  t.match(ok, /\r\nTo: <sip:MAC%3a0015651a2b3c@224\.0\.1\.75>;tag=ab\r\n/);
  t.match(notify, /^NOTIFY sip:MAC%3a0015651a2b3c@192\.0\.2\.9:5059 SIP\/2\.0\r\n/);
  t.match(
    notify,
    /\r\nContent-Type: application\/url\r\nContent-Length: 28\r\n\r\nhttp:.*\/lobby\/$/,
  );
});

t.test('nothing else is answered, whatever it is', async (t) => {
  for (const other of [
    QUESTION.replace('SUBSCRIBE sip', 'OPTIONS sip'),
    QUESTION.replace('ua-profile', 'presence'),
    QUESTION.replace('vendor="Yealink"', 'vendor="Snom"'),
    QUESTION.replace('Call-ID', 'X-Other'),
    QUESTION.replace('0015651a2b3c@224', 'anna@224'),
  ]) {
    t.equal(readPnp(Buffer.from(other)), undefined);
  }
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      (bytes) => readPnp(Buffer.from(bytes)) === undefined,
    ),
  );
});

t.test('over multicast: who asks is answered where it asked from, and noise is not', async (t) => {
  const url = 'http://127.0.0.1:8081/lobby/';
  const log = openLog('test', 'silent');
  const pnp = await listenPnp({ host: '127.0.0.1', url, log, port: 0 });
  t.teardown(() => pnp.close());
  const phone = createSocket('udp4').bind(0, '127.0.0.1');
  t.teardown(() => phone.close());
  await once(phone, 'listening');
  phone.setMulticastInterface('127.0.0.1');
  const signal = AbortSignal.timeout(10_000);
  const datagrams = on(phone, 'message', { signal }) as AsyncIterable<[Buffer]>;
  phone.send('OPTIONS sip:x SIP/2.0\r\n\r\n', pnp.port, '224.0.1.75');
  phone.send(QUESTION, pnp.port, '224.0.1.75');
  const answers: string[] = [];
  for await (const [datagram] of datagrams) {
    answers.push(datagram.toString());
    if (answers.length === 2) break;
  }
  t.match(answers[0], /^SIP\/2\.0 200 OK\r\n/);
  t.match(answers[1], /^NOTIFY [\s\S]*\r\n\r\nhttp:\/\/127\.0\.0\.1:8081\/lobby\/$/);
});
