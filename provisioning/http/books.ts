import { listUsers } from '../../common/db/users.ts';
import type { BookEntry } from '../book/phone-book.ts';
import { contentTypeOf } from '../files/content-type.ts';
import type { FileName } from '../files/file-name.ts';
import { renderBook } from '../render/book-file.ts';
import type { Db } from '../../common/db/open.ts';
import type { Phone } from '../phone/phone.ts';
import { etagOf, type Rendered } from '../source/files-of-phone.ts';
import { type CacheOptions, rememberByRevision } from './by-revision.ts';
import type { KnownPhone } from '../phone-lookup.ts';

/** The phone book of a phone's organisation, as that phone reads it. */
export type Books = (
  phone: KnownPhone,
  file: FileName,
  query: string,
) => Promise<Rendered | undefined>;

/** Whole books are large, and mostly the same for every phone of an organisation. */
const BOOKS: CacheOptions = { stdTTL: 600, checkperiod: 60, most: 200 };

/** Reads each organisation's people, and writes each book, once for each revision of the database. */
export function createBooks(
  db: Db,
  phoneOf: (id: string) => Promise<Phone | undefined>,
  revisionNow: () => number,
): Books {
  const people = rememberByRevision<readonly BookEntry[]>(BOOKS, revisionNow);
  const written = rememberByRevision<Rendered | undefined>(BOOKS, revisionNow);

  return async ({ record: { id, organisationId } }, file, query) => {
    if (file.kind !== 'phone-book' && file.kind !== 'polycom-directory') return undefined;
    const phone = await phoneOf(id);
    if (phone === undefined) return undefined;
    const typed = typedIn(query);
    const write = async (): Promise<Rendered | undefined> => {
      const entries = await people(organisationId, () => readEntries(db, organisationId));
      const { name } = phone.organisation;
      const bytes = await renderBook(phone, file, { name, entries }, typed);
      return bytes && { bytes, type: contentTypeOf(file), etag: etagOf(bytes) };
    };
    return typed === '' ? written(sameFor(phone, organisationId, file), write) : write();
  };
}

/** A Polycom's book holds those of its keys that dial, and nothing else that is its own. */
function sameFor(phone: Phone, organisation: string, { kind }: FileName): string {
  const dials = phone.keys.filter(({ does }) => does !== 'line' && does !== 'blf');
  const own = dials.length === 0 ? [] : [phone.model, phone.firmware, dials, [...phone.settings]];
  return JSON.stringify([organisation, kind, phone.settings.get('phonebook'), own]);
}

async function readEntries(db: Db, organisation: string): Promise<readonly BookEntry[]> {
  const users = await listUsers(db, organisation);
  return users.map(({ name, extension, numbers }) => ({ name, numbers: [extension, ...numbers] }));
}

/** `q=Bj%C3%B6rn`. What cannot be decoded finds what it finds. */
function typedIn(query: string): string {
  const [, raw = ''] = /^q=([^&]*)/.exec(query) ?? [];
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    return raw;
  }
}
