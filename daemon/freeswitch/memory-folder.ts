import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';

/**
 * A folder in memory for FreeSWITCH's own tables: registrations, nonces,
 * channels. On a full disk FreeSWITCH cannot write down a nonce, and then no
 * phone can call; in memory they need no disk, and outlive a fall of FreeSWITCH.
 * Messages are kept elsewhere, on disk.
 *
 * @returns undefined where there is no such folder to be had for us alone, and
 * FreeSWITCH keeps its tables on disk.
 */
export function memoryFolder(state: string): string | undefined {
  const name = createHash('sha256').update(state).digest('hex').slice(0, 16);
  const folder = `/dev/shm/vaxel-${name}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { mode, uid } = lstatSync(folder);
    // Anybody may make folders there, with this name too.
    const ours = (mode & 0o170_000) === 0o040_000 && (mode & 0o077) === 0;
    return ours && uid === process.getuid?.() ? folder : undefined;
  } catch {
    return undefined;
  }
}
