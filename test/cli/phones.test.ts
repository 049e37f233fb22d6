import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { readCsv } from '../../cli/csv.ts';
import { changesBetween, restartsFor } from '../../cli/phone-changes.ts';
import { keyText, readKey } from '../../cli/phone-keys.ts';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';

const MAC = '00:15:65:1a:2b:3c';
const ADD = ['phone', 'add', MAC, '--model', 'T46U', '--user', '100'];

async function office(t: Test) {
  const shell = vaxel(t.testdir({}));
  await shell.call(ANKA);
  await shell.call(ANNA);
  await shell.call(['user', 'add', '101', '--name', 'Björn Ek']);
  return shell;
}

t.test('a phone is added with its lines and keys, shown, changed and removed', async (t) => {
  const { json, call } = await office(t);
  const added = await json(
    ...ADD,
    '--user',
    '101:3',
    '--key',
    '2=blf:101 "B"',
    '--key',
    '1.4=dnd@3',
  );
  t.match(added.data, {
    mac: MAC,
    model: 'T46U',
    url: /^http:\/\/127\.0\.0\.1:8081\/[0-9a-z]{26}\/$/,
    username: '0015651a2b3c',
    password: /^[0-9a-z]{20}$/,
    warnings: [],
  });
  t.match((await json('phone', 'show', MAC)).data, {
    lines: [
      { position: 1, extension: '100' },
      { position: 3, extension: '101' },
    ],
    keys: ['2=blf:101 "B"', '1.4=dnd@3'],
    drift: 'never fetched',
  });
  t.match((await json('device', 'list')).data, [{ label: 'T46U' }, { label: 'T46U' }]);
  await call(['phone', 'key', MAC, '--key', '2=speed:+46812345600', '--clear', '1.4']);
  t.match((await json('phone', 'show', MAC)).data, { keys: ['2=speed:+46812345600'] });
  const again = await json('phone', 'token', MAC);
  t.not(again.data['url'], added.data['url']);
  t.match((await json('phone', 'list')).data, [
    { mac: MAC, approved: true, registered: undefined },
  ]);
  t.match((await call(['phone', 'list'])).out, /MAC +MODEL[\s\S]*T46U.*never fetched/);
  t.match((await json('phone', 'remove', MAC)).data, { mac: MAC });
  t.strictSame((await json('phone', 'list')).data, []);
  t.strictSame((await json('device', 'list')).data, [], 'its accounts are gone');
});

t.test('a model outside the table gets the nearest one’s files, and a warning', async (t) => {
  const { json } = await office(t);
  const { data } = await json('phone', 'add', MAC, '--model', 'T47Q', '--user', '100');
  t.match(data, { model: 'T47Q', warnings: [/not in the table.*Yealink T4/] });
  t.match((await json('phone', 'list')).data, [{ approved: false }]);
});

