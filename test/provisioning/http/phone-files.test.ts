import t from 'tap';
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
