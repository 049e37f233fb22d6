import { isIPv4 } from 'node:net';
import type { Clock } from '../../common/time.ts';

/**
 * Makes guessing slow. Each wrong secret counts against the address it came
 * from and, lighter, against its neighbourhood; after a few, the address is not
 * listened to for a while, and the while doubles.
 */
export interface Limits {
  /** Milliseconds until this address is listened to; 0: now. */
  waitMs(address: string): number;
  /** @returns whether this very failure closed the door. */
  failed(address: string): boolean;
}

export interface LimitsOptions {
  /** Failures an address has free, and a neighbourhood; each is forgotten after an hour. */
  readonly perAddress: number;
  readonly perNeighbourhood: number;
}

const FORGOTTEN_MS = 3_600_000;
const FIRST_MS = 1_000;
const LONGEST_MS = 900_000;
/** How many are remembered; the oldest go first. */
const REMEMBERED = 20_000;

export function createLimits(
  clock: Clock,
  { perAddress, perNeighbourhood }: LimitsOptions = { perAddress: 10, perNeighbourhood: 100 },
): Limits {
  const records = new Map<string, { failures: number; last: number; until: number }>();

  function count(key: string, free: number, now: number): boolean {
    const before = records.get(key);
    const failures =
      before === undefined || now - before.last > FORGOTTEN_MS ? 1 : before.failures + 1;
    const over = failures - free;
    const until = over < 0 ? 0 : now + Math.min(FIRST_MS * 2 ** Math.min(over, 20), LONGEST_MS);
    records.delete(key);
    records.set(key, { failures, last: now, until });
    const [oldest] = records.keys();
    if (records.size > REMEMBERED && oldest !== undefined) records.delete(oldest);
    return over === 0;
  }

  return {
    waitMs: (address) => {
      const now = clock();
      const until = [address, neighbourhood(address)].map((key) => records.get(key)?.until ?? 0);
      return Math.max(0, ...until.map((moment) => moment - now));
    },
    failed: (address) => {
      const now = clock();
      count(neighbourhood(address), perNeighbourhood, now);
      return count(address, perAddress, now);
    },
  };
}

/** The /24 of an IPv4 address, the /64 of an IPv6 one: what one holder usually has. */
export function neighbourhood(address: string): string {
  if (isIPv4(address)) return address.replace(/\.\d+$/, '.0/24');
  const [head = '', tail = ''] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? 8 - groups.length - after.length : 0;
  const whole = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${whole.slice(0, 4).join(':')}::/64`;
}

/** As the socket gives it, without the clothes of an IPv4 address on an IPv6 socket. */
export const plainAddress = (address: string | undefined): string =>
  (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
