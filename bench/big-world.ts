import { randomBytes } from 'node:crypto';
import { migrate } from '../common/db/migrate.ts';
import { openDb } from '../common/db/open.ts';
import { addOrganisation } from '../common/db/organisations.ts';
import { secretBox } from '../common/secret-box.ts';
import type { E164 } from '../common/phone-number.ts';
import { type EpochMs, epochMs, systemClock } from '../common/time.ts';
import { loadDirectory } from '../daemon/directory.ts';
import { type Contact, contactKey, type Contacts } from '../daemon/routing/contacts.ts';
import type { Directory } from '../daemon/routing/directory.ts';
import { NOBODY_AWAY, type Presence } from '../daemon/routing/presence.ts';
import type { World } from '../daemon/routing/world.ts';
import { numberOf, seedBigCompany, USERS } from './big-company.ts';

export const DOMAIN = 'anka.example';

/** 10,000 users, every second at lunch, each of whom knows ten people and has blocked one of them. */
export function bigWorld(directory: Directory, now: EpochMs): World {
  return {
    directory,
    presence: halfAtLunch(directory, now),
    contacts: bigContacts(directory),
    locks: new Map(),
    calls: new Map(),
  spent: new Map(),
  };
}

/** A mobile number that user `i` has under contact `n`; the last of the ten is blocked. */
export const contactNumber = (i: number, n: number): string =>
  `+4670${String(i).padStart(5, '0')}${n}0`;

const CONTACTS_EACH = 10;

function bigContacts({ numbers }: Directory): Contacts {
  const personal = new Map<string, Contact>();
  for (let i = 0; i < USERS; i += 1) {
    const owner = numbers.get(numberOf(i) as E164)?.user.id ?? '';
    for (let n = 0; n < CONTACTS_EACH; n += 1) {
      const flags = { favourite: false, vip: n === 0, blocked: n === CONTACTS_EACH - 1 };
      const contact = { id: `${i}-${n}`, name: `Nr ${n}`, company: '', ...flags };
      personal.set(contactKey(owner, contactNumber(i, n) as E164), contact);
    }
  }
  return { revision: 1, personal, shared: new Map() };
}

function halfAtLunch({ organisations, numbers }: Directory, now: EpochMs): Presence {
  const activities = [...(organisations.get(DOMAIN)?.activities.values() ?? [])];
  const lunch = activities.find(({ key }) => key === 'lunch');
  if (lunch === undefined) throw new Error('no lunch');
  const status = {
    ...{ activity: lunch.id, note: '', startedAt: now, endsAt: epochMs(now + 3_600_000) },
    ...{ source: 'app' as const, setBy: undefined, version: 1 },
  };
  const users = Array.from({ length: USERS / 2 }, (_, i) =>
    numbers.get(numberOf(2 * i + 1) as E164),
  );
  const statuses = new Map(users.flatMap((owner) => (owner ? [[owner.user.id, status]] : [])));
  return { ...NOBODY_AWAY, revision: 2, statuses };
}

/** 10,000 users in memory. */
export async function bigDirectory(): Promise<Directory> {
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
