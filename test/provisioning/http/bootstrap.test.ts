import t from 'tap';
import { loadConfig } from '../../../common/config.ts';
import { bootstrapFile } from '../../../provisioning/http/bootstrap.ts';
import { readPath } from '../../../provisioning/http/path.ts';
import { readUserAgent } from '../../../provisioning/models/user-agent.ts';
import { originFor, originsOf } from '../../../provisioning/source/server-address.ts';
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
