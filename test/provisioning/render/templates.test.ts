import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { PhoneBook } from '../../../provisioning/book/phone-book.ts';
import { readFileName } from '../../../provisioning/files/file-name.ts';
import { MODELS } from '../../../provisioning/models/find.ts';
import type { Model } from '../../../provisioning/models/model.ts';
import type { Key, Phone } from '../../../provisioning/phone/phone.ts';
import { polycomDirectory, yealinkPhoneBook } from '../../../provisioning/render/phone-book-xml.ts';
import { plainLine } from '../../../provisioning/render/plain-line.ts';
import { renderFile } from '../../../provisioning/render/render-file.ts';
import { prepareRendering } from '../../../provisioning/render/prepare.ts';
import { compileTemplates, renderTemplate } from '../../../provisioning/render/template.ts';
import { timeRule } from '../../../provisioning/render/time-rule.ts';
import { printable } from '../../../provisioning/render/printable.ts';
import { xmlAttribute } from '../../../provisioning/render/xml-attribute.ts';
import { SETTING_NAMES } from '../../../provisioning/settings/catalogue.ts';
import { checkSetting } from '../../../provisioning/settings/check.ts';
import { officePhone } from '../../support/desk-phones.ts';
import { readPolycomCfg, readPolycomMaster } from '../../support/polycom-cfg.ts';
import { readXml } from '../../support/strict-xml.ts';
import { readYealinkBoot, readYealinkCfg } from '../../support/yealink-cfg.ts';

const FILTERS = { yealink: 'cfg', polycom: 'xml' } as const;

for (const [vendor, filter] of Object.entries(FILTERS)) {
  for (const name of readdirSync(join('templates', vendor))) {
    t.test(`templates/${vendor}/${name} prints nothing but through ${filter}`, async (t) => {
      const text = readFileSync(join('templates', vendor, name), 'utf8');
      const printed = [...text.matchAll(/\{\{(.*?)\}\}/gs)].map(([, what = '']) => what);
      for (const what of printed) t.match(what, new RegExp(` \\| ${filter} $`));
      t.notMatch(text, /\|\s*safe|autoescape|\{%\s*raw/);
    });
  }
}

t.test('every template compiles before the first phone asks', async (t) => {
  const names = Object.keys(FILTERS).flatMap((vendor) =>
    readdirSync(join('templates', vendor)).map((name) => `${vendor}/${name}`),
  );
  t.strictSame([...compileTemplates()].sort(), names.sort());
  t.ok(names.length > 8);
  const timeOf = (zone: string) => {
    const began = performance.now();
    timeRule(zone);
    return performance.now() - began;
  };
  prepareRendering(['Pacific/Auckland', 'Pacific/Auckland']);
  t.ok(timeOf('Pacific/Auckland') < timeOf('America/Havana'), 'a rule is found once');
});

/** What people write, what files are broken with, and what is no text at all. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\u2028',
        '\u0085',
        '\0',
        '\ud800',
        '\udc00',
        '\ufeff',
        '"',
        "'",
        '<',
        '>',
        '&',
        '&amp;',
        '&#10;',
        'AT&T;',
        '&eacute;',
        ']]>',
        '-->',
        '#',
        ' = ',
        '%NULL%',
        'account.1.password = x',
        '" reg.1.server.1.address="x',
        '{{ account }}',
        '{% include "x" %}',
        '🦆',
        'Åsa Öst',
        '\t',
        '$Tinvite$',
        '`',
        '\\',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => `x${parts.join('')}`);

/** The text of every place in a phone, in their order. */
const TEXTS = 24;

function phoneOf(model: Model, texts: readonly string[]): Phone {
  let next = 0;
  const one = () => texts[next++] ?? 'x';
  const sane = officePhone(model);
  const keys: readonly Key['does'][] = [
    'line',
    'blf',
    'speed',
    'park',
    'pickup',
    'voicemail',
    'conference',
    'forward',
    'dnd',
    'activity',
    'team-login',
    'url',
  ];
  const target = one();
  const label = one();
  return {
    ...sane,
    lines: sane.lines.map((line) => ({
      ...line,
      username: one(),
      password: one(),
      displayName: one(),
      label: one(),
      settings: new Map([['voicemail.code', one()]]),
    })),
    keys: keys.map((does, i) => ({ at: { module: 0, key: i + 1 }, label, does, line: 1, target })),
    settings: new Map([
      ['lamp.pickup-code', one()],
      ['language.file', one()],
      ['screen.logo', one()],
      ['firmware.url', one()],
      ['time.server', one()],
      ['sip.expires', one()],
      ['network.vlan', one()],
      ['paging.groups', `239.255.0.1:5004=${one()}`],
    ]),
    adminPassword: one(),
    organisation: { ...sane.organisation, name: one(), domain: one() },
    server: { ...sane.server, sipHost: one(), url: one() },
  };
}

/** One of each family, old and new. */
const MODELS_IN_TURN = [
  'T46U',
  'T28P',
  'T40P',
  'W52P',
  'W80DM',
  'CP920',
  'VVX 450',
  'SPIP 650',
  'SPIP 301',
].flatMap((name) => MODELS.find((model) => model.name === name) ?? []);

for (const model of MODELS_IN_TURN) {
  t.test(
    `nothing anybody types changes what the file of a ${model.name} says beside it`,
    async (t) => {
      const plain = parametersOf(phoneOf(model, []), model);
      t.ok(plain.size > 40);
      fc.assert(
        fc.property(fc.array(text, { minLength: TEXTS, maxLength: TEXTS }), (texts) => {
          const phone = phoneOf(model, texts);
          const values = parametersOf(phone, model);
          const [line] = phone.lines;
          const [name, password] =
            model.vendor === 'Yealink'
              ? [values.get('account.1.display_name'), values.get('account.1.password')]
              : [values.get('reg.1.displayName'), values.get('reg.1.auth.password')];
          return (
            withoutPaging([...values.keys()]) === withoutPaging([...plain.keys()]) &&
            name === plainLine(line?.displayName) &&
            password === plainLine(line?.password)
          );
        }),
        { numRuns: 60 },
      );
    },
  );
}

/** A label that is none takes its paging group with it. */
function withoutPaging(names: readonly string[]): string {
  return names.filter((name) => !/^(multicast|ptt)\./.test(name)).join();
}

function parametersOf(phone: Phone, model: Model): ReadonlyMap<string, string> {
  return model.vendor === 'Yealink'
    ? readYealinkCfg(bytesOf(phone, '.cfg'))
    : readPolycomCfg(bytesOf(phone, '-settings.cfg'));
}

function bytesOf(phone: Phone, ending: string): Buffer {
  const name = readFileName(`${phone.mac}${ending}`);
  const bytes = name && renderFile(phone, name);
  if (bytes === undefined) throw new Error(`no ${ending} for a ${phone.model}`);
  return bytes;
}

const KINDS: readonly Exclude<Key['does'], 'url'>[] = [
  'line',
  'blf',
  'speed',
  'park',
  'pickup',
  'voicemail',
  'conference',
  'forward',
  'dnd',
  'activity',
  'team-login',
];

const anyKey = fc
  .record({
    module: fc.nat(4),
    key: fc.nat(90),
    does: fc.constantFrom(...KINDS),
    line: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ module, key, does, line }): Key => {
    return { at: { module, key }, label: 'x', does, line, target: '101' };
  });

