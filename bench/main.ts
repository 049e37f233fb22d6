import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bigExchange } from './big-exchange.ts';
import { capacity } from './capacity.ts';
import { events } from './events.ts';
import { journal } from './journal.ts';
import { lamps } from './lamps.ts';
import { machine, type Machine } from './machine.ts';
import { provisioning } from './provisioning.ts';
import { publication } from './publication.ts';
import type { Result } from './result.ts';
import { routeDecision } from './route-decision.ts';
import { routeLatency } from './route-latency.ts';
import { speech } from './speech.ts';
import { statusChange } from './status-change.ts';
import { table } from './table.ts';

const BENCHES: Readonly<Record<string, () => Promise<readonly Result[]>>> = {
  'route-decision': routeDecision,
  'route-latency': routeLatency,
  publication,
  'big-exchange': bigExchange,
  capacity,
  lamps,
  provisioning,
  events,
  journal,
  speech,
  'status-change': statusChange,
};

/** `npm run bench`, or `npm run bench -- route-latency` for some of them. */
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) throw new Error(`no such bench: ${unknown.join(', ')}`);

const before = machine();
console.log(before);
warnOfLoad(before);
const results: Record<string, readonly Result[]> = {};
for (const [name, run] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const measured = await run();
  results[name] = measured;
  console.log(`\n${name}\n${table(measured)}`);
}

const after = machine();
warnOfLoad(after);
const day = before.at.slice(0, 10);
const file = process.env['BENCH_OUT'] ?? `var/bench/${day}.json`;
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify({ before, after, results }, undefined, 2)}\n`);
console.log(`\n${file}`);

function warnOfLoad({ load: [lastMinute = 0], cores }: Machine): void {
  if (lastMinute <= cores) return;
  console.log(`\nThe machine is busy: load ${lastMinute} on ${cores} cores. Times say little.`);
}
