import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The directory of package.json: where `freeswitch-conf/` and `templates/` lie,
 * whether this runs from the source tree or from `dist/`.
 */
export function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error('no package.json above common/package-root.ts');
    directory = parent;
  }
  return directory;
}

/** Whether this is the installed package, which alone brings its Node, and systemd runs its programs. */
export const isInstalled = (): boolean => existsSync(join(packageRoot(), 'bin', 'node'));

/** `0.1.0`. */
export function packageVersion(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}
