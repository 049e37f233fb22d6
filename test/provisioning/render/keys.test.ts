import t from 'tap';
import { readFileName } from '../../../provisioning/files/file-name.ts';
import { findModel } from '../../../provisioning/models/find.ts';
import type { Key, Phone } from '../../../provisioning/phone/phone.ts';
import { renderFile } from '../../../provisioning/render/render-file.ts';
import { officePhone } from '../../support/desk-phones.ts';
import { readPolycomCfg } from '../../support/polycom-cfg.ts';
import { readYealinkCfg } from '../../support/yealink-cfg.ts';

const at = (key: number, module = 0) => ({ module, key });
const blf = (key: number, module = 0): Key => ({
  at: at(key, module),
  does: 'blf',
  line: 1,
  target: '101',
  label: 'Björn',
});

/** By firmware, the parameter that says what picks up; the other must not be there. */
const generations = [
  ['T46G', '28.73.0.50', 'pickup_value'],
  ['T46G', '28.80.0.95', 'pickup_value'],
  ['T46G', '28.82.0.20', 'pickup_value'],
  ['T46G', '28.83.0.120', 'extension'],
  ['T46U', '108.86.0.90', 'extension'],
  ['T46U', '108.87.14.1', 'extension'],
  ['T46U', undefined, 'extension'],
  ['T28P', undefined, 'pickup_value'],
  ['T87W', undefined, 'extension'],
] as const;

for (const [name, firmware, parameter] of generations) {
  t.test(
    `a ${name} with ${firmware ?? 'its newest firmware'} picks up with ${parameter}`,
    async (t) => {
      const values = yealink(name, { firmware, keys: [blf(2)] });
      const other = parameter === 'extension' ? 'pickup_value' : 'extension';
      t.equal(values.get(`linekey.2.${parameter}`), '**101');
      t.equal(values.get(`linekey.2.${other}`), undefined);
      t.equal(values.get('linekey.2.line'), '1');
    },
  );
}

t.test('without a pickup code a lamp is a lamp', async (t) => {
  const values = yealink('T46U', { keys: [blf(2)], settings: new Map([['lamp.pickup-code', '']]) });
  t.equal(values.get('linekey.2.extension'), '');
  t.equal(values.get('features.pickup.direct_pickup_enable'), '0');
});

t.test('two old models count the line of a lamp from 0, and that of nothing else', async (t) => {
  const keys: readonly Key[] = [
    blf(2),
    { at: at(3), does: 'speed', line: 1, target: '101', label: 'Björn' },
  ];
  for (const name of ['T32G', 'T38G']) {
    const values = yealink(name, { keys });
    t.equal(values.get('linekey.2.line'), '0');
    t.equal(values.get('linekey.3.line'), '1');
  }
});

t.test('parameters that hold through a reset have their prefix from V81 on', async (t) => {
  const old = yealink('T46G', { firmware: '28.80.0.95' });
  t.equal(old.get('auto_provision.pnp_enable'), '0');
  t.equal(old.get('security.user_password/admin'), '4711-kruka-90');
  const later = yealink('T46G', { firmware: '28.81.0.25' });
  t.equal(later.get('static.auto_provision.pnp_enable'), '0');
  t.equal(later.get('static.lang.gui'), 'English');
  t.equal(later.get('account.1.sip_server.1.transport_type'), '0');
  t.equal(yealink('T46G', { firmware: '28.73.0.50' }).get('account.1.transport'), '0');
});

t.test(
  'keeping in step with the server is said of the phone before V84, of each account after',
  async (t) => {
    const settings = new Map([['feature.sync', 'yes']]);
    const old = yealink('T46S', { firmware: '66.83.0.35', settings });
    t.equal(old.get('features.feature_key_sync.enable'), '1');
    t.equal(old.get('account.1.feature_key_sync.enable'), undefined);
    const later = yealink('T46S', { firmware: '66.84.0.125', settings });
    t.equal(later.get('features.feature_key_sync.enable'), undefined);
    t.equal(later.get('account.1.feature_key_sync.enable'), '1');
  },
);

t.test('a phone that keeps in step diverts no call by itself, past a VIP', async (t) => {
  const settings = new Map([['feature.sync', 'yes']]);
  for (const feature of ['dnd', 'forward']) {
    const local = `features.${feature}.feature_key_sync.local_processing.enable`;
    const old = yealink('T46S', { firmware: '66.83.0.35', settings });
    t.equal(old.get(local), '0');
    t.equal(old.get(`features.${feature}.feature_key_sync.enable`), '1');
    const later = yealink('T46S', { firmware: '66.84.0.125', settings });
    t.equal(later.get(`account.1.${local}`), '0');
    t.equal(later.get(`account.1.${feature}.feature_key_sync.enable`), '1');
    t.equal(yealink('T46S', { firmware: '66.84.0.125' }).get(`account.1.${local}`), undefined);
  }
  for (const feature of ['dnd', 'cf']) {
    const local = `voIpProt.SIP.serverFeatureControl.localProcessing.${feature}`;
    t.equal(polycom('VVX 450', { settings }).get(local), '0');
    t.equal(polycom('VVX 450', {}).get(local), undefined);
  }
});

