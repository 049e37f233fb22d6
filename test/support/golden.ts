import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';

/** Compares with `test/golden/<name>`; `GOLDEN=write` writes it instead, for `git diff` to show. */
export function golden(t: Test, name: string, bytes: Uint8Array): void {
  const path = join('test/golden', name);
  const text = Buffer.from(bytes).toString('utf8');
  if (process.env['GOLDEN'] === 'write') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  t.equal(text, existsSync(path) ? readFileSync(path, 'utf8') : '', path);
}
