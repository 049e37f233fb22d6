import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { refreshDaemon } from '../cli/refresh.ts';
import { type Config, databaseFile, loadConfig } from '../common/config.ts';
import { findActivity } from '../common/db/activities.ts';
import { migrate } from '../common/db/migrate.ts';
import { type Db, openDb } from '../common/db/open.ts';
import { addOrganisation } from '../common/db/organisations.ts';
import { clearStatus, setStatus, type WhoseStatus } from '../common/db/statuses.ts';
import { findUser } from '../common/db/users.ts';
import { openSecrets } from '../common/secrets.ts';
import { systemClock } from '../common/time.ts';
import { eventually } from '../test/support/eventually.ts';
import { freePorts } from '../test/support/exchange.ts';
import { startFakeFreeSwitch } from '../test/support/fake-freeswitch.ts';
import { isOpen } from '../test/support/is-open.ts';
import { accountOf, extensionOf, numberOf, seedBigCompany } from './big-company.ts';
import { askAtDoor, type Told } from './door.ts';
import type { Result } from './result.ts';
import { median, quantile } from './statistics.ts';

const CHANGES = 100;
/** Even, so that the first that counts is one away. */
const WARM_UP = 10;
const DOMAIN = 'anka.example';

/**
 * How old a status is when a call has been told by it: a daemon with 10,000
 * users is asked about one of them, call after call, from the commit on. The
 * age contains the decision of that call, and what was left of the one before it.
 */
export async function statusChange(): Promise<readonly Result[]> {
  const state = mkdtempSync(join(tmpdir(), 'vaxel-bench-'));
  const [route, http, esl] = await freePorts(3);
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', VAXEL_STATE: state, VAXEL_LOG: 'error' },
    ...{ VAXEL_ROUTE_PORT: String(route), VAXEL_HTTP_PORT: String(http) },
    VAXEL_ESL_PORT: String(esl),
  };
  const config = loadConfig(env);
  const { eslPassword } = openSecrets(config);
  // Without FreeSWITCH every look would write its files anew, since it has not been told of them.
  const freeswitch = await startFakeFreeSwitch({ port: esl, password: eslPassword });
  const db = openDb(databaseFile(config));
  const person = await seed(config, db);
  const daemon = spawn(process.execPath, ['dist/daemon/main.js'], { env, stdio: 'inherit' });
  try {
    await eventually('door', () => isOpen(route), UP_WITHIN_MS);
    // Once FreeSWITCH has been told of everybody, the daemon is at rest.
    await eventually('rest', () => refreshDaemon(config), UP_WITHIN_MS);
    await pause(SETTLED_MS);
    await refreshDaemon(config);
    const byCommand = await ages(person, db, route, CHANGES, () => refreshDaemon(config));
    const byCode = await agesByCode(route, CHANGES);
    const untold = await ages(person, db, route, CHANGES / 4, async () => true);
    return [
      ...rows('set by a command, which tells the daemon', byCommand, WITHIN),
      ...rows('set by a code, dialling it included', byCode, WITHIN),
      ...rows('set by a program that tells nobody', untold),
    ];
  } finally {
    daemon.kill('SIGTERM');
    if (daemon.exitCode === null) await once(daemon, 'exit');
    await freeswitch.stop();
    await db.destroy();
    rmSync(state, { recursive: true, force: true });
  }
}

const UP_WITHIN_MS = 120_000;
const SETTLED_MS = 5_000;
const WITHIN = { target: { is: 'at most', value: 50 } } as const;

const rows = (
  what: string,
  ms: readonly number[],
  more: Pick<Result, 'target'> = {},
): readonly Result[] => [
  { what: `${what}, median`, unit: 'ms', vaxel: median(ms), ...more },
  { what: '  p99', unit: 'ms', vaxel: quantile(ms, 0.99), ...more },
];

/** Who goes to lunch and comes back, and what lunch is. */
interface Person {
  readonly whose: WhoseStatus;
  readonly lunch: string;
}

const I = 7;
/** The number of the activity. */
const LUNCH = '1';

async function seed(config: Config, db: Db): Promise<Person> {
  await migrate(db);
  const wanted = { domain: DOMAIN, name: 'Anka', areaCode: '08' };
  const added = await addOrganisation(db, wanted, systemClock());
  if (added.kind === 'refused') throw new Error(added.why);
  await seedBigCompany(db, openSecrets(config).box);
  const { id: organisationId } = added.organisation;
  const user = await findUser(db, organisationId, extensionOf(I));
  const lunch = await findActivity(db, { organisationId }, LUNCH);
  if (user === undefined || lunch === undefined) throw new Error('nobody to go, or no lunch');
  return { whose: { organisationId, userId: user.id, source: 'admin' }, lunch: lunch.id };
}

/** @param tell - what the program that writes does after its commit. */
async function ages(
  { whose, lunch }: Person,
  db: Db,
  port: number,
  changes: number,
  tell: () => Promise<boolean>,
): Promise<readonly number[]> {
  const ms: number[] = [];
  for (let n = -WARM_UP; n < changes; n += 1) {
    const away = n % 2 === 0;
    const now = systemClock();
    const set = await (away
      ? setStatus(db, { ...whose, activityId: lunch, endsAt: undefined }, now)
      : clearStatus(db, whose, now));
    const committedAt = performance.now();
    if (set.kind === 'refused') throw new Error(set.why);
    const telling = tell();
    const { toldAt } = await firstToldOf(away, port);
    if (n >= 0) ms.push(toldAt - committedAt);
    if (!(await telling)) throw new Error('the daemon was not told');
    // Whatever else the change set going is over, and commits fall anywhere between two looks.
    await pause(100 + (((n + WARM_UP) * 37) % 250));
  }
  return ms;
}

/** What is set by a code is in force when its dialler hears so, and the next call must go by it. */
async function agesByCode(port: number, changes: number): Promise<readonly number[]> {
  const ms: number[] = [];
  for (let n = -WARM_UP; n < changes; n += 1) {
    const away = n % 2 === 0;
    const { askedAt, toldAt, plan } = await askAtDoor(port, {
      'Caller-Context': 'vaxel-devices',
      'Caller-Destination-Number': away ? `*23*${LUNCH}#` : '#23#',
      variable_sip_auth_username: accountOf(I),
      variable_sip_auth_realm: DOMAIN,
    });
    if (plan !== 'announce') throw new Error(`the code came to ${plan}`);
    if (isAway(await callTo(port)) !== away) throw new Error('said to be set, and is not');
    if (n >= 0) ms.push(toldAt - askedAt);
    await pause(100);
  }
  return ms;
}

async function firstToldOf(away: boolean, port: number): Promise<Told> {
  for (;;) {
    const told = await callTo(port);
    if (isAway(told) === away) return told;
  }
}

const isAway = ({ plan }: Told): boolean => plan.startsWith('referral');

const callTo = (port: number): Promise<Told> =>
  askAtDoor(port, {
    'Caller-Context': 'vaxel-trunks',
    'Caller-Destination-Number': numberOf(I),
    'Caller-Caller-ID-Number': '+46701111111',
    variable_sip_network_ip: '192.0.2.1',
  });