const ALL: readonly Key[] = [
  { at: at(1), does: 'line', line: 1, label: 'Anna' },
  blf(2),
  { at: at(3), does: 'speed', line: 1, target: '0812345601', label: 'Björn' },
  { at: at(4), does: 'park', line: 1, target: '701', label: 'Park' },
  { at: at(5), does: 'pickup', line: 1, target: '102', label: 'Ta' },
  { at: at(6), does: 'voicemail', line: 2, label: 'Post' },
  { at: at(7), does: 'conference', line: 1, label: 'Möte' },
  { at: at(8), does: 'forward', line: 1, label: 'Vidare' },
  { at: at(9), does: 'dnd', line: 1, label: 'Stör ej' },
  { at: at(10), does: 'activity', line: 1, target: '*21', label: 'Lunch' },
  { at: at(11), does: 'team-login', line: 1, target: '*31', label: 'Växeln' },
  { at: at(12), does: 'url', target: 'https://anka.example/?a=1&b=2', label: 'Webb' },
];

t.test('every kind of key does on a Yealink what it is for', async (t) => {
  const lines = officePhone(modelNamed('T46U')).lines.map((line, i) => ({
    ...line,
    settings: new Map(i === 1 ? [['voicemail.code', '*97']] : []),
  }));
  const values = yealink('T46U', { keys: ALL, lines });
  const keys = ALL.map((_, i) =>
    ['type', 'line', 'value'].map((name) => values.get(`linekey.${i + 1}.${name}`)),
  );
  t.strictSame(keys, [
    ['15', '1', undefined],
    ['16', '1', '101'],
    ['13', '1', '0812345601'],
    ['10', '1', '701'],
    ['9', '1', '**102'],
    ['12', '2', '*97'],
    ['1', '1', undefined],
    ['2', '1', undefined],
    ['5', '1', undefined],
    ['16', '1', '*21'],
    ['16', '1', '*31'],
    ['17', undefined, 'https://anka.example/?a=1&b=2'],
  ]);
  t.equal(values.get('linekey.10.extension'), '', 'nothing rings there to be picked up');
  t.equal(values.get('voice_mail.number.1'), '*98');
  t.equal(values.get('voice_mail.number.2'), '*97');
});

t.test('every kind of key does on a VVX what it is for', async (t) => {
  const values = polycom('VVX 450', { keys: ALL });
  const keys = ALL.map((_, i) =>
    ['category', 'index'].map((name) => values.get(`lineKey.${i + 1}.${name}`)).join(' '),
  );
  t.strictSame(keys, [
    'Line 1',
    'BLF 0',
    'EFK 1',
    'BLF 0',
    'EFK 2',
    'EFK 3',
    'EFK 4',
    'EFK 5',
    'EFK 6',
    'BLF 0',
    'BLF 0',
    'EFK 7',
  ]);
  const watched = [1, 2, 3, 4].map((n) =>
    ['address', 'type'].map((name) => values.get(`attendant.resourceList.${n}.${name}`)).join(' '),
  );
  t.strictSame(watched, [
    '101@anka.example normal',
    '701@anka.example automata',
    '*21@anka.example automata',
    '*31@anka.example automata',
  ]);
  const macros = [1, 2, 3, 4, 5, 6, 7].map((n) => values.get(`efk.efklist.${n}.action.string`));
  t.strictSame(macros, [
    '0812345601$Tinvite$',
    '**102$Tinvite$',
    '*98$Tinvite$',
    '$FConference$',
    '$FDivert$',
    '$FDoNotDisturb$',
    'https://anka.example/?a=1&b=2',
  ]);
});

t.test(
  'an old SoundPoint has speed dials in the place of macros, and no more than it can',
  async (t) => {
    const values = polycom('SPIP 650', { keys: ALL.slice(0, 6).concat(ALL.slice(6, 9)) });
    t.equal(values.get('lineKey.3.category'), 'SpeedDial');
    t.equal(values.get('lineKey.5.index'), '2');
    t.equal(values.get('feature.EFKLineKey.enabled'), undefined);
    const oldest = polycom('SPIP 301', { keys: ALL.slice(0, 2) });
    t.equal(oldest.get('lineKey.reassignment.enabled'), undefined);
    t.equal(oldest.get('attendant.resourceList.1.address'), '101@anka.example');
    t.equal(oldest.get('voice.codecPref.G711A'), '2');
  },
);

