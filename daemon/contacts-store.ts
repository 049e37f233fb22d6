import { type ContactRow, contactPages } from '../common/db/contact-pages.ts';
import type { Db } from '../common/db/open.ts';
import { readRevision } from '../common/db/revision.ts';
import { eachInTurns, othersTurn } from '../common/in-turns.ts';
import type { Log } from '../common/log.ts';
import type { E164 } from '../common/phone-number.ts';
import { type Contact, contactKey, type Contacts } from './routing/contacts.ts';

/** The newest picture of everybody's contacts, whoever wrote to them. */
export interface ContactsStore {
  /** The last one that was read whole. */
  current(): Contacts;
  /** As `renew` of the directory (daemon/directory-store.ts): never rejects. */
  renew(): Promise<Contacts>;
}

/** @throws {VaxelError} where the first picture cannot be read. */
export async function openContacts(db: Db, log: Log): Promise<ContactsStore> {
  let contacts = await loadContacts(db);
  let looking: Promise<unknown> = Promise.resolve();
  let failing = false;

  async function look(): Promise<Contacts> {
    try {
      if ((await readRevision(db, 'contacts')) !== contacts.revision) {
        contacts = await loadContacts(db);
      }
      failing = false;
    } catch (err) {
      if (!failing) log.error({ err }, 'the contacts cannot be read: calls go on from memory');
      failing = true;
    }
    return contacts;
  }

  return {
    current: () => contacts,
    renew: () => {
      const mine = looking.then(look);
      looking = mine;
      return mine;
    },
  };
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
  });

/** Of two contacts with one number the blocked one counts, then the VIP, then the one written down first. */
function goesBefore(a: Contact, b: Contact, ages: ReadonlyMap<Contact, number>): boolean {
  if (a.blocked !== b.blocked) return a.blocked;
  if (a.vip !== b.vip) return a.vip;
  return (ages.get(a) ?? 0) < (ages.get(b) ?? 0);
}
