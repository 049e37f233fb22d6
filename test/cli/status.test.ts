import t, { type Test } from 'tap';
import { isBelowSafe } from '../../daemon/freeswitch/version.ts';
import type { DaemonStatus, FreeSwitchStatus } from '../../daemon/status.ts';
import { epochMs } from '../../common/time.ts';
import { ANKA, ANNA, listen, vaxel } from '../support/command-line.ts';

const STATUS: DaemonStatus = {
  pid: 4711,
  startedAt: epochMs(1_795_000_000_000),
  directoryRevision: 17,
  freeswitch: { state: 'absent', why: 'FreeSWITCH is not there' },
  calls: { routed: 12, native: 3 },
  prompts: 'ready',
  events: { clients: 1, opened: 2, cut: 0, snapshots: 2, events: 7 },
  lamps: { watched: 12, wrong: 0 },
};

const connected = (usernames: readonly string[], version = '1.11.2'): FreeSwitchStatus => ({
  state: 'connected',
  version,
  channels: 4,
  calls: 2,
  registrations: usernames.map((username, i) => ({
    username,
    domain: 'anka.example',
    contact: `sip:${username}@192.0.2.7`,
    agent: 'Softphone 2',
    address: `192.0.2.7:${5060 + i}`,
  })),
});

/** A daemon that says what `said` holds at the moment. */
async function daemon(t: Test) {
  const said = { code: 200, body: '{}' };
  const { server, port } = await listen((request, response) => {
    response.writeHead(request.url === '/v1/status' ? said.code : 204).end(said.body);
  });
  t.teardown(() => server.close());
  const say = (freeswitch: FreeSwitchStatus, more: Partial<DaemonStatus> = {}) => {
    said.body = JSON.stringify({ ...STATUS, ...more, freeswitch });
  };
  return { said, say, ...vaxel(t.testdir({}), port) };
}

t.test('status shows who is registered, by name', async (t) => {
  const { say, call, json } = await daemon(t);
  await call(ANKA);
  await call(ANNA);
  const { data: app } = await json('device', 'add', '100', '--kind', 'app', '--label', 'Laptop');
  const username = String(app['username']);
  say(connected([username, 'stranger']));

  const { code, out } = await call(['status']);
  t.equal(code, 0);
  t.match(out, /FreeSWITCH +1\.11\.2, connected/);
  t.match(out, /2 calls, 4 channels/);
  t.match(out, /12 calls; left to FreeSWITCH: 3/);
  t.match(out, /Registered: 2\n/);
  t.match(
    out,
    new RegExp(
      `100 +Anna Berg +app, Laptop +${username}@anka\\.example +192\\.0\\.2\\.7:5060 +Softphone 2`,
    ),
  );
  t.match(out, /^ +stranger@anka\.example/m);
  t.notMatch(out, /warning/);
  t.match(await json('status'), {
    code: 0,
    data: {
      directoryRevision: 17,
      warnings: [],
      freeswitch: {
        state: 'connected',
        registrations: [{ owner: { extension: '100', name: 'Anna Berg', kind: 'app' } }, {}],
      },
    },
  });
});

t.test('hangup says what was ended, or why nothing was', async (t) => {
  const asked: unknown[] = [];
  let answer: readonly [code: number, body: string] = [200, '{"calls":1}'];
  const { server, port } = await listen((request, response) => {
    asked.push([
      request.method,
      request.url,
      /^Bearer ./.test(request.headers.authorization ?? ''),
    ]);
    response.writeHead(answer[0]).end(answer[1]);
  });
  t.teardown(() => server.close());
  const { call, open } = vaxel(t.testdir({}), port);
  await call(ANKA);
  asked.length = 0;
  t.match(await call(['hangup', '100']), { code: 0, out: '1 call of 100 ended\n' });
  t.strictSame(asked, [['POST', '/v1/lines/100/hangup', true]]);
  const db = open();
  await db.updateTable('api_token').set({ scopes: 'lines:read' }).execute();
  t.match(await call(['hangup', '100']), { code: 0 });
  const rows = await db.selectFrom('api_token').select('scopes').execute();
  t.match(rows, [{ scopes: /calls:write/ }], 'a token of an older version may do it, too');
  await db.destroy();
  for (const [code, body, err] of [
    [404, '{}', /nobody has that extension/],
    [503, '{}', /FreeSWITCH cannot be asked now/],
    [200, '{"calls":"many"}', /does not answer.*Calls go on/],
    [200, '<html>', /does not answer/],
  ] as const) {
    answer = [code, body];
    t.match(await call(['hangup', '100']), { code: 1, out: '', err });
  }
  server.close();
  server.closeAllConnections();
  t.match(await call(['hangup', '100']), { code: 1, err: /does not answer/ });
});

