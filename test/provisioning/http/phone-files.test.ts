import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { eventually } from '../../support/eventually.ts';
import { startRig } from '../../support/provisioning-rig.ts';
import { readPolycomCfg, readPolycomMaster } from '../../support/polycom-cfg.ts';
import { readYealinkCfg } from '../../support/yealink-cfg.ts';

const T46U = { 'User-Agent': 'Yealink SIP-T46U 108.86.0.90 00:15:65:1a:2b:3c' };
const VVX = { 'User-Agent': 'FileTransport PolycomVVX-VVX_450-UA/6.4.6.2453 Type/Application' };

t.test('a phone that was added fetches what makes it Anna’s', async (t) => {
  const rig = await startRig(t);
  const yealink = await rig.vaxel(
    ...['phone', 'add', '00:15:65:1A:2B:3C', '--model', 't46u', '--user', '100'],
    ...['--key', '2=blf:101', '--key', '3=speed:+46812345600 Anna hemma'],
  );
  const url = new URL(yealink['url'] ?? '');
  t.equal(url.port, String(rig.port));
  const got = await rig.ask(`${url.pathname}0015651a2b3c.cfg`, { headers: T46U });
  t.equal(got.status, 200);
  const values = readYealinkCfg(got.body);
  t.match(values.get('account.1.display_name'), 'Anna Berg');
  t.match(values.get('account.1.user_name'), /^100-/);
  t.match(values.get('account.1.password'), /^\S{24}$/);
  t.equal(values.get('linekey.2.value'), '101');
  t.equal(values.get('linekey.2.label'), 'Björn Ek');
  t.equal(values.get('linekey.3.label'), 'Anna hemma');
  t.equal(values.get('static.auto_provision.server.url'), url.href);

  const again = await rig.ask(`${url.pathname}0015651A2B3C.cfg`, {
    headers: { ...T46U, 'If-None-Match': got.headers.etag ?? '' },
  });
  t.match([again.status, again.body.length, again.headers.etag], [304, 0, got.headers.etag]);

  const polycom = await rig.vaxel(
    ...['phone', 'add', '64167f1a2b3c', '--model', 'VVX 450', '--user', '101', '--user', '100:2'],
  );
  const base = new URL(polycom['url'] ?? '').pathname;
  const master = await rig.ask(`${base}64167f1a2b3c.cfg`, { headers: VVX });
  const [file = ''] = readPolycomMaster(master.body).files;
  const settings = await rig.ask(`${base}${file}`, { headers: VVX });
  t.equal(settings.status, 200);
  const parameters = readPolycomCfg(settings.body);
  t.equal(parameters.get('reg.1.displayName'), 'Björn Ek');
  t.equal(parameters.get('reg.2.displayName'), 'Anna Berg');

  const book = async (path: string) => (await rig.ask(path, { headers: T46U })).body.toString();
  t.match(await book(`${url.pathname}phonebook.xml`), /Anna Berg[\s\S]*Björn Ek/);
  const found = await book(`${url.pathname}phonebook.xml?q=Bj%C3%B6`);
  t.ok(found.includes('Björn Ek') && !found.includes('Anna Berg'), 'searched');
  t.equal((await rig.ask('/phonebook.xml', { headers: T46U })).status, 401, 'and for phones alone');
  const directory = await rig.ask(`${base}64167f1a2b3c-directory.xml`, { headers: VVX });
  t.match(directory.body.toString(), /<fn>Anna<\/fn>/);
});

