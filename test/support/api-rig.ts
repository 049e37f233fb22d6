import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { SCOPES, type Scope } from '../../common/api-token.ts';
import { addApiToken } from '../../common/db/api-tokens.ts';
import { migrate } from '../../common/db/migrate.ts';
import { openDb } from '../../common/db/open.ts';
import { addTeam } from '../../common/db/teams.ts';
import { addOrganisation } from '../../common/db/organisations.ts';
import { addUser } from '../../common/db/users.ts';
import { openLog } from '../../common/log.ts';
import { METRICS_TYPE } from '../../common/metrics.ts';
import { epochMs } from '../../common/time.ts';
import type { Extension } from '../../common/phone-number.ts';
import { calleeAt } from '../../daemon/routing/callee.ts';
import type { LegId } from '../../daemon/call/event.ts';
import { loadDirectory } from '../../daemon/directory.ts';
import { connectEsl } from '../../daemon/esl/connection.ts';
import { daemonApp } from '../../daemon/http/app.ts';
import { openApiDocument } from '../../daemon/http/document.ts';
import { machineRoutes } from '../../daemon/http/machine-routes.ts';
import type { Route } from '../../daemon/http/route.ts';
import type { StatusView } from '../../daemon/http/schemas.ts';
import type { Line, LineChange, Lines, UserId } from '../../daemon/lines/line.ts';
import { noteRefusals } from '../../daemon/note-refusals.ts';
import { type ClientApi, openApi } from '../../daemon/open-api.ts';
import { openPresence } from '../../daemon/presence-store.ts';
import { addDevice } from '../../common/db/devices.ts';
import { secretBox } from '../../common/secret-box.ts';
import { startFakeFreeSwitch } from './fake-freeswitch.ts';
import { worldOf } from './world.ts';

/** Lines that a test sets: the port that the daemon's own lines fill. */
export function testLines(): Lines & { set(...lines: readonly Line[]): void } {
  let current: ReadonlyMap<UserId, Line> = new Map();
  const listeners = new Set<(changed: readonly LineChange[]) => void>();
  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(...lines) {
      current = new Map([...current, ...lines.map((line) => [line.user, line] as const)]);
      for (const listener of listeners) listener(lines.map((line) => ({ user: line.user, line })));
    },
  };
}

/** The daemon's door with two organisations behind it, a real database, and a FreeSWITCH that says what `answers` has. */
export async function apiRig(t: Test, heartbeatMs = 60_000) {
  const db = openDb(':memory:');
  await migrate(db);
  const now = epochMs(1_795_000_000_000);
  const clock = { now };
  const office = async (domain: string) => {
    const added = await addOrganisation(
      db,
      { domain, name: domain, country: 'SE', areaCode: '08', zone: 'Europe/Stockholm' },
      now,
    );
    if (added.kind !== 'added') throw new Error(added.why);
    const box = secretBox(Buffer.alloc(32, 7));
    const people = [
      ['100', 'Anna Berg'],
      ['101', 'Björn Ek'],
    ] as const;
    for (const [extension, name] of people) {
      const user = await addUser(db, added.organisation, { extension, name }, now);
      if (user.kind !== 'added') throw new Error('no user');
      for (const kind of ['desk', 'app'] as const) {
        await addDevice(db, box, user.user, { kind }, now);
      }
    }
    return added.organisation;
  };
  const anka = await office('anka.example');
  const other = await office('other.example');
  const team = { name: 'Kundtjänst', members: ['100', '101'] };
  await addTeam(db, anka, '200', team, now);
  const directory = await loadDirectory(db);
  const said = new Map<string, string | Buffer>();
  const freeswitch = await startFakeFreeSwitch({
    answer: (command) => [...said].find(([part]) => command.includes(part))?.[1],
  });
  const esl = await connectEsl({ host: '127.0.0.1', port: freeswitch.port, password: 'office' });
  const lines = testLines();
  const presence = await openPresence(db, openLog('test', 'silent'));
  const statuses = new Map<UserId, StatusView>();
  const away = { value: false };
  const paid = new Map<string, readonly LegId[]>();
  const api = openApi({
    db,
    directory: () => directory,
    world: () => worldOf(directory),
    presence: () => presence.current(),
    renewPresence: async () => {
      const before = presence.current();
      const { statuses } = await presence.renew();
      for (const [id, status] of statuses) {
        if (before.statuses.get(id) !== status) api.statusChanged(id);
      }
    },
    soundOf: () => [],
    lines,
    paidBy: (user) => paid.get(user) ?? [],
    statusOf: (user) => statuses.get(user),
    control: () => (away.value ? undefined : esl),
    clock: () => clock.now,
    log: openLog('test', 'silent'),
    heartbeatMs,
  });
  const bugs: unknown[] = [];
  const routes: readonly Route[] = [
    ...machineRoutes({
      status: async () => ({
        pid: 1,
        startedAt: now,
        directoryRevision: 1,
        freeswitch: { state: 'absent', why: 'a test' },
        calls: { routed: 0, native: 0 },
        prompts: 'ready',
        lamps: { watched: 0, wrong: 0 },
        events: api.figures(),
      }),
      lamps: () => [],
      whyNotReady: async () => [],
      metrics: { text: async () => 'vaxel_build_info 1\n', type: METRICS_TYPE },
      freeswitch: async () => ({
        limits: { sessions: 5_000, peak: 2, perSecond: 1_000 },
        missingModules: [],
        trunks: [],
        now,
      }),
      refresh: async () => undefined,
      resync: async () => true,
      document: () => openApiDocument(routes),
    }),
    ...api.routes,
  ];
  const turnedAway = new Set<string>();
  const logged: string[] = [];
  const noteRefusal = noteRefusals(
    openLog('vaxel-daemon', 'warn', { write: (line) => void logged.push(line.trimEnd()) }),
    { refused: () => undefined },
  );
  const app = daemonApp({
    routes,
    tokens: api.tokens,
    onBug: (error) => bugs.push(error),
    onRefused: (why, client) => {
      turnedAway.add(`${why} ${client}`);
      noteRefusal(why, client);
    },
  });
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  t.teardown(async () => {
    api.close();
    server.closeAllConnections();
    server.close();
    esl.close();
    await freeswitch.stop();
    await db.destroy();
  });

  return {
    port,
    db,
    api: api satisfies ClientApi,
    routes,
    clock,
    lines,
    statuses,
    said,
    away,
    paid,
    bugs,
    turnedAway,
    logged,
    anka,
    other,
    freeswitch,
    /** A person, or whom a team is called as. */
    user: (extension: string, domain = 'anka.example') => {
      const organisation = directory.organisations.get(domain);
      const found = organisation && calleeAt(organisation, extension as Extension)?.user;
      if (found === undefined) throw new Error(`nobody has ${extension}`);
      return found;
    },
    /** A token of a person, or of a service where there is none. */
    token: async (
      extension?: string,
      scopes: readonly Scope[] = SCOPES.filter((scope) => scope !== 'personal:read'),
      domain = 'anka.example',
    ) => {
      const organisation = domain === 'anka.example' ? anka : other;
      const users = [...(directory.organisations.get(domain)?.users.values() ?? [])];
      const user = users.find((each) => each.extension === extension);
      const holder = user === undefined ? { service: 'Reception' } : { userId: user.id };
      const organisationId = organisation.id;
      const added = await addApiToken(db, { organisationId, holder, scopes }, now);
      if (added.kind !== 'added') throw new Error(added.why);
      return added;
    },
  };
}
