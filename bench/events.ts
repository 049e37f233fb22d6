import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { addApiToken } from '../common/db/api-tokens.ts';
import { migrate } from '../common/db/migrate.ts';
import { openDb } from '../common/db/open.ts';
import { addOrganisation } from '../common/db/organisations.ts';
import { addUser } from '../common/db/users.ts';
import { openLog } from '../common/log.ts';
import { systemClock } from '../common/time.ts';
import type { CallId, LegEvent, LegId } from '../daemon/call/event.ts';
import { loadDirectory } from '../daemon/directory.ts';
import { daemonApp } from '../daemon/http/app.ts';
import { createLines } from '../daemon/lines/lines.ts';
import { openApi } from '../daemon/open-api.ts';
import { NOBODY_AWAY } from '../daemon/routing/presence.ts';
import { worldOf } from '../test/support/world.ts';
import type { ClientTimes } from './event-clients.ts';
import type { Result } from './result.ts';

const CLIENTS = 500;
const PEOPLE = 200;
const CHANGES_PER_SECOND = 20;
const SECONDS = 15;

/** From an event of a leg in the daemon to the line in the hands of 500 readers, and what it costs the daemon. */
export async function events(): Promise<readonly Result[]> {
  const log = openLog('bench', 'silent');
  const db = openDb(':memory:');
  await migrate(db);
  const now = systemClock();
  const added = await addOrganisation(db, { domain: 'anka.example', name: 'Anka' }, now);
  if (added.kind !== 'added') throw new Error(added.why);
  for (let i = 0; i < PEOPLE; i += 1) {
    await addUser(db, added.organisation, { extension: String(1_200 + i), name: `P ${i}` }, now);
  }
  const organisationId = added.organisation.id;
  const holder = { service: 'bench' };
  const scopes = ['events:read', 'personal:read'];
  const token = await addApiToken(db, { organisationId, holder, scopes }, now);
  if (token.kind !== 'added') throw new Error(token.why);

  const directory = await loadDirectory(db);
  const lines = createLines(directory);
  const api = openApi({
    ...{ db, lines, log, clock: systemClock },
    directory: () => directory,
    presence: () => NOBODY_AWAY,
    renewPresence: async () => undefined,
    world: () => worldOf(directory),
    soundOf: () => [],
    paidBy: () => [],
    statusOf: () => undefined,
    control: () => undefined,
  });
  const app = daemonApp({
    routes: api.routes,
    tokens: api.tokens,
    onBug: console.error,
  }).callback();
  const server = createServer((request, response) => void app(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const child = fork('dist/bench/event-clients.js', [String(port), token.text, String(CLIENTS)]);
  try {
    await once(child, 'message');
    const users = [...lines.current().keys()];
    const before = process.cpuUsage();
    const changes = CHANGES_PER_SECOND * SECONDS;
    const began = performance.now();
    for (let i = 0; i < changes; i += 1) {
      await sleep(Math.max(0, began + (i * 1_000) / CHANGES_PER_SECOND - performance.now()));
      // Rings and ends in turn, so that every event changes one line.
      lines.note(legEvent(users[(i >> 1) % users.length] ?? '', i));
    }
    const { user, system } = process.cpuUsage(before);
    await sleep(500);
    child.send('end');
    const [seen] = (await once(child, 'message')) as [ClientTimes];
    const cut = api.figures().cut;
    return results(seen, (user + system) / 1_000 / changes, cut, changes);
  } finally {
    child.kill();
    api.close();
    server.closeAllConnections();
    server.close();
    await db.destroy();
  }
}

/** The other side's number is when it happened: what a reader compares with its own clock. */
function legEvent(user: string, i: number): LegEvent {
  const leg = `leg-${i >> 1}`;
  const facts = {
    leg: leg as LegId,
    call: leg as CallId,
    at: systemClock(),
    direction: 'out' as const,
    from: { name: 'Bench', number: String(process.hrtime.bigint()) },
    dialled: '100',
    startedAt: systemClock(),
    answeredAt: undefined,
    owner: { user, device: undefined, role: 'phone' as const },
    markers: {},
  };
  return i % 2 === 0
    ? { kind: 'leg-ringing', media: false, ...facts }
    : { kind: 'leg-ended', cause: 'NO_ANSWER', ...facts };
}

const results = (
  seen: ClientTimes,
  cpuMs: number,
  cut: number,
  changes: number,
): readonly Result[] => [
  {
    what: `leg event to one of ${CLIENTS} readers, median`,
    unit: 'ms',
    vaxel: seen.median,
    target: { is: 'at most', value: 15 },
  },
  {
    what: 'the same, p99',
    unit: 'ms',
    vaxel: seen.p99,
    target: { is: 'at most', value: 40 },
  },
  { what: 'the same, worst', unit: 'ms', vaxel: seen.worst },
  { what: `daemon CPU for one change, ${CLIENTS} readers told`, unit: 'ms', vaxel: cpuMs },
  {
    what: 'of that for one reader',
    unit: 'ms',
    vaxel: cpuMs / CLIENTS,
  },
  {
    what: 'lines that a reader missed',
    unit: 'events',
    vaxel: (CLIENTS * changes) / 2 - seen.deliveries,
    target: { is: 'at most', value: 0 },
  },
  { what: 'readers cut', unit: 'readers', vaxel: cut, target: { is: 'at most', value: 0 } },
];
