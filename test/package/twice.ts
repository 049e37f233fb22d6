import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Builds the package from two clones in folders of different names, under different file masks and at different times, and
// compares the bytes. `--install` has each clone install its own modules, which compiles SQLite twice and takes minutes;
// without it both use ours.
const own = process.argv.includes('--install');
const root = mkdtempSync(join(tmpdir(), 'vaxel-twice-'));
try {
  const sums = ['one', 'a-longer-name/of-the-other'].map((name, at) => {
    const clone = join(root, name);
    const sh = (script: string, cwd: string) => {
      const umask = `umask ${at === 0 ? '022' : '077'}`;
      execFileSync('sh', ['-ec', `${umask}; ${script}`], {
        cwd,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    };
    sh(`git clone -q . ${clone}`, process.cwd());
    if (own) sh('npm ci', clone);
    else symlinkSync(join(process.cwd(), 'node_modules'), join(clone, 'node_modules'));
    sh(`npx tsc; ${process.execPath} dist/packaging/build.js`, clone);
    const deb = readdirSync(join(clone, 'dist')).find((each) => each.endsWith('.deb')) ?? '';
    const bytes = readFileSync(join(clone, 'dist', deb));
    return createHash('sha256').update(bytes).digest('hex');
  });
  process.stdout.write(`${sums.join('\n')}\n`);
  assert.equal(sums[0], sums[1], 'the same sources give the same package');
} finally {
  rmSync(root, { recursive: true });
}