t.test('what is refused says why', async (t) => {
  const { json, call } = await office(t);
  await call(ADD);
  await call(['site', 'add', 'Lager']);
  const other = ['phone', 'add', '001565999999', '--model', 'T46U', '--user', '100'];
  const table: readonly (readonly [code: string, line: readonly string[]])[] = [
    ['bad-mac', ['phone', 'show', 'anna']],
    ['bad-mac', ['phone', 'add', '000000000000', '--model', 'T46U', '--user', '100']],
    ['mac-taken', ADD],
    ['unknown-phone', ['phone', 'show', '001565999999']],
    ['unknown-model', ['phone', 'add', '001565999999', '--model', 'fax', '--user', '100']],
    ['unknown-user', ['phone', 'add', '001565999999', '--model', 'T46U', '--user', '999']],
    ['line-twice', [...other, '--user', '101:1']],
    ['no-such-line', ['phone', 'add', '001565999999', '--model', 'T46U', '--user', '100:17']],
    ['bad-key', [...other, '--key', 'blf:101']],
    ['bad-key', [...other, '--key', '1=blf']],
    ['bad-key', [...other, '--key', '1=voicemail:101']],
    ['bad-key', [...other, '--key', '1=url:javascript:alert(1)']],
    ['bad-key', [...other, '--key', '1=blf:101 a\nb']],
    ['no-such-key', [...other, '--key', '28=blf:101']],
    ['no-such-key', [...other, '--key', '4.1=blf:101']],
    ['key-twice', [...other, '--key', '1=dnd', '--key', '1=forward']],
    ['key-without-line', [...other, '--key', '1=dnd@2']],
    ['unknown-site', [...other, '--site', 'Kajen']],
    ['site-taken', ['site', 'add', 'Lager']],
    ['unknown-phone-setting', ['phone', 'set', 'time.zon', 'UTC']],
    ['bad-setting', ['phone', 'set', 'sip.expires', '1']],
    ['bad-setting', ['phone', 'set', '--vendor', 'a', 'b']],
    ['bad-setting', ['phone', 'set', '--vendor', 'a.b', 'c\nd']],
    ['one-layer', ['phone', 'set', 'web', 'off', '--site', 'Lager', '--model', 'T46U']],
    ['line-of-phone', ['phone', 'set', 'web', 'off', '--line', '1']],
    ['unknown-code', ['phone', 'claim', '123456', '--user', '100']],
    ['import-file', ['phone', 'import', '/none']],
    ['freeswitch-away', ['phone', 'resync', MAC]],
    ['no-such-file', ['phone', 'preview', MAC, '--file', 'x.cfg']],
    ['bad-limit', ['phone', 'log', MAC, '--limit', '0']],
  ];
  for (const [code, line] of table) {
    t.match(
      await json(...line),
      { code: 1, data: { error: { code, message: /\w+ \w+/ } } },
      line.join(' '),
    );
  }
  t.equal((await json('phone', 'list')).data['length'], 1, 'and changes nothing');
  t.match(await call(['phone', 'dhcp', '--server', 'udhcpd']), { code: 2 });
});

t.test('a setting of a nearer layer wins, and explain says so', async (t) => {
  const { json, call } = await office(t);
  await call(['site', 'add', 'Lager']);
  await call([...ADD, '--site', 'Lager']);
  const explain = async (...more: readonly string[]) =>
    (await json('phone', 'explain', MAC, 'sip.expires', ...more)).data;
  t.match(await explain(), { value: '600', from: 'default', hides: [] });
  await call(['phone', 'set', 'sip.expires', '700']);
  await call(['phone', 'set', 'sip.expires', '800', '--site', 'Lager']);
  await call(['phone', 'set', 'sip.expires', '900', '--model', 't46u']);
  t.match(await explain(), {
    value: '900',
    from: 'model',
    hides: [{ from: 'site', value: '800' }, { from: 'organisation' }, { from: 'default' }],
  });
  await call(['phone', 'set', 'sip.expires', '1000', '--phone', MAC]);
  await call(['phone', 'set', 'sip.expires', '1100', '--phone', MAC, '--line', '1']);
  t.match(await explain(), { value: '1000', from: 'phone' });
  t.match(await explain('--line', '1'), { value: '1100', from: 'line' });
  const file = async () =>
    (await call(['phone', 'preview', MAC, '--file', '0015651a2b3c.cfg'])).out;
  t.match(await file(), /^account\.1\.sip_server\.1\.expires = 1100$/m);
  await call(['phone', 'unset', 'sip.expires', '--phone', MAC, '--line', '1']);
  t.match(await file(), /^account\.1\.sip_server\.1\.expires = 1000$/m);
  await call(['phone', 'set', '--vendor', 'phone_setting.contrast', '7', '--site', 'Lager']);
  t.match(await file(), /^phone_setting\.contrast = 7$/m);
  t.match(await call(['phone', 'explain', MAC, 'phone_setting.contrast']), {
    out: /= 7 +from the site/,
  });
});

t.test('a preview is the file, without its secrets unless they are asked for', async (t) => {
  const { call, json } = await office(t);
  const { url = '' } = (await json(...ADD)).data;
  const masked = (await call(['phone', 'preview', MAC])).out;
  const whole = (await call(['phone', 'preview', MAC, '--secrets'])).out;
  t.match(masked, /^account\.1\.password = \*{8}$/m);
  t.match(whole, /^account\.1\.password = \w{24}$/m);
  t.ok(whole.includes(url) && !masked.includes(url), 'its URL is a secret too');
  t.equal((await call(['phone', 'preview', MAC, '--secrets'])).out, whole, 'the same bytes again');
});

