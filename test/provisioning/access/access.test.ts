import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectTls } from 'node:tls';
import t from 'tap';
import { decideAccess } from '../../../provisioning/access/access.ts';
import { createNonces } from '../../../provisioning/access/nonces.ts';
import { readPath } from '../../../provisioning/http/path.ts';
import { createPhoneLookup } from '../../../provisioning/phone-lookup.ts';
import { makeCertificate } from '../../../provisioning/tls/certificate.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLimits, neighbourhood } from '../../../provisioning/access/limits.ts';
import { loadConfig } from '../../../common/config.ts';
import { openSecrets } from '../../../common/secrets.ts';
import { epochMs, systemClock } from '../../../common/time.ts';
import { askWithDigest, digestHeader } from '../../support/digest-client.ts';
import { startRig, type Answer } from '../../support/provisioning-rig.ts';

const MAC = '0015651a2b3c';
const UA = { 'User-Agent': 'Yealink SIP-T46U 108.86.0.90 00:15:65:1a:2b:3c' };
const ADD = ['phone', 'add', MAC, '--model', 'T46U', '--user', '100'];

t.test('a stranger with the MAC address and the right User-Agent gets nothing', async (t) => {
  const rig = await startRig(t);
  const { url = '' } = await rig.vaxel(...ADD);
  const token = new URL(url).pathname.split('/')[1] ?? '';
  const wrong = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`;
  const bare = [`/${MAC}.cfg`, '/0015651a2b3d.cfg', '/y000000000108.cfg', '/000000000000.cfg'];
  const looks: Answer[] = [];
  for (const path of bare) looks.push(await rig.ask(path, { headers: UA }));
  for (const look of looks) {
    t.equal(look.status, 401);
    t.equal(look.body.length, 0);
    t.match(look.headers['www-authenticate'], /^Digest realm="vaxel", qop="auth"/);
    t.strictSame(Object.keys(look.headers).sort(), Object.keys(looks[0]?.headers ?? {}).sort());
  }
  const other = await rig.vaxel('phone', 'add', '0015651a2b3d', '--model', 'T46U', '--user', '101');
  const others = new URL(other['url'] ?? '').pathname;
  await rig.vaxel('phone', 'add', '0015651a2b3e', '--model', 'T46U', '--user', '101');
  await rig.vaxel('phone', 'disable', '0015651a2b3d');
  const refusals = [
    await rig.ask(`/${wrong}/${MAC}.cfg`, { headers: UA }),
    await rig.ask(`/${token}/0015651a2b3e.cfg`, { headers: UA }),
    await rig.ask(`${others}0015651a2b3d.cfg`),
    await rig.ask(`/${wrong}/0015651a2b3f.cfg`, { headers: UA }),
    await rig.ask(`/${token}/${MAC}.cfg`, {
      headers: { 'User-Agent': 'Yealink SIP-T46U 108.86.0.90 00:15:65:99:99:99' },
    }),
    await rig.ask(`/${token}/${MAC}.html`, { headers: UA }),
  ];
  for (const { status, body, headers } of refusals) {
    t.strictSame([status, body.length], [404, 0]);
    t.notOk(headers['www-authenticate']);
  }
  t.equal(
    (await rig.ask(`/${token}/${MAC}.cfg`, { headers: UA })).status,
    200,
    'and the phone does',
  );

  await rig.vaxel('phone', 'token', MAC);
  t.equal((await rig.ask(`/${token}/${MAC}.cfg`, { headers: UA })).status, 404, 'rotated away');
});

t.test('Digest: the first 401 is normal, and no answer is good twice', async (t) => {
  const rig = await startRig(t);
  const added = await rig.vaxel(...ADD);
  const login = { username: added['username'] ?? '', password: added['password'] ?? '' };
  const uri = `/${MAC}.cfg`;
  for (let probe = 0; probe < 40; probe += 1) t.equal((await rig.ask(uri)).status, 401);
  t.equal(
    (await askWithDigest(rig, uri, login, { headers: UA })).status,
    200,
    '401 counts nothing',
  );

  const challenge = String((await rig.ask(uri)).headers['www-authenticate']);
  const answer = (count: string, changes = {}) =>
    rig.ask(uri, {
      headers: { Authorization: digestHeader(challenge, { ...login, ...changes }, { uri, count }) },
    });
  t.equal((await answer('00000001')).status, 200);
  t.equal((await answer('00000001')).status, 401, 'replayed');
  t.equal((await answer('00000003')).status, 200);
  t.equal((await answer('00000002')).status, 200, 'two of a phone’s requests may overtake');
  t.equal((await answer('00000002')).status, 401);
  t.equal((await answer('00000004', { password: 'x'.repeat(20) })).status, 401);
  t.equal((await answer('00000005', { username: '0015651a2b3d' })).status, 401);
  t.equal(
    (await answer('00000006', { username: '00:15:65:1A:2B:3C' })).status,
    200,
    'any spelling',
  );
  const forged = challenge.replace(/nonce="(.)/, 'nonce="z$1');
  const signed = digestHeader(forged, login, { uri });
  t.equal(
    (await rig.ask(uri, { headers: { Authorization: signed } })).status,
    401,
    'not our nonce',
  );
  const elsewhere = digestHeader(challenge, login, { uri: '/0015651a2b3d.cfg', count: '00000007' });
  t.equal((await rig.ask(uri, { headers: { Authorization: elsewhere } })).status, 401);
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  t.equal((await rig.ask(uri, { headers: { Authorization: basic } })).status, 401, 'Basic is off');
});

t.test('Basic is heard over TLS alone, where it is on', async (t) => {
  const rig = await startRig(t, { VAXEL_PHONES_ACCESS: 'digest,basic' });
  const added = await rig.vaxel(...ADD);
  t.notOk(added['url'], 'tokens are off');
  const login = `${added['username'] ?? ''}:${added['password'] ?? ''}`;
  const headers = { ...UA, Authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  t.equal((await rig.ask(`/${MAC}.cfg`, { headers })).status, 401);
  t.equal((await rig.ask(`/${MAC}.cfg`, { headers, door: 'yealink' })).status, 200);
  const asked = await rig.ask(`/${MAC}.cfg`, { door: 'yealink' });
  t.match(String(asked.headers['www-authenticate']), /^Digest .*Basic realm="vaxel"/);
});

t.test('a factory certificate proves the phone whose MAC address it bears', async (t) => {
  const now = Date.now();
  const [from, to] = [new Date(now - 86_400_000), new Date(now + 86_400_000)];
  const long = new Date(now - 9 * 86_400_000);
  const vendor = async (organisation: string) =>
    makeCertificate({
      commonName: `${organisation} CA`,
      organisation,
      isAuthority: true,
      from: long,
      to,
    });
  const [yealink, polycom, stranger] = await Promise.all(
    ['Yealink', 'Polycom Inc.', 'X'].map(vendor),
  );
  if (yealink === undefined || polycom === undefined || stranger === undefined) throw new Error();
  const folder = mkdtempSync(join(tmpdir(), 'vaxel-ca-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'yealink.pem'), yealink.cert);
  writeFileSync(join(folder, 'polycom.pem'), polycom.cert);
  const rig = await startRig(t, {
    VAXEL_PHONES_ACCESS: 'token,certificate',
    VAXEL_PHONES_YEALINK_CA: join(folder, 'yealink.pem'),
    VAXEL_PHONES_POLYCOM_CA: join(folder, 'polycom.pem'),
  });
  await rig.vaxel(...ADD);
  await rig.vaxel('phone', 'add', '64167f1a2b3c', '--model', 'VVX 450', '--user', '101');
  const made = (issuer: typeof yealink, commonName: string, expired = false) =>
    makeCertificate({
      ...{ commonName, issuer: issuer.issuer },
      ...(expired ? { from: long, to: from } : { from, to }),
    });
  const status = async (
    door: 'yealink' | 'polycom',
    cert: Awaited<ReturnType<typeof made>>,
    mac: string,
  ) => (await rig.ask(`/${mac}.cfg`, { door, cert: cert.cert, key: cert.key })).status;
  t.equal(await status('yealink', await made(yealink, '0015651A2B3C'), MAC), 200);
  t.equal(await status('yealink', await made(yealink, '0015651a2b3d'), MAC), 404, 'another’s');
  t.equal(await status('yealink', await made(yealink, 'yealink'), MAC), 404, 'the generic one');
  t.equal(await status('yealink', await made(stranger, MAC), MAC), 404, 'forged');
  t.equal(await status('yealink', await made(polycom, MAC), MAC), 404, 'of the other vendor');
  t.equal(await status('yealink', await made(yealink, MAC, true), MAC), 404, 'run out');
  const old = await made(polycom, '64167F1A2B3C', true);
  t.equal(await status('polycom', old, '64167f1a2b3c'), 200, 'Polycom’s old ones have');
  const both = await made(stranger, '64167F1A2B3C', true);
  t.equal(await status('polycom', both, '64167f1a2b3c'), 404, 'a date gone by hides no forgery');
  t.equal((await rig.ask(`/${MAC}.cfg`, { door: 'yealink' })).status, 404, 'none at all');
});

t.test(
  'a phone that knows RSA alone is served, and a new one with an elliptic curve',
  async (t) => {
    const rig = await startRig(t);
    const keyOf = async (ciphers: string) => {
      const at = { host: '127.0.0.1', port: rig.yealinkPort, rejectUnauthorized: false };
      const socket = connectTls({ ...at, ciphers, maxVersion: 'TLSv1.2' });
      await once(socket, 'secureConnect');
      const { publicKey, subject } = socket.getPeerX509Certificate() ?? {};
      socket.destroy();
      return [publicKey?.asymmetricKeyType, subject];
    };
    t.strictSame(await keyOf('ECDHE-RSA-AES128-GCM-SHA256'), ['rsa', 'CN=127.0.0.1']);
    t.strictSame(await keyOf('ECDHE+AESGCM'), ['ec', 'CN=127.0.0.1']);
  },
);

t.test('guessing is made slow, by address and by neighbourhood', async (t) => {
  let now = 0;
  const limits = createLimits(() => epochMs(now), { perAddress: 3, perNeighbourhood: 6 });
  const fail = (address: string, times: number) =>
    Array.from({ length: times }, () => limits.failed(address));
  t.strictSame(fail('192.0.2.1', 3), [false, false, true], 'said once, when the door closes');
  t.equal(limits.waitMs('192.0.2.1'), 1_000);
  t.equal(limits.waitMs('192.0.2.2'), 0);
  t.strictSame(fail('192.0.2.1', 1), [false]);
  t.equal(limits.waitMs('192.0.2.1'), 2_000, 'and doubles');
  now = 2_000;
  t.equal(limits.waitMs('192.0.2.1'), 0);
  for (let each = 0; each < 20; each += 1) limits.failed('192.0.2.1');
  t.equal(limits.waitMs('192.0.2.1'), 900_000, 'a quarter of an hour at most');
  t.ok(limits.waitMs('192.0.2.99') > 0, 'the neighbours wait too');
  t.equal(limits.waitMs('192.0.3.1'), 0);
  now += 3_600_001 + 900_000;
  t.strictSame(fail('192.0.2.1', 1), [false], 'forgotten after an hour');
  t.equal(limits.waitMs('192.0.2.1'), 0);
  t.equal(neighbourhood('2001:db8:1:2:3::9'), '2001:db8:1:2::/64');
  t.equal(neighbourhood('::1'), '0:0:0:0::/64');
});

t.test('who guesses is not listened to, and whose token is right is', async (t) => {
  const rig = await startRig(t);
  const { url = '', username = '', password = '' } = await rig.vaxel(...ADD);
  const path = `${new URL(url).pathname}${MAC}.cfg`;
  const statuses: number[] = [];
  for (let guess = 0; guess < 14; guess += 1) {
    const wrong = `/${'0'.repeat(24)}${String(guess).padStart(2, '0')}/${MAC}.cfg`;
    statuses.push((await rig.ask(wrong)).status);
  }
  t.equal(statuses[0], 404);
  t.equal(statuses.at(-1), 429);
  t.equal((await rig.ask(path, { headers: UA })).status, 200);
  const challenge = String((await rig.ask(`/${MAC}.cfg`)).headers['www-authenticate']);
  const login = digestHeader(challenge, { username, password }, { uri: `/${MAC}.cfg` });
  const late = await rig.ask(`/${MAC}.cfg`, { headers: { Authorization: login } });
  t.equal(late.status, 429, 'a password is not even looked at');
  t.match(late.headers['retry-after'], /^\d+$/);
});

t.test('a window lets a known phone in once, from where it was said', async (t) => {
  const rig = await startRig(t);
  await rig.vaxel(...ADD);
  const get = async () => (await rig.ask(`/${MAC}.cfg`, { headers: UA })).status;
  t.equal(await get(), 401);
  await rig.vaxel('phone', 'arm', MAC, '--address', '192.0.2.7');
  t.equal(await get(), 401, 'pinned elsewhere');
  await rig.vaxel('phone', 'arm', MAC, '--address', '127.0.0.1');
  t.equal(await get(), 200);
  t.equal(await get(), 401, 'closed by the first whole fetch');
  t.match(await rig.vaxel('phone', 'arm', MAC, '--minutes', '0'), {
    error: { code: 'bad-minutes' },
  });
});

t.test('an unknown and a known phone are refused in the same time', async (t) => {
  const rig = await startRig(t);
  await rig.vaxel(...ADD);
  const timed = async (path: string) => {
    const start = performance.now();
    await new Promise<void>((resolve) => {
      request({ host: '127.0.0.1', port: rig.port, path }, (response) => {
        response.resume().on('end', resolve);
      }).end();
    });
    return performance.now() - start;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  await timed(`/${MAC}.cfg`);
  for (let round = 0; round < 150; round += 1) {
    known.push(await timed(`/${MAC}.cfg`));
    unknown.push(await timed(`/0015651a${String(1000 + round)}.cfg`));
  }
  const median = (times: number[]) => times.sort((a, b) => a - b)[75] ?? 0;
  const apart = Math.abs(median(known) - median(unknown));
  t.ok(apart < 1.5, `${apart.toFixed(2)} ms between the medians`);
});

t.test(
  'so is a wrong answer to Digest, and a token that is wrong or of a phone that is off',
  async (t) => {
    const rig = await startRig(t);
    await rig.vaxel(...ADD);
    const off = await rig.vaxel('phone', 'add', '0015651a2b3d', '--model', 'T46U', '--user', '101');
    const offToken = new URL(off['url'] ?? '').pathname.split('/')[1] ?? '';
    await rig.vaxel('phone', 'disable', '0015651a2b3d');
    await rig.stop();
    const db = rig.open();
    t.teardown(() => db.destroy());
    const { box } = openSecrets(loadConfig({ VAXEL_STATE: rig.state }));
    const nonces = createNonces(systemClock);
    const deps = {
      config: { phones: { access: ['token', 'digest'] as const } },
      lookup: createPhoneLookup(db, box, () => 1),
      nonces,
      clock: systemClock,
    };
    const challenge = `Digest realm="vaxel", nonce="${nonces.make()}", qop="auth"`;
    const decide = async (path: string, username: string | undefined) => {
      const asked = readPath(path);
      if (asked === undefined) throw new Error(`${path} is none of ours`);
      const login = { username: username ?? '', password: '0'.repeat(20) };
      const authorization =
        username === undefined ? '' : digestHeader(challenge, login, { uri: path });
      const shown = { asked, method: 'GET', url: path, authorization, address: '192.0.2.1' };
      const start = performance.now();
      const verdict = await decideAccess(
        { ...shown, encrypted: true, proven: undefined, said: undefined },
        deps,
      );
      const took = performance.now() - start;
      if (verdict.kind !== 'refused') throw new Error(`${path} is ${verdict.kind}`);
      return took;
    };
    const wrong = '0'.repeat(26);
    const pairs = [
      [() => decide(`/${MAC}.cfg`, MAC), () => decide('/0015651a2b3f.cfg', '0015651a2b3f')],
      [
        () => decide(`/${offToken}/0015651a2b3d.cfg`, undefined),
        () => decide(`/${wrong}/0015651a2b3d.cfg`, undefined),
      ],
    ] as const;
    for (const [known, unknown] of pairs) {
      const times = { known: [] as number[], unknown: [] as number[] };
      for (let round = 0; round < 400; round += 1) {
        times.known.push(await known());
        times.unknown.push(await unknown());
      }
      // The quickest quarter: what else the machine did is in the rest.
      const quick = (all: number[]) => all.sort((a, b) => a - b)[100] ?? 0;
      const ratio = quick(times.known) / quick(times.unknown);
      t.ok(ratio > 0.75 && ratio < 1.33, `${ratio.toFixed(2)} times as long`);
    }
  },
);
