import t from 'tap';
import { findModel, MODELS } from '../../../provisioning/models/find.ts';
import { hasKey, keysFor } from '../../../provisioning/models/keys.ts';
import { modelOf } from '../../../provisioning/models/nearest.ts';

t.test('the table has every model once, and its numbers are possible', async (t) => {
  t.equal(MODELS.length, 124);
  t.equal(new Set(MODELS.map(({ name }) => name)).size, 124);
  for (const model of MODELS) {
    const { name, accounts, lineKeys, memoryKeys, modules, commonFile } = model;
    t.equal(findModel(name), model, name);
    t.ok(accounts >= 1 && accounts <= 250, `${name} registers`);
    t.ok(lineKeys + memoryKeys <= 100, `${name} has keys a hand can reach`);
    t.ok(modules === undefined || modules.keys * modules.count <= 252, name);
    t.ok(commonFile === undefined || commonFile < 200, name);
  }
});

const spellings = [
  ['t46u', 'T46U'],
  ['SIP-T46U', 'T46U'],
  ['Yealink T46U', 'T46U'],
  ['VP-T49G', 'T49G'],
  ['vvx450', 'VVX 450'],
  ['VVX_450', 'VVX 450'],
  ['Polycom VVX 450', 'VVX 450'],
  ['SPIP_550', 'SPIP 550'],
  ['SoundPoint IP 550', 'SPIP 550'],
  ['SoundStation IP 6000', 'SSIP 6000'],
  ['RealPresence Trio 8800', 'Trio 8800'],
  ['Edge_E350', 'Edge E350'],
  ['Poly Edge E350', 'Edge E350'],
  ['W80B', 'W80DM'],
  ['T19P E2', 'T19P_E2'],
] as const;

for (const [spelling, name] of spellings) {
  t.test(`${spelling} is the ${name}`, async (t) => {
    t.equal(findModel(spelling)?.name, name);
  });
}

t.test('what is no model is none', async (t) => {
  for (const name of ['', 'T', 'T460', '__proto__', 'constructor', 'VVX', '46', ' '.repeat(1e5)]) {
    t.equal(findModel(name), undefined, name.slice(0, 20));
  }
});

const nearest = [
  ['Yealink', 'T45U', 'T44U'],
  ['Yealink', 'T99X', 'T88W'],
  ['Yealink', 'CP935W', 'CP925'],
  ['Yealink', 'W73H', 'W75DM'],
  ['Polycom', 'VVX_350X', 'VVX 350'],
  ['Polycom', 'CCX_400', 'Edge E400'],
  ['Polycom', 'Rove_40', 'VVX 101'],
] as const;

for (const [vendor, stranger, name] of nearest) {
  t.test(`a ${vendor} ${stranger}, which nobody knows, is treated as ${name}`, async (t) => {
    const { model, known } = modelOf({ vendor, model: stranger });
    t.equal(model.name, name);
    t.equal(known, false);
  });
}

t.test("a model of the other vendor's is not a phone's model", async (t) => {
  t.equal(modelOf({ vendor: 'Polycom', model: 'T46U' }).model.vendor, 'Polycom');
});

t.test('a key is where the model has one', async (t) => {
  const t46u = findModel('T46U');
  const t28p = findModel('T28P');
  if (t46u === undefined || t28p === undefined) throw new Error('not in the table');
  t.strictSame(keysFor(t46u), { phone: 27, modules: 3, perModule: 60 });
  t.equal(keysFor(t28p).phone, 16, 'six line keys and ten memory keys');
  const places = [
    [0, 1, true],
    [0, 27, true],
    [0, 28, false],
    [0, 0, false],
    [0, -1, false],
    [0, 1.5, false],
    [0, Number.NaN, false],
    [1, 60, true],
    [1, 61, false],
    [3, 1, true],
    [4, 1, false],
    [-1, 1, false],
  ] as const;
  for (const [module, key, is] of places) {
    t.equal(hasKey(t46u, { module, key }), is, `module ${module}, key ${key}`);
  }
});
