import type { SecretBox } from './secret-box.ts';

/**
 * The account by which the daemon subscribes to lamps itself, to read what FreeSWITCH sends. It has a
 * hyphen and no extension: no device and no guest is named so, no call finds it.
 */
export const CANARY = 'vaxel-canary';

/** The same for the daemon that subscribes and for the one that writes the directory; stored nowhere. */
export const canaryPassword = (box: SecretBox, domain: string): string =>
  box.derive({ table: 'canary', id: domain, column: 'password' });