t.test('what is given again is true when it is given, and is in the phone’s log', async (t) => {
  const rig = await startRig(t);
  const mac = '0015651a2b3c';
  const added = await rig.vaxel('phone', 'add', mac, '--model', 't46u', '--user', '100');
  const path = `${new URL(added['url'] ?? '').pathname}${mac}.cfg`;
  const ask = (headers = T46U) => rig.ask(path, { headers });
  const first = await ask();
  const again = await ask();
  t.same([again.status, again.headers.etag, again.body], [200, first.headers.etag, first.body]);
  t.match(again.headers, {
    'content-type': first.headers['content-type'],
    'content-length': String(first.body.length),
    'cache-control': 'private, no-cache',
  });

  await rig.vaxel('phone', 'key', mac, '--key', '4=blf:101');
  const changed = readYealinkCfg((await ask()).body);
  t.equal(changed.get('linekey.4.value'), '101');
  const other = { 'User-Agent': 'Yealink SIP-T46U 108.86.0.90 00:15:65:1a:2b:3d' };
  t.equal((await ask(other)).status, 404, 'not to a phone that says it is another');
  await rig.vaxel('phone', 'disable', mac);
  t.equal((await ask()).status, 404, 'nor once it is off');
  await rig.vaxel('phone', 'enable', mac);
  t.equal((await ask()).status, 200);
  await eventually('all in the log', async () => {
    const log = await rig.vaxel('phone', 'log', mac);
    return JSON.stringify(log).split('"status":200').length - 1 === 4;
  });
});

t.test('a base fetches its firmware from the folder it names', async (t) => {
  const rig = await startRig(t);
  const added = await rig.vaxel('phone', 'add', '001565000001', '--model', 'W52P', '--user', '100');
  const base = new URL(added['url'] ?? '').pathname;
  const headers = { 'User-Agent': 'W52P 25.81.0.30 00:15:65:00:00:01' };
  const status = async (path: string) => (await rig.ask(path, { headers })).status;
  t.equal(await status(`${base}base/25.81.0.30.rom`), 404);
  mkdirSync(join(rig.state, 'phone-files', 'base'), { recursive: true });
  writeFileSync(join(rig.state, 'phone-files', 'base', '25.81.0.30.rom'), 'firmware');
  const given = await rig.ask(`${base}base/25.81.0.30.rom`, { headers });
  t.strictSame([given.status, given.body.toString()], [200, 'firmware']);
  t.equal(await status('/base/25.81.0.30.rom'), 401, 'for phones alone');
});

t.test('of several organisations, the lobby’s path says whose a new phone is', async (t) => {
  const rig = await startRig(t, { VAXEL_PHONES_LOBBY: 'true' });
  const guest = async (path: string) => (await rig.ask(path, { headers: T46U })).body;
  const one = readYealinkCfg(await guest('/lobby/0015651a2b3c.cfg'));
  t.match(one.get('account.1.sip_server.1.address'), 'anka.example');
  t.match(one.get('static.auto_provision.server.url'), /\/lobby\/$/);

  await rig.vaxel('org', 'add', 'svan.example', '--name', 'Svan');
  await rig.vaxel('user', 'add', '200', '--name', 'Dora Ek', '--org', 'svan.example');
  t.equal((await guest('/lobby/0015651a2b3c.cfg')).length, 0, 'nobody could tell whose');
  t.equal((await guest('/lobby/gås.example/0015651a2b3c.cfg')).length, 0);
  const other = readYealinkCfg(await guest('/lobby/svan.example/0015651a2b3c.cfg'));
  t.match(other.get('account.1.sip_server.1.address'), 'svan.example');
  t.match(other.get('static.auto_provision.server.url'), /\/lobby\/svan\.example\/$/);
  const code = other.get('account.1.password') ?? '';
  const claim = ['phone', 'claim', code, '--user', '200', '--org', 'svan.example'];
  t.match(await rig.vaxel(...claim, '--site', 'Nowhere'), { error: { code: 'unknown-site' } });
  await rig.vaxel('site', 'add', 'Malmö', '--org', 'svan.example');
  t.match(await rig.vaxel(...claim, '--site', 'Malmö'), { extension: '200' });
  const shown = await rig.vaxel('phone', 'show', '0015651a2b3c', '--org', 'svan.example');
  t.match(shown, { site: 'Malmö' });
});
