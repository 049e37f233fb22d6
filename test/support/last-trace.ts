import type { Exchange } from './exchange.ts';

/** Why the newest call went where it did, as the daemon has logged it. */
export function lastTrace(exchange: Exchange): string {
  const routed = exchange.daemonLog().findLast(({ msg }) => msg === 'call routed');
  return (routed?.['trace'] as readonly string[]).join(' ');
}
