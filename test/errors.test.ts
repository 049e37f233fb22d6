import { readFileSync } from 'node:fs';
import t from 'tap';

t.test('every error code is explained in docs/errors.md, and no other', async (t) => {
  const source = readFileSync('common/errors.ts', 'utf8');
  const union = /export type ErrorCode =([^;]+);/.exec(source)?.[1] ?? '';
  const inCode = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code);
  const rows = readFileSync('docs/errors.md', 'utf8').matchAll(
    /^\| `([A-Z_]+)` .*\|.*\w.*\|.*\w.*\|$/gm,
  );
  const inDocs = [...rows].map(([, code]) => code);
  t.ok(inCode.length > 10);
  t.strictSame(inDocs, inCode, 'the same codes in the same order');
});

t.test('every test that docs/security.md names is there', async (t) => {
  const docs = readFileSync('docs/security.md', 'utf8');
  const named = [...docs.matchAll(/(?:`(test\/[^`]+)`|and|,) “([^”]+)”/g)];
  let file = '';
  for (const [, path, name = ''] of named) {
    file = path ?? file;
    t.ok(readFileSync(file, 'utf8').includes(`'${name}'`), `${file}: ${name}`);
  }
  t.ok(named.length > 20);
});
