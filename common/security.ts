import type { Log, LogFields } from './log.ts';

/**
 * What somebody who means harm would do, and now and then somebody who does not:
 * a phone with an old password, a person with a new PIN.
 */
export const SECURITY_EVENTS = [
  'phone-refused',
  'phone-shut-out',
  'phone-scan',
  'lobby-full',
  'api-refused',
  'mailbox-pin',
  'mailbox-locked',
] as const;

export type SecurityEvent = (typeof SECURITY_EVENTS)[number];

/**
 * One line in the one form of all of them, which fail2ban reads (fail2ban/filter.d):
 * what it was, then where it came from, then the rest.
 *
 * @param facts - `client` is an address; left out where there is none to shut out.
 */
export function noteSecurity(
  log: Pick<Log, 'warn'>,
  security: SecurityEvent,
  facts: LogFields,
  message: string,
): void {
  const { client, ...rest } = facts;
  log.warn({ security, ...(client === undefined ? {} : { client }), ...rest }, message);
}
