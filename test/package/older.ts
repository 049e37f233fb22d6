import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS } from '../../common/db/migrate.ts';

/** The last migration, which the older package knows nothing of. */
export const NEWEST = Object.keys(MIGRATIONS).at(-1) ?? '';

/** The package as it was one migration ago, with a lower version. */
export function olderPackage(deb: string, folder: string, version: string): string {
  const tree = join(folder, 'older');
  execFileSync('dpkg-deb', ['-R', deb, tree]);
  edit(join(tree, 'DEBIAN/control'), /^Version: .*$/m, `Version: ${version}`);
  edit(join(tree, 'DEBIAN/preinst'), ` ${NEWEST}'`, "'");
  edit(join(tree, 'DEBIAN/preinst'), /gt '[^']*'/, `gt '${version}'`);
  edit(join(tree, 'usr/lib/vaxel/dist/common/db/migrate.js'), new RegExp(`'${NEWEST}':.*`), '');
  const older = join(folder, 'older.deb');
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, older]);
  rmSync(tree, { recursive: true });
  return older;
}

function edit(file: string, what: RegExp | string, by: string): void {
  const before = readFileSync(file, 'utf8');
  const after = before.replace(what, by);
  if (after === before) throw new Error(`${file} holds no ${String(what)}`);
  writeFileSync(file, after);
}