/** Values of which some are right for every setting. */
const VALUES = [
  [
    '',
    'yes',
    'no',
    '0',
    '1',
    '3',
    '5',
    '60',
    '84',
    '600',
    '12',
    '24',
    '4094',
    'off',
    'https',
    'http',
  ],
  ['udp', 'tcp', 'tls', 'optional', 'required', '*98', '**', 'pcma', 'opus,g722,ilbc', 'en', 'sv'],
  [
    'America/New_York',
    'UTC',
    'se',
    'us',
    'both',
    'name',
    'new',
    'blind',
    'day-first',
    'month-first',
  ],
  ['ntp.anka.example', 'sip2.anka.example:5070', 'https://anka.example/a.png'],
  ['239.255.0.1:5004=A;239.255.0.2:5004=B'],
].flat();

const anySettings = fc
  .array(fc.tuple(fc.constantFrom(...SETTING_NAMES), fc.constantFrom(...VALUES)), { maxLength: 40 })
  .map(
    (pairs) => new Map(pairs.filter(([name, value]) => checkSetting(name, value).kind === 'ok')),
  );

t.test(
  'every phone there can be has files its kind can read, and the same ones twice',
  async () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MODELS),
        fc.constantFrom(
          undefined,
          '1.70.0.1',
          '1.80.0.1',
          '1.83.0.1',
          '1.999.0.1',
          '3.1.6.0',
          '4.0.1',
          'x',
        ),
        fc.array(anyKey, { maxLength: 30 }),
        fc.nat(4),
        anySettings,
        anySettings,
        (model, firmware, keys, count, settings, ofLine) => {
          const [line] = officePhone(model).lines;
          const lines = Array.from({ length: count }, () => line)
            .flatMap((each) => each ?? [])
            .map((each) => ({ ...each, settings: ofLine }));
          const phone = officePhone(model, { firmware, keys, lines, settings });
          const ending = model.vendor === 'Yealink' ? '.cfg' : '-settings.cfg';
          const parameters = parametersOf(phone, model);
          const registered = [...parameters.keys()].filter((name) =>
            /^(account\.\d+\.user_name|reg\.\d+\.auth\.userId)$/.test(name),
          );
          return (
            registered.length === Math.min(count, model.accounts) &&
            bytesOf(phone, ending).equals(bytesOf(phone, ending))
          );
        },
      ),
      { numRuns: 200 },
    );
  },
);

