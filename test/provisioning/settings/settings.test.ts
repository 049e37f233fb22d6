import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { CATALOGUE, SETTING_NAMES } from '../../../provisioning/settings/catalogue.ts';
import { checkSetting, checkVendorKey } from '../../../provisioning/settings/check.ts';
import { resolveSettings, valuesOf, type Layer } from '../../../provisioning/settings/layers.ts';
import { settingOf } from '../../../provisioning/settings/read.ts';
import { findModel, MODELS } from '../../../provisioning/models/find.ts';
import { annasLine, bjornsLine, officePhone } from '../../support/desk-phones.ts';

t.test('every setting has a default of its own form, and says what it means', async (t) => {
  t.ok(SETTING_NAMES.length > 25);
  for (const name of SETTING_NAMES) {
    const { form, default: value, means } = CATALOGUE[name];
    t.equal(form.read(value), value, name);
    t.match(means, /\w{3}/);
    t.match(form.expects, /\w{3}/);
    t.match(name, /^[a-z]+(\.[a-z-]+)?$/);
  }
});

const good = [
  ['sip.transport', 'TLS', 'tls'],
  ['sip.transport', '', ''],
  ['sip.expires', ' 3600 ', '3600'],
  ['sip.expires', '0060', '60'],
  ['sip.second-server', 'SIP2.anka.example:5062', 'sip2.anka.example:5062'],
  ['audio.codecs', 'opus, G722 ,pcma', 'opus,g722,pcma'],
  ['voicemail.code', '*98', '*98'],
  ['lamp.pickup-code', '', ''],
  ['time.zone', 'Europe/Stockholm', 'Europe/Stockholm'],
  ['time.zone', 'UTC', 'UTC'],
  ['language.file', 'https://anka.example/010.GUI.Swedish.lang', undefined],
  [
    'paging.groups',
    '239.255.0.1:5004=Alla; 224.0.1.75:5004=Lager',
    '239.255.0.1:5004=Alla;224.0.1.75:5004=Lager',
  ],
  ['modules', '3', '3'],
  ['network.vlan', '20', '20'],
  ['web', 'Off', 'off'],
] as const;

for (const [name, value, read = value] of good) {
  t.test(`${name} may be "${value}"`, async (t) => {
    t.strictSame(checkSetting(name, value), { kind: 'ok', name, value: read });
  });
}

const bad = [
  ['sip.transport', 'ws'],
  ['sip.expires', '59'],
  ['sip.expires', '7201'],
  ['sip.expires', '1e3'],
  ['sip.second-server', 'sip:anka.example'],
  ['sip.second-server', 'a b'],
  ['time.server', 'ntp.anka.example:123'],
  ['sip.second-server', '-anka.example'],
  ['audio.codecs', 'pcma,pcma'],
  ['audio.codecs', ''],
  ['audio.codecs', 'mp3'],
  ['voicemail.code', 'voicemail'],
  ['time.zone', 'Europe/Ankeborg'],
  ['time.zone', '+01:00'],
  ['language.file', 'ftp://anka.example/x'],
  ['language.file', 'https://anna:secret@anka.example/x'],
  ['language.file', 'https://anka.example/x\ny'],
  ['paging.groups', '192.0.2.1:5004=Alla'],
  ['paging.groups', '224.0.0.1:5004=Alla'],
  ['paging.groups', '239.255.0.1=Alla'],
  ['paging.groups', '239.255.0.1:99999=Alla'],
  ['paging.groups', '239.255.0.999:5004=Alla'],
  ['network.vlan', '4095'],
  ['web', 'yes'],
] as const;

for (const [name, value] of bad) {
  t.test(`${name} may not be ${JSON.stringify(value)}`, async (t) => {
    t.strictSame(checkSetting(name, value), {
      kind: 'bad-value',
      expects: CATALOGUE[name].form.expects,
    });
  });
}

t.test('a setting nobody has is unknown, with the one that was meant', async (t) => {
  t.strictSame(checkSetting('sip.expire', '60'), { kind: 'unknown-setting', meant: 'sip.expires' });
  t.strictSame(checkSetting('__proto__', '60'), { kind: 'unknown-setting', meant: undefined });
});

t.test('what a setting says once read, it says when read again', async () => {
  fc.assert(
    fc.property(fc.constantFrom(...SETTING_NAMES), fc.string({ maxLength: 30 }), (name, text) => {
      const once = checkSetting(name, text);
      if (once.kind !== 'ok') return true;
      const again = checkSetting(name, once.value);
      return again.kind === 'ok' && again.value === once.value && !/\p{Cc}/u.test(once.value);
    }),
    { numRuns: 2000 },
  );
});

