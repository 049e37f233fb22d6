import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Puts this machine's FreeSWITCH into a Debian of the same version, as its own
 * package would: programs, modules, the libraries they need, and a unit.
 *
 * @param binary - in a folder of its own (`/usr/local/freeswitch/bin/freeswitch`).
 */
export function installFreeSwitch(binary: string, tree: string): void {
  const home = dirname(dirname(realpathSync(binary)));
  for (const folder of ['bin', 'lib', 'mod'].filter((one) => existsSync(join(home, one)))) {
    cpSync(join(home, folder), join(tree, home, folder), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  // A package keeps its modules apart from those who build it for themselves.
  const [modules] = ['lib/freeswitch/mod', 'mod']
    .map((one) => join(home, one))
    .filter((one) => existsSync(one));
  if (modules === undefined) throw new Error(`no modules of FreeSWITCH below ${home}`);
  const linked = [
    binary,
    ...readdirSync(modules).flatMap((name) => (name.endsWith('.so') ? [join(modules, name)] : [])),
  ];
  for (const library of librariesOf(linked)) {
    if (existsSync(join(tree, library))) continue;
    mkdirSync(dirname(join(tree, library)), { recursive: true });
    cpSync(library, join(tree, library), { dereference: true });
  }
  execFileSync('ldconfig', ['-r', tree]);
  symlinkSync(binary, join(tree, 'usr/bin/freeswitch'));
  writeFileSync(join(tree, 'etc/systemd/system/freeswitch.service'), UNIT);
}

function librariesOf(files: readonly string[]): ReadonlySet<string> {
  const said = execFileSync('ldd', files, { encoding: 'utf8' });
  return new Set([...said.matchAll(/=> (\/\S+)/g)].map(([, path = '']) => path));
}

/** What matters of the one in its Debian package. */
const UNIT = `[Unit]
Description=freeswitch
After=network.target
[Service]
Type=forking
PIDFile=/run/freeswitch/freeswitch.pid
ExecStart=/usr/bin/freeswitch -u freeswitch -g freeswitch -ncwait -nonat
User=root
[Install]
WantedBy=multi-user.target
`;
