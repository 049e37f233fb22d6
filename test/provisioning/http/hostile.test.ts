import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { readPath } from '../../../provisioning/http/path.ts';
import { scanKind } from '../../../provisioning/http/scanner.ts';
import { ask, startRig } from '../../support/provisioning-rig.ts';

const MAC = '0015651a2b3c';

interface Corpus {
  readonly bootSequences: readonly {
    readonly vendor: string;
    readonly family: string;
    readonly requests: readonly { readonly method: string; readonly path: string }[];
  }[];
  readonly scannerRequests: readonly {
    readonly method: string;
    readonly path: string;
    readonly ua: string | null;
  }[];
}

const corpus = JSON.parse(readFileSync('test/corpus/requests.json', 'utf8')) as Corpus;

t.test('every start of the corpus, in its order, first without credentials', async (t) => {
  const rig = await startRig(t);
  const phones = {
    Yealink: { mac: MAC, model: 'T46U', ua: 'Yealink SIP-T46U 108.86.0.90' },
    Polycom: {
      mac: '64167f1a2b3c',
      model: 'VVX 500',
      ua: 'FileTransport PolycomVVX-VVX_500-UA/5.9.7.4477 Type/Application',
    },
  };
  for (const vendor of ['Yealink', 'Polycom'] as const) {
    const { mac, model, ua } = phones[vendor];
    const { url = '' } = await rig.vaxel('phone', 'add', mac, '--model', model, '--user', '100');
    const base = new URL(url).pathname;
    for (const { family, requests } of corpus.bootSequences.filter(
      (one) => one.vendor === vendor,
    )) {
      const gotAccounts: number[] = [];
      for (const { method, path } of requests) {
        const name = path.replace(/<mac>|[0-9a-f]{12}(?=[.-])/, mac).replace('NN', '28');
        if (method === 'SUBSCRIBE' || /[< ]/.test(name)) continue;
        const how = {
          method,
          headers: { 'User-Agent': ua },
          ...(method === 'PUT' ? { body: 'log' } : {}),
        };
        const bare = await rig.ask(`/${name}`, how);
        t.ok(
          [401, 404].includes(bare.status),
          `${family}: ${method} ${name} bare is ${bare.status}`,
        );
        t.equal(bare.body.length, 0);
        const real = await rig.ask(`${base}${name}`, how);
        t.ok([200, 201, 404].includes(real.status), `${family}: ${name} is ${real.status}`);
        if (real.status === 404) t.equal(real.body.length, 0, 'what is not there is empty');
        if (name === `${mac}.cfg`) gotAccounts.push(real.status);
      }
      t.notOk(gotAccounts.includes(404), `${family} gets its configuration`);
    }
  }
});

t.test('no User-Agent of the corpus opens anything', async (t) => {
  const rig = await startRig(t);
  await rig.vaxel('phone', 'add', MAC, '--model', 'T46U', '--user', '100');
  const agents = readFileSync('test/corpus/user-agents.tsv', 'utf8')
    .split('\n')
    .map((line) => line.split('\t').at(-1) ?? '')
    .filter((ua) => !ua.startsWith('#') && /^[\x20-\x7e]+$/.test(ua));
  t.ok(agents.length > 100);
  for (const ua of agents) {
    const { status, body } = await rig.ask(`/${MAC}.cfg`, { headers: { 'User-Agent': ua } });
    t.strictSame([status, body.length], [401, 0], ua);
  }
});

t.test('scanners get nothing, and are seen', async (t) => {
  const rig = await startRig(t);
  await rig.vaxel('phone', 'add', MAC, '--model', 'T46U', '--user', '100');
  for (const { method, path, ua } of corpus.scannerRequests) {
    const headers: Record<string, string> = ua === null ? {} : { 'User-Agent': ua };
    const { status, body } = await rig.ask(path, { method, headers });
    t.ok([401, 404, 429].includes(status), `${path} is ${status}`);
    t.equal(body.length, 0);
    t.ok(scanKind(path), `${path} is seen for what it is`);
  }
  t.equal((await rig.ask('/metrics')).status, 404, 'nothing is measured aloud at the phones’ door');
  const { body } = await ask(rig.monitorPort, '/metrics', {});
  const counted = [...body.toString().matchAll(/^vaxel_phone_scans_total\{[^}]*\} (\d+)$/gm)];
  const scans = counted.reduce((sum, [, count]) => sum + Number(count), 0);
  t.equal(scans, corpus.scannerRequests.length, 'each raises the alarm');
  t.notOk(scanKind(`/${'a'.repeat(26)}/${MAC}.cfg`), 'a phone’s own request does not');
});

