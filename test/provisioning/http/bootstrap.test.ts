import t from 'tap';
import { loadConfig } from '../../../common/config.ts';
import { bootstrapFile } from '../../../provisioning/http/bootstrap.ts';
import { readPath } from '../../../provisioning/http/path.ts';
import { readUserAgent } from '../../../provisioning/models/user-agent.ts';
import { originFor, originsOf } from '../../../provisioning/source/server-address.ts';
import { askWithDigest } from '../../support/digest-client.ts';
import { startRig } from '../../support/provisioning-rig.ts';
import { readPolycomCfg } from '../../support/polycom-cfg.ts';
import { readYealinkCfg } from '../../support/yealink-cfg.ts';

const YEALINK = 'Yealink SIP-T46U 108.86.0.90 00:15:65:1a:2b:3c';
const POLYCOM = 'FileTransport PolycomVVX-VVX_450-UA/6.4.6.2453 Type/Application';
const open = loadConfig({ VAXEL_STATE: '/nowhere', VAXEL_BIND: '192.0.2.1' });

function given(path: string, agent: string, config = open): Buffer | undefined {
  const asked = readPath(path);
  if (asked === undefined) throw new Error(`${path} is none of ours`);
  return bootstrapFile(asked, readUserAgent(agent), config);
}

t.test('plain HTTP holds no secret, and where nothing leaves the machine it may', async (t) => {
  t.equal(open.phones.plainHttp, false);
  t.equal(loadConfig({ VAXEL_STATE: '/nowhere' }).phones.plainHttp, true);
  t.equal(
    loadConfig({ VAXEL_STATE: '/x', VAXEL_BIND: '192.0.2.1', VAXEL_PHONES_PLAIN_HTTP: 'true' })
      .phones.plainHttp,
    true,
    'or the sysadmin says so',
  );
});

t.test('what it gives is where to come instead, the same to every phone of a vendor', async (t) => {
  const yealink = given('/0015651a2b3c.cfg', YEALINK);
  t.equal(
    readYealinkCfg(yealink ?? Buffer.of()).get('static.auto_provision.server.url'),
    'https://192.0.2.1:8443/',
  );
  t.strictSame(given('/0015659999aa.cfg', YEALINK.replace('1a:2b:3c', '99:99:aa')), yealink);
  const polycom = given('/000000000000.cfg', POLYCOM);
  t.equal(
    readPolycomCfg(polycom ?? Buffer.of()).get('device.prov.serverName'),
    'https://192.0.2.1:8444/',
  );
  t.equal(given('/0015651a2b3c.cfg', 'Mozilla/5.0'), undefined, 'nothing to who is no phone');
  t.equal(given('/0015651a2b3c.boot', YEALINK), undefined, 'and no other file');
  const token = '0'.repeat(26);
  t.equal(
    given(`/${token}/0015651a2b3c.cfg`, YEALINK),
    undefined,
    'a token in the clear opens nothing',
  );
});

t.test('a phone is sent where its vendor’s door is', async (t) => {
  t.strictSame(originsOf(open, 'Yealink'), {
    plain: 'http://192.0.2.1:8081/',
    encrypted: 'https://192.0.2.1:8443/',
  });
  t.equal(originFor(open, 'Polycom'), 'https://192.0.2.1:8444/');
  const named = loadConfig({
    ...{ VAXEL_STATE: '/nowhere', VAXEL_BIND: '192.0.2.1', VAXEL_PHONES_HOST: 'tel.anka.example' },
    ...{ VAXEL_PHONES_PLAIN_HTTP: 'true', VAXEL_PROVISIONING_YEALINK_PORT: '0' },
  });
  t.equal(originFor(named, 'Yealink'), 'http://tel.anka.example:8081/');
});

t.test('over the wire: in the clear nobody gets a secret, whatever is shown', async (t) => {
  const rig = await startRig(t, { VAXEL_PHONES_PLAIN_HTTP: 'false' });
  const mac = '0015651a2b3c';
  const added = await rig.vaxel('phone', 'add', mac, '--model', 'T46U', '--user', '100');
  const url = new URL(added['url'] ?? '');
  t.strictSame([url.protocol, url.port], ['https:', String(rig.yealinkPort)]);
  const headers = { 'User-Agent': YEALINK };
  const mine = `${url.pathname}${mac}.cfg`;
  const inTheClear = await rig.ask(mine, { headers });
  t.strictSame([inTheClear.status, inTheClear.body.length], [404, 0], 'its own token');
  const put = { method: 'PUT', headers, body: 'x' };
  t.equal((await rig.ask(`${url.pathname}${mac}-local.cfg`, put)).status, 404);

  const first = await rig.ask(`/${mac}.cfg`, { headers });
  const stranger = await rig.ask('/0015659999aa.cfg', {
    headers: { 'User-Agent': YEALINK.replace('1a:2b:3c', '99:99:aa') },
  });
  t.strictSame([first.status, first.body], [200, stranger.body], 'known or not');
  const next = readYealinkCfg(first.body).get('static.auto_provision.server.url') ?? '';
  t.equal(next, `https://127.0.0.1:${rig.yealinkPort}/`);
  const login = { username: added['username'] ?? '', password: added['password'] ?? '' };
  const digest = await askWithDigest(rig, `/${mac}.cfg`, login, { headers, door: 'yealink' });
  t.equal(digest.status, 200, 'where it was sent, it gets all');
  t.match(readYealinkCfg(digest.body).get('account.1.display_name'), 'Anna Berg');
  const token = await rig.ask(mine, { headers, door: 'yealink' });
  t.strictSame(token.body, digest.body);
});
