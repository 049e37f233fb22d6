import { createHash } from 'node:crypto';

/**
 * What FreeSWITCH holds a password against, so that it knows none (RFC 2617 §3.2.2.2, `A1`); in hexadecimal.
 * mod_voicemail has the same of a PIN.
 */
export const a1Hash = (username: string, realm: string, password: string): string =>
  createHash('md5').update(`${username}:${realm}:${password}`).digest('hex');
