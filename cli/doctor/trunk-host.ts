import { lookup, resolveSrv } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TrunkRecord } from '../../common/db/trunks.ts';
import { type Finding, ok, wrong } from './finding.ts';

/** Milliseconds that a name may take. */
const WITHIN_MS = 3_000;

/** Does the trunk's host have an address, or a SIP server of its own (RFC 3263 §4)? */
export async function checkTrunkHost({ name, host }: TrunkRecord): Promise<Finding> {
  const bare = host.replace(/:\d+$/, '');
  const deadline = new AbortController();
  const late = sleep(WITHIN_MS, undefined, { signal: deadline.signal }).catch(() => undefined);
  const address = await Promise.race([addressOf(bare, bare !== host), late]);
  deadline.abort();
  return address === undefined
    ? wrong('trunk', `${name}: ${bare} has no address`, 'see its spelling and this machine’s DNS')
    : ok('trunk', `${name}: ${bare} is ${address}`);
}

/** A port given rules out the SRV records (RFC 3263 §4.2). */
async function addressOf(host: string, hasPort: boolean): Promise<string | undefined> {
  const found = await lookup(host).catch(() => undefined);
  if (found !== undefined || hasPort) return found?.address;
  const [server] = await resolveSrv(`_sip._udp.${host}`).catch(() => []);
  return server?.name;
}