t.test('an import adds every phone or none, and names each bad row', async (t) => {
  const { json, call, env } = await office(t);
  const file = join(String(env['VAXEL_STATE']), 'phones.csv');
  writeFileSync(
    file,
    '\ufeffmac;model;users;keys\r\n0015651a2b3c;T46U;"100;101:2";2=blf:101\r\n64167f1a2b3c;VVX 450;101;\r\n',
  );
  t.match((await json('phone', 'import', file)).data, [
    { mac: MAC, url: /^http/ },
    { mac: '64:16:7f:1a:2b:3c', model: 'VVX 450' },
  ]);
  writeFileSync(
    file,
    'mac,model,users\n001565000001,T46U,100\n001565000002,T46U,999\nanna,T46U,100\n001565000001,T46U,100\n',
  );
  const bad = await call(['phone', 'import', file]);
  t.match(bad, { code: 1, err: /nothing was imported:\nline 3: .*\nline 4: .*\nline 5: / });
  t.equal((await json('phone', 'list')).data['length'], 2);
  writeFileSync(file, 'address,model\n');
  t.match(await json('phone', 'import', file), { data: { error: { code: 'import-columns' } } });
  t.strictSame(readCsv('a,b\n"x ""y"", z\nw", 2\n\n'), [
    ['a', 'b'],
    ['x "y", z\nw', ' 2'],
  ]);
});

t.test('what a DHCP server is told is one URL for each phone', async (t) => {
  const { json, call } = await office(t);
  const { url = '' } = (await json(...ADD)).data;
  const snippet = async (server: string) => (await call(['phone', 'dhcp', '--server', server])).out;
  t.ok((await snippet('dnsmasq')).includes(`dhcp-option=tag:phone-0015651a2b3c,66,"${url}"`));
  t.match(JSON.parse(await snippet('kea')), {
    reservations: [
      { 'hw-address': MAC, 'option-data': [{ name: 'tftp-server-name', data: url }, {}] },
    ],
  });
  t.ok(
    (await snippet('isc')).includes(
      `hardware ethernet ${MAC};\n  option tftp-server-name "${url}";`,
    ),
  );
});

t.test('every key that can be written is read back as it was', async (t) => {
  const label = fc.option(fc.stringMatching(/^[A-Za-zÅåÄäÖö"'<&]{1,20}$/), { nil: undefined });
  const target = fc.stringMatching(/^\+?[0-9]{1,15}$/);
  fc.assert(
    fc.property(
      fc.nat({ max: 9 }),
      fc.integer({ min: 1, max: 999 }),
      fc.constantFrom('blf' as const, 'speed' as const, 'park' as const, 'pickup' as const),
      fc.integer({ min: 1, max: 250 }),
      target,
      label,
      (module, key, does, line, target, label) => {
        const written = { module, key, does, line, target, label };
        t.strictSame(readKey(keyText(written)), written);
      },
    ),
  );
  fc.assert(
    fc.property(
      fc.string({ maxLength: 40 }),
      (text) => readKey(text) === undefined || text.includes('='),
    ),
  );
});

t.test('a change tells whether a phone restarts for it', async (t) => {
  const changes = changesBetween('a = 1\nb = 2\nb = 2\n', 'b = 2\nc = 3\na = 1\n');
  t.strictSame(changes, { removed: ['b = 2'], added: ['c = 3'] });
  t.notOk(restartsFor('Yealink', { removed: [], added: ['linekey.2.value = 102'] }));
  t.ok(
    restartsFor('Yealink', {
      removed: [],
      added: ['static.network.vlan.internet_port_enable = 1'],
    }),
  );
  t.ok(restartsFor('Polycom', { removed: ['device.set="1"'], added: [] }));
  t.notOk(
    restartsFor('Polycom', { removed: ['attendant.resourceList.1.label="Anna"'], added: [] }),
  );
});
