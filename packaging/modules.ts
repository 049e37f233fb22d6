import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Copies the modules that run, and of each what runs and its licence; what only developers need stays. */
export function copyModules(to: string): void {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  for (const [path, { dev, optional }] of Object.entries(lock.packages)) {
    if (!path.startsWith('node_modules/') || dev === true) continue;
    if (!existsSync(path)) {
      if (optional === true) continue;
      throw new Error(`${path} is not installed: run npm ci first`);
    }
    const name = path.slice('node_modules/'.length);
    const wanted = WANTED[name];
    for (const part of wanted ?? ['']) {
      cpSync(join(path, part), join(to, name, part), {
        recursive: true,
        dereference: true,
        filter: (source) => !LEFT_OUT.test(source.slice(path.length)),
      });
    }
  }
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly optional?: boolean }>
  >;
}

/** Of some, a part suffices: better-sqlite3 holds the sources of SQLite and what its compiler left. */
const WANTED: Readonly<Record<string, readonly string[]>> = {
  'better-sqlite3': ['package.json', 'LICENSE', 'lib', 'build/Release/better_sqlite3.node'],
};

/** Types, maps, tests, examples; and modules inside a module, which have a line of their own. */
const LEFT_OUT =
  /\/(node_modules|\.github|\.vscode|tests?|__tests__|examples?|benchmarks?|docs?)(\/|$)|\.(d\.[cm]?ts|[cm]?ts|map|flow|markdown)$/;
