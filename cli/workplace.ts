import { mkdirSync } from 'node:fs';
import { type Config, databaseFile, loadConfig } from '../common/config.ts';
import { migrate } from '../common/db/migrate.ts';
import { type Db, openDb } from '../common/db/open.ts';
import { listOrganisations, type OrganisationRecord } from '../common/db/organisations.ts';
import type { SecretBox } from '../common/secret-box.ts';
import { openSecrets } from '../common/secrets.ts';
import { type EpochMs, systemClock } from '../common/time.ts';
import type { Done, Invocation, Outcome, Refused } from './command.ts';
import { refused } from './command.ts';
import { refreshDaemon } from './refresh.ts';

/** What a command that works on the database has at hand. */
export interface Workplace {
  readonly config: Config;
  readonly db: Db;
  readonly box: SecretBox;
  readonly now: EpochMs;
}

/** Opens the database for one command, and closes it whatever happens. */
export async function atWork(
  { env }: Invocation,
  work: (place: Workplace) => Promise<Outcome>,
): Promise<Outcome> {
  const config = loadConfig(env);
  mkdirSync(config.state, { recursive: true, mode: 0o700 });
  const db = openDb(databaseFile(config));
  try {
    await migrate(db);
    const { box } = openSecrets(config);
    return await work({ config, db, box, now: systemClock() });
  } finally {
    await db.destroy();
  }
}

/** The organisation `--org` names, or the only one there is. */
export async function inOrganisation(
  invocation: Invocation,
  work: (organisation: OrganisationRecord, place: Workplace) => Promise<Outcome>,
): Promise<Outcome> {
  return atWork(invocation, async (place) => {
    const found = await chooseOrganisation(place.db, invocation.values.get('org'));
    return 'kind' in found ? found : work(found, place);
  });
}

/** Ends a command that changed something: the daemon is told, so that the next call sees it. */
export async function changed(
  { config }: Workplace,
  { json, stderr }: Invocation,
  done: Done,
): Promise<Done> {
  const live = await refreshDaemon(config);
  if (!live && !json) {
    stderr.write('vaxel is not running: the change takes effect when it starts\n');
  }
  return done;
}

async function chooseOrganisation(
  db: Db,
  domain: string | undefined,
): Promise<OrganisationRecord | Refused> {
  const all = await listOrganisations(db);
  const found =
    domain === undefined
      ? all.length === 1 && all[0]
      : all.find((organisation) => organisation.domain === domain.toLowerCase());
  if (found !== undefined && found !== false) return found;
  if (all.length === 0) {
    return refused(
      'no-organisation',
      'there is no organisation yet: vaxel org add <sip-domain> --name <name>',
    );
  }
  const list = all.map((organisation) => organisation.domain).join(', ');
  return domain === undefined
    ? refused('which-organisation', `say which organisation with --org: ${list}`)
    : refused('unknown-organisation', `there is no organisation ${domain}; there are ${list}`);
}
