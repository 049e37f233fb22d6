import { randomBytes } from 'node:crypto';
import { migrate } from '../common/db/migrate.ts';
import { openDb } from '../common/db/open.ts';
import { addOrganisation } from '../common/db/organisations.ts';
import { secretBox } from '../common/secret-box.ts';
import { systemClock } from '../common/time.ts';
import type { LegId } from '../daemon/call/event.ts';
import type { Question } from '../daemon/call/question.ts';
import { loadDirectory } from '../daemon/directory.ts';
import type { Directory } from '../daemon/routing/directory.ts';
import type { Plan } from '../daemon/routing/plan.ts';
import { NO_CONTACTS } from '../daemon/routing/contacts.ts';
import { NOBODY_AWAY } from '../daemon/routing/presence.ts';
import { route } from '../daemon/routing/route.ts';
import type { World } from '../daemon/routing/world.ts';
import { accountOf, extensionOf, numberOf, seedBigCompany, USERS } from './big-company.ts';
import type { Result } from './result.ts';
import { median, quantile } from './statistics.ts';

const DOMAIN = 'anka.example';
const DECISIONS = 20_000;
const WARM_UP = 5_000;

/** What one decision takes, alone: no socket, no database, 10,000 users in memory. */
export async function routeDecision(): Promise<readonly Result[]> {
  const directory = await bigDirectory();
  return KINDS.flatMap(({ what, gives, question }) => {
    const us = measure(directory, gives, question);
    const target = { is: 'at most', value: 50 } as const;
    return [
      { what: `decision: ${what}, median`, unit: 'µs', vaxel: median(us), target },
      { what: `decision: ${what}, p99`, unit: 'µs', vaxel: quantile(us, 0.99) },
    ];
  });
}

interface Kind {
  readonly what: string;
  /** What every decision must come to, lest something quicker be measured. */
  readonly gives: Plan['kind'];
  readonly question: (i: number) => Question;
}

const KINDS: readonly Kind[] = [
  { what: 'an extension', gives: 'ring', question: (i) => fromDevice(i, extensionOf(i)) },
  {
    what: 'a colleague’s number',
    gives: 'ring',
    question: (i) => fromDevice(i, numberOf(i).replace('+46', '0')),
  },
  { what: 'a number outside', gives: 'out', question: (i) => fromDevice(i, '0701234568') },
  { what: 'from a trunk', gives: 'ring', question: (i) => fromTrunk(numberOf(i)) },
];

function measure(
  directory: Directory,
  gives: Plan['kind'],
  question: (i: number) => Question,
): readonly number[] {
  const now = systemClock();
  const world: World = {
    directory,
    presence: NOBODY_AWAY,
    contacts: NO_CONTACTS,
    locks: new Map(),
    calls: new Map(),
  };
  const us: number[] = [];
  for (let n = -WARM_UP; n < DECISIONS; n += 1) {
    // A prime step: neighbours in the directory are not asked for one after the other.
    const asked = question(((n + WARM_UP) * 7_919) % USERS);
    const began = process.hrtime.bigint();
    const { plan } = route(asked, world, now);
    const took = Number(process.hrtime.bigint() - began) / 1_000;
    if (plan.kind !== gives) throw new Error(`${gives} was expected, not ${JSON.stringify(plan)}`);
    if (n >= 0) us.push(took);
  }
  return us;
}

async function bigDirectory(): Promise<Directory> {
  const db = openDb(':memory:');
  await migrate(db);
  const added = await addOrganisation(
    db,
    { domain: DOMAIN, name: 'Anka', areaCode: '08' },
    systemClock(),
  );
  if (added.kind === 'refused') throw new Error(added.why);
  await seedBigCompany(db, secretBox(randomBytes(32)));
  const read = await loadDirectory(db);
  await db.destroy();
  const trunks = [
    { id: 't-1', name: 'first', host: '192.0.2.1', referralMedia: 'answered' as const },
  ];
  const organisations = new Map(
    [...read.organisations].map(([domain, organisation]) => [domain, { ...organisation, trunks }]),
  );
  const withTrunk = <Owner extends { organisation: { domain: string } }>(owner: Owner): Owner => ({
    ...owner,
    organisation: organisations.get(owner.organisation.domain) ?? owner.organisation,
  });
  return {
    revision: read.revision,
    organisations,
    numbers: new Map([...read.numbers].map(([number, owner]) => [number, withTrunk(owner)])),
    accounts: new Map([...read.accounts].map(([name, account]) => [name, withTrunk(account)])),
  };
}

function fromDevice(i: number, dialled: string): Question {
  const username = accountOf(i);
  return {
    ...fromTrunk(dialled),
    from: { kind: 'device', username, domain: DOMAIN },
    callerNumber: username,
  };
}

const fromTrunk = (dialled: string): Question => ({
  leg: '7c0e1d52-0000-0000-0000-000000000001' as LegId,
  from: { kind: 'trunk', address: '192.0.2.1' },
  callerNumber: '+46701111111',
  callerName: '',
  callerHidden: false,
  dialled,
  again: undefined,
});