t.test('memory keys come after line keys', async (t) => {
  const values = yealink('T28P', { keys: [blf(6), blf(7), blf(16)] });
  t.equal(values.get('linekey.6.type'), '16');
  t.equal(values.get('memorykey.1.type'), '16');
  t.equal(values.get('memorykey.10.value'), '101');
  t.equal(values.get('memorykey.11.type'), undefined);
});

t.test('keys on expansion modules, and every other key of the module is nothing', async (t) => {
  const values = yealink('T46U', { keys: [blf(60, 1), blf(2, 3)] });
  t.equal(values.get('expansion_module.1.key.60.type'), '16');
  t.equal(values.get('expansion_module.2.key.1.type'), '0');
  t.equal(values.get('expansion_module.3.key.2.extension'), '**101');
  t.equal(values.get('expansion_module.3.key.60.type'), '0');
  t.equal(values.get('expansion_module.4.key.1.type'), undefined);
});

t.test('a module without keys is cleared where the phone is said to have it', async (t) => {
  t.equal(yealink('T46U', {}).get('expansion_module.1.key.1.type'), undefined);
  const values = yealink('T46U', { settings: new Map([['modules', '2']]) });
  t.equal(values.get('expansion_module.2.key.60.type'), '0');
  t.equal(values.get('expansion_module.3.key.1.type'), undefined);
});

t.test('the keys of a VVX go on through its modules, of paper or with a display', async (t) => {
  const paper = polycom('VVX 450', { keys: [blf(1, 1), blf(1, 2)] });
  t.equal(paper.get('lineKey.13.category'), 'BLF');
  t.equal(paper.get('lineKey.53.category'), 'BLF');
  const display = polycom('VVX 450', { keys: [blf(84, 1), blf(1, 2)] });
  t.equal(display.get('lineKey.96.category'), 'BLF');
  t.equal(display.get('lineKey.97.category'), 'BLF');
  const settings = new Map([['modules.keys', '84']]);
  const said = polycom('VVX 450', { keys: [blf(1, 2)], settings });
  t.equal(said.get('lineKey.97.category'), 'BLF');
});

t.test('a phone nobody gave line keys shows its lines first, beside the keys it has', async (t) => {
  const values = yealink('T46U', { keys: [blf(1)] });
  t.equal(values.get('linekey.1.type'), '16');
  t.equal(values.get('linekey.2.type'), '15');
  t.equal(values.get('linekey.3.line'), '2');
  t.equal(values.get('linekey.3.label'), '101 Björn Ek');
  t.equal(polycom('VVX 450', { keys: [] }).get('lineKey.2.index'), '2');
  const full = Array.from({ length: 27 }, (_, i) => blf(i + 1));
  const types = [...yealink('T46U', { keys: [...full, blf(2, 1)] })].filter(
    ([name, value]) => name.endsWith('.type') && value === '15',
  );
  t.strictSame(types, [], 'a line on a module would be looked for in vain');
});

t.test('a key of a line the phone lacks is left out', async (t) => {
  const values = yealink('T46U', {
    keys: [{ at: at(2), does: 'blf', line: 3, target: '101', label: 'Björn' }],
  });
  t.equal(values.get('linekey.2.type'), '15', 'its place is free for a line');
  t.notOk([...values.values()].includes('16'));
});

t.test('keys and lines a model lacks are left out', async (t) => {
  const values = yealink('T19P_E2', {
    keys: [blf(1), blf(1, 1)],
    lines: officePhone(modelNamed('T46U')).lines,
  });
  t.notOk([...values.keys()].some((name) => /^(linekey|expansion|account\.2)/.test(name)));
});

function yealink(name: string, changes: Partial<Phone>): ReadonlyMap<string, string> {
  return readYealinkCfg(rendered(name, '.cfg', changes));
}

function polycom(name: string, changes: Partial<Phone>): ReadonlyMap<string, string> {
  return readPolycomCfg(rendered(name, '-settings.cfg', changes));
}

function rendered(name: string, ending: string, changes: Partial<Phone>): Buffer {
  const phone = officePhone(modelNamed(name), changes);
  const file = readFileName(`${phone.mac}${ending}`);
  const bytes = file && renderFile(phone, file);
  if (bytes === undefined) throw new Error(`no ${ending} for a ${name}`);
  return bytes;
}

function modelNamed(name: string) {
  const model = findModel(name);
  if (model === undefined) throw new Error(name);
  return model;
}
