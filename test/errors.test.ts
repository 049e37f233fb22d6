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
