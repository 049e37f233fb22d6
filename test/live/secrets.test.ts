import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { a1Hash } from '../../common/a1-hash.ts';
import { press } from '../support/caller.ts';
import { eventually } from '../support/eventually.ts';
import { liveTest } from '../support/live.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { fillOffice, plugIn } from '../support/phones.ts';
import { header, headerText } from '../support/sip/message.ts';
import { responseTo } from '../support/sip/response.ts';
import { createTrunkPeer } from '../support/sip/trunk-peer.ts';

const PIN = '83051947';
const TRUNK_PASSWORD = 'Kr4vall-i-vassen';

liveTest(
  'what is secret is in no log, at debug neither',
  async (t, exchange) => {
    await fillOffice(exchange);
    await exchange.vaxel('user', 'pin', '101', '--pin', PIN);
    const anna = await plugIn(t, exchange, '100');

    const carrier = await createTrunkPeer({ bind: '127.0.0.1', toneHz: 900 });
    t.teardown(() => carrier.close());
    let proven = '';
    carrier.onRequest('REGISTER', (transaction) => {
      const { request } = transaction;
      proven = headerText(request, 'Authorization');
      const challenge = header('WWW-Authenticate', 'Digest realm="carrier", nonce="n"');
      transaction.respond(
        responseTo(request, proven === '' ? 401 : 200, { toTag: 'c', headers: [challenge] }),
      );
    });
    const { host, port } = carrier.local;
    const account = ['--username', 'anka', '--password', TRUNK_PASSWORD, '--register'];
    await exchange.vaxel('trunk', 'add', 'first', '--host', `${host}:${port}`, ...account);
    await eventually('the trunk to prove itself', () => proven !== '');

    const mailboxes = await listenToMailboxes(exchange);
    t.teardown(() => {
      mailboxes.close();
    });
    const call = await carrier.call({
      to: '+46812345601',
      proxy: exchange.trunk,
      from: { user: '+46701234568' },
    });
    await call.answered();
    await mailboxes.prompt('sv/greeting', 0);
    await press(call, '*');
    await mailboxes.prompt('sv/enter-pin', 0);
    await press(call, `${PIN}#`);
    t.equal((await mailboxes.done('authentication', '101'))['VM-Auth-Result'], 'success');
    await call.hangup();

    const { token } = (await exchange.vaxel(
      ...['token', 'add', '--user', '100', '--scope', 'lines:read'],
    )) as { readonly token: string };
    const asked = await fetch(`http://127.0.0.1:${exchange.httpPort}/v1/self`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    t.equal(asked.status, 200);
    await fetch(`http://127.0.0.1:${exchange.httpPort}/v1/self`, {
      headers: { Authorization: `Bearer ${token}x` },
    });

    await eventually('the last line', () =>
      exchange.daemonLog().some(({ security }) => security === 'api-refused'),
    );
    t.ok(
      exchange.daemonLog().some(({ level }) => level === 20),
      'it is at debug',
    );
    const { username, domain, password } = anna.account;
    const secrets: Readonly<Record<string, string>> = {
      ...{ TRUNK_PASSWORD, token, password, bearer: token.slice(token.length / 2) },
      hash: a1Hash(username, domain, password),
      'of the PIN': a1Hash('101', domain, PIN),
      ...keptIn(join(exchange.state, 'secrets')),
    };
    const folders = ['log', join('freeswitch', 'log')].map((name) => join(exchange.state, name));
    const logs = folders
      .flatMap((folder) => Object.entries(keptIn(folder)))
      // FreeSWITCH's copy of its whole configuration, which it writes nowhere else.
      .filter(([file]) => file !== 'freeswitch.xml.fsxml');
    t.strictSame(
      new Set(logs.map(([file]) => file)),
      new Set(['vaxel-daemon.log', 'vaxel-provisioning.log', 'freeswitch.log']),
    );
    for (const folder of folders) {
      t.equal(statSync(folder).mode & 0o077, 0, `${folder} is nobody else’s to read`);
    }
    t.match(exchange.freeswitchLog(), /\[NOTICE\]/, 'FreeSWITCH says something');
    for (const [file, text] of logs) {
      for (const [name, secret] of Object.entries(secrets)) {
        t.ok(secret.length > 12, `${name} is long enough to be known again`);
        t.notOk(text.includes(secret), `${name} is not in ${file}`);
      }
      t.notMatch(text, new RegExp(`(?<!\\d)${PIN}(?!\\d)`), `the PIN is not in ${file}`);
      const keys = text.split('\n').filter((line) => /DTMF\W+[\d*#]\b/.test(line));
      t.strictSame(keys, [], `nor in ${file} a key at a time`);
    }
  },
  () => Promise.resolve({ VAXEL_LOG: 'debug' }),
);

/** What stands in each file of a folder, by its name. */
const keptIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'utf8').trim()] as const),
  );
