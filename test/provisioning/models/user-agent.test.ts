import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { modelOf } from '../../../provisioning/models/nearest.ts';
import { readUserAgent } from '../../../provisioning/models/user-agent.ts';

const CORPUS = readFileSync('test/corpus/user-agents.tsv', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'))
  .map(([kind, channel, vendor, model, firmware, mac, text = '']) => ({
    kind,
    channel,
    vendor: vendor === 'Poly' ? 'Polycom' : vendor,
    model,
    firmware,
    mac: mac === '' ? undefined : mac,
    text,
  }));

t.test('every User-Agent of the corpus is read', async (t) => {
  t.equal(CORPUS.length, 150);
  for (const { text, vendor, model, firmware, mac } of CORPUS) {
    t.strictSame(readUserAgent(text), { vendor, model, firmware, mac }, text);
  }
});

t.test('every User-Agent of the corpus gets a model, and a stranger the nearest', async (t) => {
  const unknown = new Map<string, string>();
  for (const { text } of CORPUS) {
    const agent = readUserAgent(text);
    if (agent === undefined) throw new Error(text);
    const { model, known } = modelOf(agent);
    t.equal(model.vendor, agent.vendor, text);
    if (!known) unknown.set(agent.model, model.name);
  }
  t.strictSame(Object.fromEntries(unknown), {
    T18: 'T19P_E2',
    CCX_600: 'Edge E550',
    CCX_500: 'Edge E500',
    SPIP_500: 'SPIP 501',
    Trio_C60: 'Trio 8300',
    VC800: 'VP530P',
  });
});

const spellings = [
  ['Yealink SIP-T46U 108.87.14.1 24:9a:d8:00:00:01', 'T46U', '249ad8000001'],
  ['Yealink SIP-T56A  58.80.0.25 001565000001', 'T56A', '001565000001'],
  ['yealink SIP-T28P 2.70.0.140 00-15-65-00-00-01', 'T28P', '001565000001'],
  ['Yealink SIP VP-T49G 51.80.0.10 00:15:65:00:00:01', 'VP-T49G', '001565000001'],
  ['W52P 25.30.0.2 00:15:65:00:00:01', 'W52P', '001565000001'],
  ['Yealink-T46G 28.71.0.81 28.1.0.128.0.0.0', 'T46G', undefined],
  ['Yealink AX83H 180.86.0.5', 'AX83H', undefined],
  ['Yealink SIP-T33G 124.85.257.55 80:5e:c0:00:00:01', 'T33G', '805ec0000001'],
  [
    'FileTransport PolycomVVX-VVX_450-UA/6.4.0.1234 (SN:64167f000001) Type/Updater',
    'VVX_450',
    '64167f000001',
  ],
  ['PolyEdge-Edge_E350-UA/8.3.1.0614_f04ea4000001', 'Edge_E350', 'f04ea4000001'],
] as const;

for (const [text, model, mac] of spellings) {
  t.test(`${text} is a ${model}`, async (t) => {
    const agent = readUserAgent(text);
    t.equal(agent?.model, model);
    t.equal(agent?.mac, mac);
  });
}

const damaged = [
  ['a MAC with a colon missing', 'Yealink SIP-T20P 9.72.0.30 00:15:6525ef16a7c'],
  ['a MAC of 13 digits', 'Yealink SIP-T48G 35.80.250.5 00:15:65:ae:df:7ca'],
  ['a MAC of zeros', 'Yealink SIP-T48G 35.80.250.5 00:00:00:00:00:00'],
  ['a MAC of ones', 'Yealink SIP-T48G 35.80.250.5 ff:ff:ff:ff:ff:ff'],
] as const;

for (const [what, text] of damaged) {
  t.test(`${what} is none, and the rest is read`, async (t) => {
    const agent = readUserAgent(text);
    t.match(agent?.model, /^T/);
    t.equal(agent?.mac, undefined);
  });
}

const strangers = [
  'Yealink SIP-T46S',
  'Other T46S 66.85.0.10',
  'Yealink SIP-T46S 66.85.0.10 001565000001 001565000002',
  'FileTransport Poly',
  'Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:56.0) Gecko/20100101 Firefox/56.0',
  '-',
  '',
  'x Yealink SIP-T46U 108.87.14.1',
  'Yealink SIP-T46U 108.87.14.1\r\nX: y',
  'FileTransport G_SERIES-PolyStudioX30-UA/3.10.0_362035 Type/Application',
  `Yealink SIP-T46U 108.87.14.1${' '.repeat(300)}`,
];

t.test('what no phone says is not read', async (t) => {
  for (const text of strangers) t.equal(readUserAgent(text), undefined, text.slice(0, 80));
});

t.test('any text is read or not in no time', async () => {
  const word = fc.constantFrom(
    'Yealink',
    ' ',
    'SIP-',
    'T46U',
    '108.86.0.90',
    '00:15:65:00:00:01',
    'FileTransport ',
    'PolycomVVX-VVX_450-UA/',
    '(SN:',
    ')',
    'Type/Application',
    '.',
    '_',
  );
  const text = fc
    .array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 40 })
    .map((words) => words.join(''));
  fc.assert(
    fc.property(text, (text) => {
      const began = performance.now();
      const agent = readUserAgent(text);
      if (performance.now() - began > 50) return false;
      return (
        agent === undefined || (text.includes(agent.model) && modelOf(agent).model.name !== '')
      );
    }),
    { numRuns: 2000 },
  );
});
