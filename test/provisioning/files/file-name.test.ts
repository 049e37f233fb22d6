import fc from 'fast-check';
import t from 'tap';
import { contentTypeOf } from '../../../provisioning/files/content-type.ts';
import { isUpload, readFileName, vendorOf } from '../../../provisioning/files/file-name.ts';
import { rebootsFor } from '../../../provisioning/files/reboots.ts';
import { readMac } from '../../../provisioning/phone/mac.ts';

const mac = '0004f2d95b4d';

const ofPhone = [
  ['.cfg', 'config', undefined],
  ['.boot', 'yealink-boot', 'Yealink'],
  ['-local.cfg', 'yealink-local', 'Yealink'],
  ['-contact.xml', 'yealink-contacts', 'Yealink'],
  ['-calllog.xml', 'yealink-calls', 'Yealink'],
  ['.enc', 'yealink-encrypted', 'Yealink'],
  ['_Security.enc', 'yealink-encrypted', 'Yealink'],
  ['-settings.cfg', 'polycom-settings', 'Polycom'],
  ['-vendor.cfg', 'polycom-vendor-keys', 'Polycom'],
  ['-phone.cfg', 'polycom-phone', 'Polycom'],
  ['-web.cfg', 'polycom-web', 'Polycom'],
  ['-user.cfg', 'polycom-user', 'Polycom'],
  ['-cloud.cfg', 'polycom-cloud', 'Polycom'],
  ['-license.cfg', 'polycom-license', 'Polycom'],
  ['-directory.xml', 'polycom-directory', 'Polycom'],
  ['-calls.xml', 'polycom-calls', 'Polycom'],
  ['-mb.cfg', 'polycom-microbrowser', 'Polycom'],
  ['-boot.log', 'polycom-log', 'Polycom'],
  ['-app.log', 'polycom-log', 'Polycom'],
  ['-app-1.log', 'polycom-log', 'Polycom'],
] as const;

for (const [ending, kind, vendor] of ofPhone) {
  t.test(`<mac>${ending} is ${kind}, with the MAC in any case`, async (t) => {
    for (const spelling of [mac, mac.toUpperCase()]) {
      const file = readFileName(`${spelling}${ending}`);
      t.strictSame(file, { kind, mac });
      if (file === undefined) return;
      t.equal(vendorOf(file), vendor);
      t.match(contentTypeOf(file), /^(text\/plain|application\/(xml|octet-stream))(;|$)/);
    }
  });
}

const common = [
  ['y000000000000.boot', { kind: 'yealink-common-boot' }],
  ['y000000000000.cfg', { kind: 'yealink-common', number: 0 }],
  ['y000000000028.cfg', { kind: 'yealink-common', number: 28 }],
  ['y000000000108.cfg', { kind: 'yealink-common', number: 108 }],
  ['000000000000.cfg', { kind: 'polycom-common' }],
  ['000000000000-license.cfg', { kind: 'polycom-common-license' }],
  ['000000000000-directory.xml', { kind: 'polycom-common-directory' }],
  ['phonebook.xml', { kind: 'phone-book' }],
  ['3111-44500-001.sip.ld', { kind: 'resource', name: '3111-44500-001.sip.ld' }],
  ['sip.ld', { kind: 'resource', name: 'sip.ld' }],
  ['T46U-108.86.0.90.rom', { kind: 'resource', name: 'T46U-108.86.0.90.rom' }],
  ['010.GUI.Swedish.lang', { kind: 'resource', name: '010.GUI.Swedish.lang' }],
  ['logo.png', { kind: 'resource', name: 'logo.png' }],
] as const;

for (const [name, file] of common) {
  t.test(`${name} is ${file.kind}`, async (t) => {
    t.strictSame(readFileName(name), file);
  });
}

t.test('what no phone asks for is no file', async (t) => {
  const names = [
    '',
    '.',
    '..',
    '../x.cfg',
    '..%2f0004f2d95b4d.cfg',
    '0004f2d95b4d',
    '0004f2d95b4d.CFG',
    '0004f2d95b4d.cfg ',
    '0004f2d95b4d.cfg\n',
    '0004f2d95b4d.cfg%00',
    '0004f2d95b4.cfg',
    '0004f2d95b4d1.cfg',
    '00:04:f2:d9:5b:4d.cfg',
    '000000000000.boot',
    'ffffffffffff.cfg',
    'y0000000000281.cfg',
    'y00000000028.cfg',
    'y000000001028.cfg',
    'Y000000000028.cfg',
    '{$mac}.cfg',
    '<mac>.cfg',
    '0004f2d95b4d-.cfg',
    '0004f2d95b4d-__proto__',
    '0004f2d95b4d__proto__',
    '__proto__',
    'constructor',
    'custom.cfg',
    'phone1.cfg',
    'aastra.cfg',
    'ConfigCommon.cfg',
    '000000000000-config.cfg',
    'y000000000000.cfg.bak',
    'sip.cfg',
    '.htpasswd',
    'a/b.rom',
    'a\\b.rom',
    'shell.php',
    'logo.svg',
    'index.html',
    `${'a'.repeat(200)}.rom`,
    '0004f2d95b4d.rom',
  ];
  for (const name of names) t.equal(readFileName(name), undefined, JSON.stringify(name));
});

t.test('no name gives a file with another name, a path, or a MAC that is not in it', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      mac,
      '000000000000',
      'y',
      '.cfg',
      '.boot',
      '-app.log',
      '/',
      '..',
      '\\',
      '%',
      '\0',
    ),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
      const name = pieces.join('');
      const file = readFileName(name);
      if (file === undefined) return true;
      if (/[/\\%\0]|\.\./.test(name)) return false;
      if (file.kind === 'resource') return file.name === name;
      return !('mac' in file) || name.toLowerCase().startsWith(file.mac);
    }),
    { numRuns: 3000 },
  );
});

t.test('phones write their own changes, books, calls and logs, and nothing else', async (t) => {
  const written = ofPhone
    .map(([ending]) => readFileName(`${mac}${ending}`))
    .flatMap((file) => (file !== undefined && isUpload(file) ? [file.kind] : []));
  t.strictSame([...new Set(written)].sort(), [
    'polycom-calls',
    'polycom-directory',
    'polycom-log',
    'polycom-phone',
    'polycom-user',
    'polycom-web',
    'yealink-calls',
    'yealink-contacts',
    'yealink-local',
  ]);
  t.equal(isUpload({ kind: 'polycom-common' }), false);
});

t.test('a MAC address is read in every spelling, and is a single phone', async (t) => {
  for (const text of ['0004f2d95b4d', '00:04:F2:d9:5b:4d', '00-04-f2-d9-5b-4d']) {
    t.equal(readMac(text), mac);
  }
  for (const text of ['', '0004f2d95b4', '00:04:f2:d9:5b4d', '00:04-f2:d9:5b:4d', '01005e000001']) {
    t.equal(readMac(text), undefined, text);
  }
});

t.test('a change of the network starts a phone anew; one of a key does not', async (t) => {
  t.equal(rebootsFor('Yealink', 'static.network.vlan.internet_port_vid'), true);
  t.equal(rebootsFor('Yealink', 'network.lldp.enable'), true);
  t.equal(rebootsFor('Yealink', 'linekey.3.value'), false);
  t.equal(rebootsFor('Yealink', 'account.1.password'), false);
  t.equal(rebootsFor('Polycom', 'device.net.vlanId'), true);
  t.equal(rebootsFor('Polycom', 'attendant.resourceList.1.label'), false);
});