t.test("a vendor key is a vendor's name and one line", async (t) => {
  const kindOf = (name: string, value: string) => checkVendorKey(name, value).kind;
  for (const name of ['features.intercom.allow', 'linekey.1.type', 'up.25mm', 'se.rt.1.name_x-y']) {
    t.equal(kindOf(name, '1'), 'ok', name);
  }
  for (const name of [
    '',
    'x',
    'linekey',
    'a..b',
    '.a.b',
    'a.b ',
    'a b.c',
    'a=b.c',
    '1a.b',
    'a.b"',
    'å.b',
    'a.\nb',
  ]) {
    t.equal(kindOf(name, '1'), 'bad-name', JSON.stringify(name));
  }
  for (const value of ['1\naccount.1.enable = 0', '\0', 'a\u2028b', 'x'.repeat(1001), 'a\ud800b']) {
    t.equal(kindOf('a.b', value), 'bad-value', `of ${value.length}, after ${value.charCodeAt(0)}`);
  }
  t.strictSame(checkVendorKey('a.b', ' Hej "du" <&> # 🦆 '), {
    kind: 'ok',
    name: 'a.b',
    value: 'Hej "du" <&> # 🦆',
  });
});

const layer = (name: Layer['name'], settings: object = {}, vendorKeys: object = {}): Layer => ({
  name,
  settings: new Map(Object.entries(settings)),
  vendorKeys: new Map(Object.entries(vendorKeys)),
});

t.test('the narrowest layer wins, and the others are remembered', async (t) => {
  const layers = [
    layer('organisation', { 'sip.srtp': 'optional', web: 'off' }, { 'up.x': '1', 'a.b': '1' }),
    layer('site', { 'sip.srtp': 'required' }),
    layer('model', {}, { 'up.x': '2' }),
    layer('phone', { 'sip.srtp': 'off' }),
  ];
  for (const order of [layers, layers.toReversed()]) {
    const { settings, vendorKeys } = resolveSettings(order);
    t.strictSame(settings.get('sip.srtp'), {
      value: 'off',
      from: 'phone',
      hides: [
        { from: 'site', value: 'required' },
        { from: 'organisation', value: 'optional' },
        { from: 'default', value: 'off' },
      ],
    });
    t.strictSame(settings.get('web'), {
      value: 'off',
      from: 'organisation',
      hides: [{ from: 'default', value: 'https' }],
    });
    t.strictSame(settings.get('sip.expires'), { value: '600', from: 'default', hides: [] });
    t.strictSame(vendorKeys.get('up.x'), {
      value: '2',
      from: 'model',
      hides: [{ from: 'organisation', value: '1' }],
    });
    t.strictSame([...vendorKeys.keys()], ['a.b', 'up.x']);
    const bare = (resolved: typeof settings) =>
      [...resolved].flatMap(([name, { value, from }]) =>
        from === 'default' ? [] : [[name, value]],
      );
    t.strictSame([...valuesOf(order, 'settings')].sort(), bare(settings).sort());
    t.strictSame([...valuesOf(order, 'vendorKeys')].sort(), bare(vendorKeys).sort());
    t.strictSame([...settings.keys()], SETTING_NAMES);
  }
});

t.test(
  "a line's own layer goes before the phone's, for what a line may have of its own",
  async (t) => {
    const model = findModel('T46U');
    if (model === undefined) throw new Error('not in the table');
    const own = new Map([
      ['voicemail.code', '*97'],
      ['web', 'off'],
    ]);
    const phone = officePhone(model, { settings: new Map([['voicemail.code', '*99']]) });
    t.equal(settingOf(phone, 'voicemail.code', { ...annasLine, settings: own }), '*97');
    t.equal(settingOf(phone, 'voicemail.code', bjornsLine), '*99');
    t.equal(settingOf(phone, 'web', { ...annasLine, settings: own }), 'https');
  },
);

t.test(
  'docs/phones.md tells every setting with its default, every model, and no other',
  async (t) => {
    const docs = readFileSync('docs/phones.md', 'utf8');
    const rows = [...docs.matchAll(/^\| `([a-z.-]+)`( ¹)? +\| .* \| (?:`([^`]+)`)? *\| .*\|$/gm)];
    t.strictSame(
      rows.map(([, name, perLine, value = '']) => [name, perLine !== undefined, value]),
      SETTING_NAMES.map((name) => [name, CATALOGUE[name].perLine, CATALOGUE[name].default]),
    );
    const listed = [...docs.matchAll(/^\| (?:Yealink|Polycom)[^|]*\| ([^|]+?) *\|$/gm)];
    t.strictSame(
      listed.flatMap(([, names = '']) => names.split(', ')).sort(),
      MODELS.map(({ name }) => name).sort(),
    );
  },
);
