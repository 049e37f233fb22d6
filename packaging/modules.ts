import { cpSync, existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
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
  removeEmpty(to);
}

/** What held nothing but what was left out. */
function removeEmpty(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
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

/** Types, maps, tests, examples, commands, what begins with a dot; and modules inside a module, which have a line of their own. */
const LEFT_OUT =
  /\/(node_modules|\.[^/]*|tests?|__tests__|examples?|benchmarks?|docs?)(\/|$)|^\/bin(\.js|\/|$)|^\/cli\.js$|\.(d\.[cm]?ts|[cm]?ts|map|flow|markdown|html|sh)$/;
