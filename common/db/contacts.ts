import { newId } from '../id.ts';
import { readName } from '../name.ts';
import type { E164 } from '../phone-number.ts';
import type { ShownNumber } from '../shown-number.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

export interface ContactRecord extends Marks {
  readonly id: string;
  readonly organisationId: string;
  /** Whose it is; undefined: the organisation's. */
  readonly userId: string | undefined;
  readonly name: string;
  /** Empty where nobody said. */
  readonly company: string;
  readonly numbers: readonly E164[];
  /** What they are shown when they are called; undefined: as usual. */
  readonly showAs: ShownNumber | undefined;
  readonly createdAt: EpochMs;
}

/** A person; undefined: the organisation. */
export interface ContactOwner {
  readonly userId: string | undefined;
}

/** They stand on the contact, so they hold for every number of it. VIP and blocked exclude each other. */
export interface Marks {
  readonly favourite: boolean;
  readonly vip: boolean;
  readonly blocked: boolean;
}

export interface NewContact extends Marks {
  readonly name: string;
  readonly company: string;
  readonly numbers: readonly E164[];
  readonly userId: string | undefined;
  readonly showAs: ShownNumber | undefined;
}

/** What is left out stays as it is. */
export interface ContactChange extends Partial<Marks> {
  readonly name?: string;
  readonly company?: string;
  readonly showAs?: ShownNumber | undefined;
  readonly addNumbers?: readonly E164[];
  readonly removeNumbers?: readonly E164[];
}

export type SaveContact =
  | { readonly kind: 'saved'; readonly contact: ContactRecord }
  | { readonly kind: 'refused'; readonly why: ContactRefusal };

export type ContactRefusal =
  | 'bad-name'
  | 'bad-company'
  | 'unknown-contact'
  | 'contact-without-number'
  | 'too-many-numbers'
  | 'vip-and-blocked';

export async function addContact(
  db: Db,
  organisation: string,
  wanted: NewContact,
  now: EpochMs,
): Promise<SaveContact> {
  const contact = checked({
    ...wanted,
    id: newId(),
    organisationId: organisation,
    createdAt: now,
  });
  if (typeof contact === 'string') return { kind: 'refused', why: contact };
  return inTransaction(db, async (db) => {
    await db
      .insertInto('contact')
      .values({
        id: contact.id,
        organisation_id: organisation,
        user_id: contact.userId ?? null,
        created_at: now,
        ...columns(contact),
      })
      .execute();
    await writeNumbers(db, contact);
    await bumpRevision(db, 'contacts');
    return { kind: 'saved', contact };
  });
}

export async function changeContact(
  db: Db,
  organisation: string,
  id: string,
  { addNumbers = [], removeNumbers = [], ...change }: ContactChange,
): Promise<SaveContact> {
  return inTransaction(db, async (db) => {
    const [before] = await selectContacts(db, organisation, { id });
    if (before === undefined) return { kind: 'refused', why: 'unknown-contact' };
    const numbers = [...before.numbers, ...addNumbers].filter(
      (number) => !removeNumbers.includes(number),
    );
    const contact = checked({ ...before, ...change, numbers });
    if (typeof contact === 'string') return { kind: 'refused', why: contact };
    await db.updateTable('contact').set(columns(contact)).where('id', '=', id).execute();
    await db.deleteFrom('contact_number').where('contact_id', '=', id).execute();
    await writeNumbers(db, contact);
    await bumpRevision(db, 'contacts');
    return { kind: 'saved', contact };
  });
}

/** @returns what it was. */
export async function removeContact(
  db: Db,
  organisation: string,
  id: string,
): Promise<ContactRecord | undefined> {
  return inTransaction(db, async (db) => {
    const [contact] = await selectContacts(db, organisation, { id });
    if (contact === undefined) return undefined;
    await db.deleteFrom('contact').where('id', '=', id).execute();
    await bumpRevision(db, 'contacts');
    return contact;
  });
}

/** By name. @param owner - whose; left out: everybody's. */
export async function listContacts(
  db: Db,
  organisation: string,
  owner?: ContactOwner,
): Promise<readonly ContactRecord[]> {
  const contacts = await selectContacts(db, organisation, owner ?? {});
  const swedish = new Intl.Collator('sv');
  return [...contacts].sort((a, b) => swedish.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}

/** As it may stand in the table, or why it may not. */
function checked(contact: ContactRecord): ContactRecord | ContactRefusal {
  const name = readName(contact.name);
  const company = contact.company === '' ? '' : readName(contact.company);
  const numbers = [...new Set(contact.numbers)].sort();
  if (name === undefined) return 'bad-name';
  if (company === undefined) return 'bad-company';
  if (numbers.length === 0) return 'contact-without-number';
  if (numbers.length > NUMBERS_AT_MOST) return 'too-many-numbers';
  if (contact.vip && contact.blocked) return 'vip-and-blocked';
  return { ...contact, name, company, numbers };
}

const NUMBERS_AT_MOST = 50;

const columns = ({ name, company, favourite, vip, blocked, showAs }: ContactRecord) => ({
  name,
  company,
  favourite: flag(favourite),
  vip: flag(vip),
  blocked: flag(blocked),
  show_as: showAs ?? null,
});

const flag = (is: boolean): 0 | 1 => (is ? 1 : 0);

async function writeNumbers(db: Db, { id, numbers }: ContactRecord): Promise<void> {
  await db
    .insertInto('contact_number')
    .values(numbers.map((e164) => ({ contact_id: id, e164 })))
    .execute();
}

async function selectContacts(
  db: Db,
  organisation: string,
  wanted: { readonly id: string } | Partial<ContactOwner>,
): Promise<readonly ContactRecord[]> {
  const rows = await db
    .selectFrom('contact')
    .innerJoin('contact_number', 'contact_id', 'id')
    .selectAll('contact')
    .select('e164')
    .where('organisation_id', '=', organisation)
    .where((where) => {
      if ('id' in wanted) return where('id', '=', wanted.id);
      if (!('userId' in wanted)) return where.lit(true);
      return wanted.userId === undefined
        ? where('user_id', 'is', null)
        : where('user_id', '=', wanted.userId);
    })
    .orderBy('id')
    .orderBy('e164')
    .execute();
  const contacts = new Map<string, ContactRecord & { readonly numbers: E164[] }>();
  for (const row of rows) {
    const contact = contacts.get(row.id);
    const number = row.e164 as E164;
    if (contact !== undefined) {
      contact.numbers.push(number);
      continue;
    }
    contacts.set(row.id, {
      id: row.id,
      organisationId: row.organisation_id,
      userId: row.user_id ?? undefined,
      name: row.name,
      company: row.company,
      favourite: row.favourite === 1,
      vip: row.vip === 1,
      blocked: row.blocked === 1,
      numbers: [number],
      showAs: row.show_as ?? undefined,
      createdAt: epochMs(row.created_at),
    });
  }
  return [...contacts.values()];
}
