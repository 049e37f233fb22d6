import { type ContactRow, contactPages } from '../common/db/contact-pages.ts';
import type { Db } from '../common/db/open.ts';
import { readRevision } from '../common/db/revision.ts';
import { eachInTurns, othersTurn } from '../common/in-turns.ts';
import type { Log } from '../common/log.ts';
import type { E164 } from '../common/phone-number.ts';
import { keepPicture, type KeptPicture } from './kept-picture.ts';
import { type Contact, contactKey, type Contacts } from './routing/contacts.ts';

export type ContactsStore = KeptPicture<Contacts>;

/** @throws {VaxelError} where the first picture cannot be read. */
export async function openContacts(db: Db, log: Log): Promise<ContactsStore> {
  const look = async (before: Contacts) =>
    (await readRevision(db, 'contacts')) === before.revision ? before : loadContacts(db);
  return keepPicture(await loadContacts(db), look, 'the contacts', log);
}

/**
 * Reads the revision before the contacts: what is written while they are read
 * makes the next look read again.
 */
export async function loadContacts(db: Db): Promise<Contacts> {
  const revision = await readRevision(db, 'contacts');
  const personal = new Map<string, Contact>();
  const shared = new Map<string, Contact>();
  const ages = new Map<Contact, number>();
  let last: Contact | undefined;
  for await (const page of contactPages(db)) {
    await eachInTurns(page, (row) => {
      const contact = last?.id === row.contact_id ? last : contactOf(row);
      if (contact !== last) ages.set(contact, row.created_at);
      last = contact;
      const owned = row.user_id === null ? shared : personal;
      const key = contactKey(row.user_id ?? row.organisation_id, row.e164 as E164);
      const before = owned.get(key);
      if (before === undefined || goesBefore(contact, before, ages)) owned.set(key, contact);
    });
    await othersTurn();
  }
  return Object.freeze({ revision, personal, shared });
}

const contactOf = (row: ContactRow): Contact =>
  Object.freeze({
    id: row.contact_id,
    name: row.name,
    company: row.company,
    favourite: row.favourite === 1,
    vip: row.vip === 1,
    blocked: row.blocked === 1,
    ...(row.show_as !== null && { showAs: row.show_as }),
  });

/** Of two contacts with one number the blocked one counts, then the VIP, then the one written down first. */
function goesBefore(a: Contact, b: Contact, ages: ReadonlyMap<Contact, number>): boolean {
  if (a.blocked !== b.blocked) return a.blocked;
  if (a.vip !== b.vip) return a.vip;
  return (ages.get(a) ?? 0) < (ages.get(b) ?? 0);
}