t.test('no vendor key and no firmware breaks out of its file', async () => {
  const [yealink, , , , , , polycom] = MODELS_IN_TURN;
  if (yealink === undefined || polycom === undefined) throw new Error('not in the table');
  fc.assert(
    fc.property(text, text, (value, firmware) => {
      const vendorKeys = new Map([['features.intercom.allow', value]]);
      const settings = new Map([
        ['firmware.url', firmware],
        ['provision.factory', 'yes'],
      ]);
      const desk = officePhone(yealink, { vendorKeys, settings });
      const vvx = officePhone(polycom, { vendorKeys, settings });
      const cfg = readYealinkCfg(bytesOf(desk, '.cfg'));
      const xml = readPolycomCfg(bytesOf(vvx, '-vendor.cfg'));
      const master = readPolycomMaster(bytesOf(vvx, '.cfg'));
      const boot = readYealinkBoot(bytesOf(desk, '.boot'));
      return (
        cfg.get('features.intercom.allow') === plainLine(value) &&
        xml.get('features.intercom.allow') === printable(value) &&
        xml.size === 1 &&
        master.application === printable(firmware) &&
        master.files.join() === `${vvx.mac}-vendor.cfg,${vvx.mac}-settings.cfg` &&
        boot.overwrites &&
        boot.files.join() === `${desk.mac}.cfg`
      );
    }),
    { numRuns: 200 },
  );
});

t.test('no name breaks out of a phone book', async () => {
  const [vvx] = MODELS.filter(({ name }) => name === 'SPIP 650');
  if (vvx === undefined) throw new Error('not in the table');
  const entry = fc.record({ name: text, numbers: fc.array(text, { minLength: 1, maxLength: 2 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 5 }), text, async (entries, label) => {
      const book: PhoneBook = { name: 'Anka', entries };
      const yealink = readXml(await yealinkPhoneBook(book));
      const names = yealink.children.map(({ children }) => children[0]?.text);
      const numbers = yealink.children.flatMap(({ children }) =>
        children.slice(1).map(({ text }) => text),
      );
      const keys: readonly Key[] = [
        { at: { module: 0, key: 3 }, does: 'speed', line: 1, target: label, label },
      ];
      const directory = readXml(await polycomDirectory(officePhone(vvx, { keys }), book));
      const items = directory.children[0]?.children ?? [];
      return (
        names.join('|') === entries.map(({ name }) => printable(name)).join('|') &&
        numbers.join('|') === entries.flatMap((each) => each.numbers.map(printable)).join('|') &&
        directory.children.length === 1 &&
        items.every(({ name }) => name === 'item') &&
        items[0]?.children.find(({ name }) => name === 'ln')?.text === printable(label)
      );
    }),
    { numRuns: 100 },
  );
});

t.test('the filters keep what people write', async (t) => {
  for (const name of ['Anna Berg', 'Åsa "Ö" <Öst> & Söner #1', '🦆', "O'Hara", '*72#', 'a\\b`c']) {
    t.equal(plainLine(name), name);
    t.equal(
      readXml(Buffer.from(`${DECLARED}<a b="${xmlAttribute(name)}"/>`)).attributes.get('b'),
      name,
    );
  }
  t.equal(plainLine('a\r\nb\u2028c\0'), 'a  b c');
  t.equal(xmlAttribute('"\n<'), '&quot; &lt;');
});

const DECLARED = '<?xml version="1.0" encoding="UTF-8"?>';

t.test('a template that lacks a value is an error, not half a file', async (t) => {
  const parameter: { name: string; value: string } = { name: 'up.x', value: '1' };
  t.match(renderTemplate('polycom/vendor-keys.cfg.njk', { parameters: [parameter] }), 'up.x="1"');
  Reflect.deleteProperty(parameter, 'value');
  t.throws(() => renderTemplate('polycom/vendor-keys.cfg.njk', { parameters: [parameter] }), {
    code: 'TEMPLATE_FAILED',
  });
});

const FILLED: Pick<Phone, 'settings' | 'vendorKeys'> = {
  settings: new Map([
    ['sip.srtp', 'optional'],
    ['web', 'off'],
    ['audio.codecs', 'pcma'],
  ]),
  vendorKeys: new Map([
    ['b.c', '1'],
    ['a.b', '2'],
  ]),
};

t.test('a phone gives the same bytes, whatever the order its maps were filled in', async (t) => {
  const other = {
    settings: new Map([...FILLED.settings].reverse()),
    vendorKeys: new Map([...FILLED.vendorKeys].reverse()),
  };
  for (const model of MODELS_IN_TURN) {
    for (const ending of model.vendor === 'Yealink' ? ['.cfg'] : ['-settings.cfg', '-vendor.cfg']) {
      const bytes = bytesOf(officePhone(model, FILLED), ending).toString();
      t.equal(bytes, bytesOf(officePhone(model, other), ending).toString(), model.name + ending);
      t.match(bytes, /^(b\.c = 1|.*b\.c="1")$|SSIP|lineKey/m);
    }
  }
});
