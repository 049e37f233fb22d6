import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { MIGRATIONS } from '../common/db/migrate.ts';
import { packageVersion } from '../common/package-root.ts';
import { copyModules } from './modules.ts';
import { neededLibc } from './needed-libc.ts';

// Builds vaxel_<version>_<architecture>.deb in the folder named, or in dist/: everything an exchange needs beside
// FreeSWITCH and what every Debian has. The same tree, built again, gives the same bytes.
const out = process.argv[2] ?? 'dist';
const version = `${packageVersion()}-1`;
const architecture = print('dpkg', '--print-architecture');
const builtAt = Number(
  process.env['SOURCE_DATE_EPOCH'] ?? print('git', 'log', '-1', '--format=%ct'),
);
const MAINTAINER = 'vaxel <root@localhost>';
const UNITS = [
  ...['vaxel-daemon.service', 'vaxel-provisioning.service'],
  ...['vaxel-backup.service', 'vaxel-backup.timer'],
];
const root = mkdtempSync(join(tmpdir(), 'vaxel-package-'));
try {
  const file = build();
  process.stdout.write(`${file} ${Math.round(statSync(file).size / 1_000_000)} MB\n`);
} finally {
  rmSync(root, { recursive: true });
}

function build(): string {
  const home = join(root, 'usr/lib/vaxel');
  copyProgram(home);
  const native = join(home, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node');
  for (const binary of [native, join(home, 'bin/node')]) {
    execFileSync('strip', ['--strip-unneeded', '--remove-section=.comment', binary]);
  }
  put('usr/bin/vaxel', read('vaxel.sh'), 0o755);
  put('etc/vaxel/vaxel.toml', read('vaxel.toml'));
  const systemd = (name: string) => readFileSync(join('systemd', name), 'utf8');
  const units = 'usr/lib/systemd/system';
  for (const name of UNITS) {
    put(join(units, name), systemd(name));
  }
  const dropIn = 'freeswitch.service.d/vaxel.conf';
  put(join(units, dropIn), systemd(dropIn));
  put('usr/lib/sysusers.d/vaxel.conf', systemd('vaxel.sysusers.conf'));
  put('usr/lib/tmpfiles.d/vaxel.conf', systemd('vaxel.tmpfiles.conf'));
  put('usr/lib/sysctl.d/60-vaxel.conf', systemd('vaxel.sysctl.conf'));

  // For those who watch it: to be copied to where their programs look.
  for (const folder of ['fail2ban', 'docs/monitoring']) {
    const name = basename(folder);
    cpSync(folder, join(root, 'usr/share/vaxel', name), { recursive: true });
  }
  for (const name of ['runbook.md', 'errors.md', 'backup.md']) {
    put(join('usr/share/vaxel', name), readFileSync(join('docs', name)));
  }

  const changes = readFileSync('CHANGELOG.md', 'utf8');
  put('usr/share/man/man8/vaxel.8.gz', zip(read('vaxel.8')));
  put('usr/share/doc/vaxel/changelog.gz', zip(changes));
  put('usr/share/doc/vaxel/changelog.Debian.gz', zip(debianChangelog()));
  put('usr/share/doc/vaxel/copyright', read('copyright') + readFileSync('LICENSE', 'utf8'));
  put('usr/share/lintian/overrides/vaxel', read('lintian-overrides'));

  const installed = filesIn(root);
  const bytes = installed.reduce((sum, name) => sum + statSync(join(root, name)).size, 0);
  const md5 = (name: string) => createHash('md5').update(readFileSync(join(root, name)));
  put('DEBIAN/md5sums', installed.map((name) => `${md5(name).digest('hex')}  ${name}\n`).join(''));
  put('DEBIAN/conffiles', '/etc/vaxel/vaxel.toml\n');
  const facts = {
    VERSION: version,
    ARCHITECTURE: architecture,
    KILOBYTES: String(Math.ceil(bytes / 1024)),
    LIBC: neededLibc([native, join(home, 'bin/node')]),
    MIGRATIONS: Object.keys(MIGRATIONS).join(' '),
  };
  put('DEBIAN/control', filled(read('control'), facts));
  for (const script of ['preinst', 'postinst', 'prerm', 'postrm']) {
    put(`DEBIAN/${script}`, filled(read(script), facts), 0o755);
  }
  settle(root);
  mkdirSync(out, { recursive: true });
  const file = join(out, `vaxel_${version}_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', root, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(builtAt) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return file;
}

/** What runs, and the Node that runs it. */
function copyProgram(home: string): void {
  for (const folder of ['common', 'daemon', 'provisioning', 'cli']) {
    cpSync(join('dist', folder), join(home, 'dist', folder), {
      recursive: true,
      filter: (source) => !source.includes('/tools'),
    });
  }
  for (const folder of ['templates', 'freeswitch-conf']) {
    cpSync(folder, join(home, folder), { recursive: true });
  }
  cpSync('package.json', join(home, 'package.json'));
  copyModules(join(home, 'node_modules'));
  mkdirSync(join(home, 'bin'));
  cpSync(process.execPath, join(home, 'bin/node'), { dereference: true });
}

function put(name: string, content: string | Buffer, mode = 0o644): void {
  const file = join(root, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

/** Rights and times that do not depend on who builds, or when. */
function settle(path: string): void {
  const { mode } = statSync(path);
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path)) settle(join(path, name));
    chmodSync(path, 0o755);
  } else {
    const runs = /^(usr\/bin|usr\/lib\/vaxel\/bin|DEBIAN)\//.test(relative(root, path));
    chmodSync(path, runs && (mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
  lutimesSync(path, builtAt, builtAt);
}

function debianChangelog(): string {
  const date = new Date(builtAt * 1_000).toUTCString().replace('GMT', '+0000');
  return `vaxel (${version}) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- ${MAINTAINER}  ${date}\n`;
}

function filled(text: string, facts: Readonly<Record<string, string>>): string {
  return text.replaceAll(/@([A-Z]+)@/g, (whole, name: string) => facts[name] ?? whole);
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

function read(name: string): string {
  const file = join('packaging/debian', name);
  if (!existsSync(file)) throw new Error(`build runs from the root of the sources: no ${file}`);
  return readFileSync(file, 'utf8');
}

function zip(text: string): Buffer {
  return gzipSync(text, { level: 9 });
}

function print(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' }).trim();
}