t.test('status says what is wrong, and its exit code too', async (t) => {
  const { said, say, call, json } = await daemon(t);
  t.match(
    await json('status'),
    { code: 1, data: { error: { code: 'daemon-down' } } },
    'another program has the port',
  );
  said.code = 500;
  t.match(await call(['status']), { code: 1, out: '', err: /does not answer[\s\S]*npm start/ });
  said.code = 200;
  say({ state: 'absent', why: 'nobody there' });
  t.match(await call(['status']), { code: 1, out: /not connected: nobody there/ });
  say({ state: 'refused', why: 'wrong password' });
  t.match(await call(['status']), { code: 1, out: /refused: wrong password/ });
  say(connected([], '1.10.12'), { prompts: 'failed' });
  t.match(await call(['status']), {
    code: 0,
    out: /warning.*1\.10\.12.*1\.11\.2[\s\S]*warning.*prompts[\s\S]*Registered: 0\n/,
  });
  t.match(await vaxel(t.testdirName).call(['status']), {
    code: 1,
    err: /127\.0\.0\.1:1: npm start/,
  });
});

t.test('a FreeSWITCH with known holes is told from one without', async (t) => {
  for (const version of ['1.10.12', '1.11.1', '0.99.99', '1.11.1-release+git~2026', 'unknown']) {
    t.ok(isBelowSafe(version), version);
  }
  for (const version of ['1.11.2', '1.11.10', '1.12.0', '2.0.0', '1.11.2-release~64bit']) {
    t.notOk(isBelowSafe(version), version);
  }
});

t.test('device list shows where a device is registered, and does without the daemon', async (t) => {
  const { said, say, call, json } = await daemon(t);
  await call(ANKA);
  await call(ANNA);
  const { data: app } = await json('device', 'add', '100', '--kind', 'app');
  await call(['device', 'add', '100', '--kind', 'desk']);
  await call(['device', 'add', '100', '--kind', 'mobile', '--to', '+46701234567']);
  const username = String(app['username']);

  say(connected([username, username]));
  t.match((await json('device', 'list')).data, [
    { username, online: true, places: [{ address: '192.0.2.7:5060', agent: 'Softphone 2' }, {}] },
    { kind: 'desk', online: false, places: [] },
    { kind: 'mobile', places: [] },
  ]);
  const { out } = await call(['device', 'list', '--user', '100']);
  t.match(out, /online +192\.0\.2\.7:5060, 192\.0\.2\.7:5061 +Softphone 2, Softphone 2 +never/);
  t.match(out, /Desk phone +100-\w+ +offline +never/);
  t.match(out, /Mobile +\+46701234567$/m);

  said.code = 503;
  const without = await call(['device', 'list']);
  t.match(without, { code: 0, err: '' });
  t.notMatch(without.out, /online|offline/, 'nobody knows');
});

t.test('a setting is shown, set and kept in form', async (t) => {
  const { call, json } = vaxel(t.testdir({}));
  await call(ANKA);
  t.equal((await call(['setting', 'show', 'voicemail-code'])).out, '*98\n');
  t.match(await call(['setting', 'set', 'voicemail-code', '*99']), { code: 0, out: /is now \*99/ });
  t.match(await json('setting', 'list'), {
    data: { 0: { key: 'voicemail-code', value: '*99', default: '*98' } },
  });
  for (const [code, ...line] of [
    ['bad-value', 'set', 'voicemail-code', '99'],
    ['bad-value', 'set', 'voicemail-code', '*2'],
    ['bad-value', 'set', 'voicemail-code', '*#21'],
    ['bad-value', 'set', 'code-activity', '99'],
    ['bad-value', 'set', 'code-activity', '21'],
    ['bad-value', 'set', 'code-activity', '2'],
    ['bad-value', 'set', 'code-forward-busy', '*67'],
    ['unknown-setting', 'set', 'toString', '1'],
    ['unknown-setting', 'show', 'voicemail'],
  ] as const) {
    t.match(await json('setting', ...line), { code: 1, data: { error: { code } } });
  }
  t.match(await json('setting', 'show', 'voicemail-code'), { data: { value: '*99' } });
});
