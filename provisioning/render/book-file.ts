import { searchBook, type PhoneBook } from '../book/phone-book.ts';
import type { FileName } from '../files/file-name.ts';
import type { Phone } from '../phone/phone.ts';
import { settingOf } from '../settings/read.ts';
import { polycomDirectory, yealinkPhoneBook } from './phone-book-xml.ts';

/**
 * The phone book as this phone fetches it: a Yealink from `phonebook.xml`, whole or
 * what was searched for, a Polycom from `<mac>-directory.xml`, which it searches
 * by itself. `undefined` for every other file, and where the phone is to have no book.
 *
 * @param typed - what somebody typed on a Yealink (`?q=`); empty for all.
 */
export async function renderBook(
  phone: Phone,
  file: FileName,
  book: PhoneBook,
  typed: string,
): Promise<Buffer | undefined> {
  if (settingOf(phone, 'phonebook') === 'no') return undefined;
  if (file.kind === 'phone-book') return yealinkPhoneBook(searchBook(book, typed, MOST));
  if (file.kind !== 'polycom-directory' || file.mac !== phone.mac) return undefined;
  return polycomDirectory(phone, searchBook(book, '', MOST));
}

/** Entries that the smallest phones of both vendors still take; a larger organisation searches. */
const MOST = 500;
