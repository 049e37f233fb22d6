import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

// Coverage is counted only of files some test has loaded: load them all, so that none is forgotten.
for (const folder of ['common', 'daemon', 'provisioning', 'cli']) {
  if (!existsSync(folder)) continue;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.d.ts') || name.endsWith('main.ts')) continue;
    t.test(join(folder, name), async (t) => {
      t.ok(await import(join('..', folder, name)));
    });
  }
}
