import { fragment } from 'xmlbuilder2';
import { mapInTurns } from '../../common/in-turns.ts';
import type { PhoneBook } from '../book/phone-book.ts';
import { findModel } from '../models/find.ts';
import type { Phone } from '../phone/phone.ts';
import { polycomGeneration } from './polycom-generation.ts';
import { polycomKeys } from './polycom-keys.ts';
import { printable } from './printable.ts';

/** What a Yealink fetches from `phonebook.xml`. */
export async function yealinkPhoneBook(book: PhoneBook): Promise<Buffer> {
  const entries = await mapInTurns(book.entries, ({ name, numbers }) =>
    xml({
      DirectoryEntry: { Name: xmlText(name), Telephone: numbers.map(xmlText) },
    }),
  );
  return document('YealinkIPPhoneDirectory', entries);
}

/**
 * What a Polycom fetches from `<mac>-directory.xml`, and searches by itself: the
 * book, and before it those of its keys that are speed dials. A contact is known
 * by its number there, so nobody stands in it twice.
 */
export async function polycomDirectory(phone: Phone, book: PhoneBook): Promise<Buffer> {
  const model = findModel(phone.model);
  const generation = model && polycomGeneration(model, phone.firmware);
  const dials = model && generation ? polycomKeys(phone, model, generation).speedDials : [];
  const keys = dials.map(({ n, label, number }) => item({ ln: label, ct: number, sd: `${n}` }));
  const taken = new Set(dials.map(({ number }) => number));
  const people = await mapInTurns(book.entries, ({ name, numbers }) => {
    const [number] = numbers.filter((each) => !taken.has(each));
    if (number === undefined) return '';
    taken.add(number);
    const [first = '', ...rest] = name.split(' ');
    return item({ ln: rest.join(' '), fn: first, ct: number });
  });
  return document('directory', ['<item_list>\n', ...keys, ...people, '</item_list>\n']);
}

function item(fields: Readonly<Record<string, string>>): string {
  const plain = Object.entries(fields).map(([name, text]) => [name, xmlText(text)] as const);
  return xml({ item: Object.fromEntries(plain) });
}

const xml = (content: object): string => `${fragment(content).end()}\n`;

/**
 * Text as xmlbuilder2 wants it. It takes an entity in what it is given for what it
 * stands for, and writes an ampersand before a word and a semicolon as it is; said
 * twice, `&amp;` comes out as the one that was typed.
 */
const xmlText = (text: string): string => printable(text).replaceAll('&', '&amp;amp;');

function document(root: string, parts: readonly string[]): Buffer {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>\n${parts.join('')}</${root}>\n`;
  return Buffer.from(text, 'utf8');
}