t.test('a path is of our grammar or of nobody’s', async (t) => {
  const token = '0123456789abcdefghjkmnpqrs';
  t.match(readPath(`/${token}/${MAC}.cfg`), { by: { kind: 'token', token }, name: `${MAC}.cfg` });
  t.match(readPath(`/lobby/${MAC}.cfg`), { by: { kind: 'lobby', domain: undefined } });
  t.match(readPath(`/lobby/anka.example/${MAC}.cfg`), { by: { domain: 'anka.example' } });
  t.match(readPath(`/${token}/base/25.81.0.30.rom`), {
    by: { token },
    file: { kind: 'resource', name: 'base/25.81.0.30.rom' },
  });
  for (const path of [
    '',
    '/',
    `//${MAC}.cfg`,
    `/${token}/../${MAC}.cfg`,
    `/${token}/..%2f${MAC}.cfg`,
    `/${token}/%2e%2e/${MAC}.cfg`,
    `/${token}/${MAC}.cfg%00`,
    `/${token}/${MAC}.cfg/`,
    `/${token}/${MAC}.CFG`,
    `/${token}\\${MAC}.cfg`,
    `/${token.toUpperCase()}/${MAC}.cfg`,
    `/${token}/x/${MAC}.cfg`,
    `/${token}/a/b/25.81.0.30.rom`,
    `/${token}/../25.81.0.30.rom`,
    `/${token}/anka.example/25.81.0.30.rom`,
    `/lobby/ANKA.example/${MAC}.cfg`,
    `/lobby/../${MAC}.cfg`,
    `/lobby/anka/${MAC}.cfg`,
    `/${token}/.htaccess`,
    `/${token}/${MAC}.cfg?${'q'.repeat(300)}`,
    `http://elsewhere.example/${token}/${MAC}.cfg`,
    `/${'a'.repeat(10_000)}`,
  ]) {
    t.equal(readPath(path), undefined, path.slice(0, 80));
  }
});

t.test('nothing that comes over the wire hangs, breaks or leaks', async (t) => {
  const rig = await startRig(t);
  const { url = '', password = '' } = await rig.vaxel(
    'phone',
    'add',
    MAC,
    '--model',
    'T46U',
    '--user',
    '100',
  );
  const token = new URL(url).pathname.split('/')[1] ?? '';
  const words = fc.constantFrom(
    ...[
      '/',
      '..',
      '%2e',
      '%00',
      '\\',
      '{$mac}',
      MAC,
      token,
      'lobby',
      '.cfg',
      '.boot',
      '-app.log',
      '?',
      '#',
      '&',
      'å',
      '😀',
    ],
  );
  const path = fc
    .array(fc.oneof({ weight: 3, arbitrary: words }, fc.string({ maxLength: 20 })), {
      maxLength: 8,
    })
    .map((parts) => `/${parts.join('')}`);
  const value = fc.string({ maxLength: 80 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, ''));
  await fc.assert(
    fc.asyncProperty(
      path.map((text) => encodeURI(text.replaceAll(/[\ud800-\udfff]/g, '')).replaceAll('%25', '%')),
      fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND'),
      fc.record({ 'User-Agent': value, Authorization: value, 'If-None-Match': value }),
      fc.uint8Array({ maxLength: 200 }),
      async (path, method, headers, body) => {
        const answer = await ask(rig.port, path, { method, headers, body: Buffer.from(body) });
        const text = answer.body.toString();
        if (answer.status >= 500) throw new Error(`${method} ${path} is ${answer.status}`);
        if (text.includes(password)) throw new Error('the password is in the answer');
        const isHeld = answer.status === 200 && text.includes('account.1.password');
        if (isHeld && !path.startsWith(`/${token}/`)) throw new Error(`${path} opened`);
      },
    ),
    { numRuns: 400 },
  );
  t.equal((await rig.ask(`/${token}/${MAC}.cfg`)).status, 200, 'it serves on');
});

t.test('a client that dawdles loses its connection', async (t) => {
  const rig = await startRig(t);
  const start = performance.now();
  const socket = connect(rig.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`GET /${MAC}.cfg HTTP/1.1\r\nHost: x\r\nX-Slow: `);
  socket.resume();
  await once(socket, 'close');
  const seconds = (performance.now() - start) / 1_000;
  t.ok(seconds > 5 && seconds < 20, `${seconds.toFixed(1)} s for half a header`);
});

t.test('what is no HTTP, or two requests in one, gets a refusal and the door', async (t) => {
  const rig = await startRig(t);
  const { url = '' } = await rig.vaxel('phone', 'add', MAC, '--model', 'T46U', '--user', '100');
  const base = new URL(url).pathname;
  const raw = async (text: string) => {
    const socket = connect(rig.port, '127.0.0.1');
    await once(socket, 'connect');
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.write(text);
    await once(socket, 'close');
    return said;
  };
  const smuggled = `GET ${base}${MAC}.cfg HTTP/1.1\r\nHost: x\r\n\r\n`;
  for (const [what, text] of [
    [
      'both lengths',
      `POST /${MAC}.cfg HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      'two lengths',
      `POST /${MAC}.cfg HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nabcd`,
    ],
    [
      'a strange encoding',
      `POST /${MAC}.cfg HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n${smuggled}`,
    ],
    ['a folded header', `GET /${MAC}.cfg HTTP/1.1\r\nHost: x\r\nX: a\r\n b\rc\r\n\r\n`],
    ['a huge header', `GET /${MAC}.cfg HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['no HTTP', 'OPTIONS sip:nm SIP/2.0\r\n\r\n'],
    ['TLS on the plain door', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc'],
  ] as const) {
    const said = await raw(text);
    t.match(said, /^(HTTP\/1\.1 4\d\d |$)/, what);
    t.notMatch(said, /account\.1/, `${what} smuggles nothing`);
  }
});
