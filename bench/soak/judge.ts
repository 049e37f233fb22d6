import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../../test/support/api-client.ts';
import type { Exchange } from '../../test/support/exchange.ts';
import { compare, type Placed, readCallLog } from './call-ledger.ts';
import { complaintsOf } from './complaints.ts';
import type { EventWatch } from './event-watch.ts';
import type { Faults } from './faults.ts';
import { type Gauges, notFlat, type Trend } from './gauges.ts';
import type { LampWatch } from './lamp-watch.ts';
import type { Office } from './office.ts';

interface Soaked {
  readonly exchange: Exchange;
  readonly office: Office;
  readonly placed: readonly Placed[];
  readonly events: EventWatch;
  readonly lamps: LampWatch;
  readonly faults: Faults;
  readonly programs: Gauges;
}

/** Prints how it went, when nobody is on the phone any more. @returns what did not go as it must. */
export async function judge(soaked: Soaked): Promise<readonly string[]> {
  const { exchange, placed, events, lamps, faults, programs } = soaked;
  const log = join(exchange.state, 'vaxel.db');
  const notLogged = await lastly(() => compare(placed, readCallLog(log)));
  const untrue = await lastly(() => untrueLines(soaked));
  const trends = programs.stop();
  const complaints = complaintsOf(exchange.state);
  console.table(trends);
  console.log({
    inLog: readCallLog(log).length,
    faults: faults.counts,
    lamps: lamps.counts,
    events: events.counts,
  });
  return [
    ...lateLamps(lamps),
    ...notLogged,
    ...untrue,
    ...notFlat(trends),
    ...fellAlone(trends, faults),
    ...complaints,
  ];
}

/** What is still wrong when everything has had its time: records of calls are taken in every ten seconds. */
async function lastly(
  look: () => readonly string[] | Promise<readonly string[]>,
): Promise<readonly string[]> {
  const end = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const found = await look();
    if (found.length === 0 || performance.now() > end) return found;
    await pause(500);
  }
}

const SETTLED_WITHIN_MS = 30_000;

/** Nobody is on the phone: neither the daemon nor the stream may say so of anybody. */
async function untrueLines({ exchange, office, events }: Soaked): Promise<readonly string[]> {
  const { body } = await ask(exchange.httpPort, 'get', '/v1/lines', { token: office.token });
  const { lines } = body as { readonly lines: readonly LineSeen[] };
  const told = new Map(lines.map(({ extension, state }) => [extension, state]));
  return office.people.flatMap(({ extension }) => {
    const daemon = told.get(extension);
    const stream = events.picture.get(extension);
    return daemon === 'idle' && stream === 'idle'
      ? []
      : [`${extension} is not on the phone; the daemon says ${daemon}, the stream ${stream}`];
  });
}

interface LineSeen {
  readonly extension: string;
  readonly state: string;
}

function lateLamps({ counts: { late, worstMs } }: LampWatch): readonly string[] {
  if (late === 0) return [];
  return [`${late} lamps were wrong for more than two seconds, at worst ${worstMs} ms`];
}

/** Programs fall where they are killed, and nowhere else. */
function fellAlone(trends: readonly Trend[], { counts }: Faults): readonly string[] {
  const killed: Readonly<Record<string, number>> = {
    'vaxel-daemon': counts.daemonKilled,
    'vaxel-provisioning': counts.provisioningKilled,
  };
  return trends.flatMap(({ program, fell }) => {
    const wanted = killed[program] ?? 0;
    return fell === wanted ? [] : [`${program} fell ${fell} times, and was killed ${wanted} times`];
  });
}
