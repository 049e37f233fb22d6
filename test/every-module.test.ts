import { existsSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import t from 'tap';

/** `.js` where the tests are built, `.ts` where they are run as they stand. */
const ENDING = extname(import.meta.url);

// Coverage is counted only of files some test has loaded: load them all, so that none is forgotten.
for (const folder of ['common', 'daemon', 'provisioning', 'cli']) {
  if (!existsSync(folder)) continue;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.d.ts') || /(main|record|-worker)\.ts$/.test(name))
      continue;
    t.test(join(folder, name), async (t) => {
      t.ok(await import(join('..', folder, name.replace(/\.ts$/, ENDING))));
    });
  }
}
