import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { eventually } from '../support/eventually.ts';

/** A Debian of its own, booted by its own systemd, without any network but loopback. */
export interface Machine {
  /** Runs something there. @throws where it ends with anything but 0. */
  readonly run: (...command: readonly string[]) => string;
  /** The same, whatever it ends with. */
  readonly attempt: (...command: readonly string[]) => {
    readonly status: number | null;
    readonly said: string;
  };
  readonly halt: () => void;
}

/** The smallest Debian that has systemd. Needs root, debootstrap and a mirror; takes minutes. */
export function installDebian(tree: string): void {
  const given = process.env['DEBIAN_TREE'];
  if (given !== undefined) execFileSync('cp', ['-a', given, tree]);
  else {
    const wanted = '--include=systemd,systemd-sysv,dbus';
    execFileSync('debootstrap', ['--variant=minbase', wanted, 'bookworm', tree], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

/**
 * Namespaces of its own and a root of its own: what a container is.
 * @param network - `own`, or that of whoever boots it, who then can be a telephone there.
 */
export async function boot(tree: string, network: 'own' | 'ours' = 'own'): Promise<Machine> {
  const net = network === 'own' ? ['-n'] : [];
  const flags = ['-m', ...net, '-p', '-f', '-C', '-u', '-i', '--mount-proc', '--kill-child'];
  const unshared = spawn('unshare', [...flags, 'bash', '-ec', BOOT, 'boot', tree], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const pid = await eventually('systemd of the machine', () => childOf(unshared.pid ?? 0), 60_000);
  const inside = ['-t', String(pid), '-m', ...net, '-p', '-C', '-u', '-i', '-r', '-w'];
  const attempt: Machine['attempt'] = (...command) => {
    const env = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8'];
    const { status, stdout, stderr } = spawnSync('nsenter', [...inside, ...env, ...command], {
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}`.trim() };
  };
  await eventually(
    'booted machine',
    () => /^(running|degraded)/.test(attempt('systemctl', 'is-system-running').said),
    120_000,
  );
  return {
    attempt,
    run: (...command) => {
      const { status, said } = attempt(...command);
      if (status !== 0)
        throw new Error(`${command.join(' ')} ended with ${status ?? ''}:\n${said}`);
      return said;
    },
    halt: () => {
      process.kill(pid, 'SIGKILL');
    },
  };
}

function childOf(parent: number): number | undefined {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!existsSync(`/proc/${entry}/status`)) continue;
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      if (status.includes(`PPid:\t${parent}\n`) && status.startsWith('Name:\tsystemd\n')) {
        return Number(entry);
      }
    } catch {
      // Ended meanwhile.
    }
  }
  return undefined;
}

/** What a container's manager does, for the tree named in `$1`. */
const BOOT = `
mount --make-rprivate /
mount --bind "$1" "$1"; cd "$1"
for place in run tmp; do mount -t tmpfs tmpfs $place; done
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs tmpfs sys/fs/cgroup; mount -t cgroup2 cgroup2 sys/fs/cgroup
mount --rbind /dev dev; mount -t tmpfs tmpfs dev/shm
mkdir -p mnt/host; pivot_root . mnt/host; cd /; umount -l /mnt/host; rmdir /mnt/host
mount --make-rshared /
exec env -i container=vaxel PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
  /lib/systemd/systemd --system --log-target=journal-or-kmsg
`;
