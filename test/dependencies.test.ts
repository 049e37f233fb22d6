import { readFileSync } from 'node:fs';
import t from 'tap';
import { readAudit } from '../tools/audit.ts';
import { isAllowed, licensedPackages, type LockFile } from '../tools/licences.ts';
import { REVIEWED_LICENCES } from '../tools/reviewed.ts';
import { shippedBill, wholeBill } from '../tools/sbom.ts';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile;

t.test(
  'every package may be used, and somebody has looked at those that ask for more',
  async (t) => {
    const packages = licensedPackages(lock);
    t.ok(packages.length > 300);
    t.strictSame(
      packages.filter(({ refused }) => refused !== undefined),
      [],
    );
    const names = new Set(packages.map(({ name }) => name));
    t.strictSame(
      Object.keys(REVIEWED_LICENCES).filter((name) => !names.has(name)),
      [],
      'no review without its package',
    );
    for (const [expression, may] of [
      ['MIT', true],
      ['GPL-3.0', false],
      ['(MIT OR GPL-2.0)', true],
      ['(MIT AND GPL-2.0)', false],
      ['(MIT AND ISC)', true],
      ['UNLICENSED', false],
      ['', false],
    ] as const) {
      t.equal(isAllowed(expression), may, expression);
    }
    const odd = {
      packages: {
        '': {},
        'a/node_modules/@of/thing': { version: '1' },
        'node_modules/modesl': { license: 'GPL-3.0' },
      },
    };
    t.match(
      licensedPackages(odd),
      [
        { name: '@of/thing', version: '1', refused: /none said/ },
        { name: 'modesl', refused: /GPL-3\.0/ },
      ],
      'a review is of what was said then',
    );
  },
);

t.test('an advisory is open until somebody has looked at it, and not for ever', async (t) => {
  const via = (id: string) => ({
    name: 'thing',
    url: `https://github.com/advisories/${id}`,
    title: 'Loops for ever',
    severity: 'high',
    range: '<2.0.0',
  });
  const report = JSON.stringify({
    vulnerabilities: {
      thing: { via: [via('GHSA-aaaa'), via('GHSA-bbbb')] },
      other: { via: ['thing', via('GHSA-aaaa')] },
    },
  });
  const reviewed = {
    'GHSA-aaaa': { why: 'not reached', until: '2027-03-01' },
    'GHSA-gone': { why: 'not reached', until: '2027-03-01' },
  };
  t.strictSame(readAudit(report, reviewed, '2027-03-01'), {
    kind: 'answered',
    open: ['GHSA-bbbb thing <2.0.0: high, Loops for ever'],
    needless: ['GHSA-gone'],
  });
  t.match(readAudit(report, reviewed, '2027-03-02'), { open: [/^GHSA-aaaa/, /^GHSA-bbbb/] });
  t.match(readAudit('{"vulnerabilities":{}}', {}, '2027-03-02'), { open: [], needless: [] });
  t.match(readAudit('{"message":"405 Method Not Allowed"}', {}, '2027-03-02'), {
    kind: 'unanswered',
    why: /405/,
  });
  t.match(readAudit('<html>', {}, '2027-03-02'), { kind: 'unanswered' });
});

t.test('the bill of materials names what is shipped, and nothing else', async (t) => {
  const bill = shippedBill(await wholeBill(), lock);
  t.equal(bill.bomFormat, 'CycloneDX');
  const shipped = licensedPackages(lock)
    .filter(({ isForDevelopment }) => !isForDevelopment)
    .map(({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`);
  t.strictSame(
    [...new Set(bill.components.map(({ purl }) => purl))].sort(),
    [...new Set(shipped)].sort(),
  );
  const refs = new Set(bill.components.map((component) => component['bom-ref']));
  t.ok(bill.dependencies.length > 50);
  t.strictSame(
    bill.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref)),
    [],
    'nor depends on anything else',
  );
});
