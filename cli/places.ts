import type { DaemonStatus } from '../daemon/status.ts';

/** Where an account is registered from. */
export interface Place {
  readonly address: string;
  readonly agent: string;
}

/**
 * By `username@domain`.
 * @returns undefined where nobody can say: no daemon, or no FreeSWITCH behind it.
 */
export function placesByAccount(
  status: DaemonStatus | undefined,
): ReadonlyMap<string, readonly Place[]> | undefined {
  if (status?.freeswitch.state !== 'connected') return undefined;
  const places = new Map<string, readonly Place[]>();
  for (const { username, domain, address, agent } of status.freeswitch.registrations) {
    const account = `${username}@${domain}`;
    places.set(account, [...(places.get(account) ?? []), { address, agent }]);
  }
  return places;
}
