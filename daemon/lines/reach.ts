import type { Device } from '../routing/directory.ts';
import type { Reach } from './line.ts';

/**
 * Whether a call would find this person.
 *
 * @param isRegistered - by user name of an account.
 */
export function reachOf(
  devices: readonly Device[],
  isRegistered: (username: string) => boolean,
): Reach {
  if (devices.some((device) => device.kind !== 'mobile' && isRegistered(device.username))) {
    return 'reachable';
  }
  return devices.some(({ kind }) => kind === 'mobile') ? 'unknown' : 'unreachable';
}
