import t from 'tap';
import { searchBook, type PhoneBook } from '../../../provisioning/book/phone-book.ts';
import type { FileName } from '../../../provisioning/files/file-name.ts';
import { findModel } from '../../../provisioning/models/find.ts';
import { renderBook } from '../../../provisioning/render/book-file.ts';
import { polycomDirectory, yealinkPhoneBook } from '../../../provisioning/render/phone-book-xml.ts';
import { macOf, officePhone } from '../../support/desk-phones.ts';

const office: PhoneBook = {
  name: 'Anka',
  entries: [
    { name: 'Björn Ek', numbers: ['101', '+46812345601'] },
    { name: 'Anna Berg', numbers: ['100', '+46812345600'] },
    { name: 'Cecilia Dahl', numbers: ['102'] },
  ],
};

const searches = [
  ['', ['Anna Berg', 'Björn Ek', 'Cecilia Dahl']],
  ['b', ['Anna Berg', 'Björn Ek']],
  ['BJORN', ['Björn Ek']],
  ['björn ek', ['Björn Ek']],
  ['ek bj', ['Björn Ek']],
  ['jörn', []],
  ['101', ['Björn Ek']],
  ['+46 8 123', ['Anna Berg', 'Björn Ek']],
  ['.*', []],
  ['<script>', []],
] as const;

for (const [typed, names] of searches) {
  t.test(`"${typed}" finds ${names.join(' and ') || 'nobody'}`, async (t) => {
    t.strictSame(
      searchBook(office, typed, 10).entries.map(({ name }) => name),
      names,
    );
  });
}

t.test('names stand in Swedish order, and no more than asked for', async (t) => {
  const names = ['Östen', 'Ålund', 'Zeta', 'Ärlig', 'Anka'];
  const book = { name: 'Anka', entries: names.map((name) => ({ name, numbers: ['100'] })) };
  const found = searchBook(book, '', 4).entries.map(({ name }) => name);
  t.strictSame(found, ['Anka', 'Zeta', 'Ålund', 'Ärlig']);
});

t.test('a Yealink gets a directory with every number of everybody', async (t) => {
  t.equal(
    (await yealinkPhoneBook(searchBook(office, 'bj', 10))).toString(),
    '<?xml version="1.0" encoding="UTF-8"?>\n<YealinkIPPhoneDirectory>\n' +
      '<DirectoryEntry><Name>Björn Ek</Name><Telephone>101</Telephone><Telephone>+46812345601</Telephone></DirectoryEntry>\n' +
      '</YealinkIPPhoneDirectory>\n',
  );
});

t.test('a Polycom gets its speed dials and everybody, each number once', async (t) => {
  const model = findModel('SPIP 650');
  if (model === undefined) throw new Error('not in the table');
  const phone = officePhone(model);
  t.equal(
    (await polycomDirectory(phone, searchBook(office, '', 10))).toString(),
    '<?xml version="1.0" encoding="UTF-8"?>\n<directory>\n<item_list>\n' +
      '<item><ln>Björn</ln><ct>+46812345601</ct><sd>1</sd></item>\n' +
      '<item><ln>Röstbrevlåda</ln><ct>*98</ct><sd>2</sd></item>\n' +
      '<item><ln>Berg</ln><fn>Anna</fn><ct>100</ct></item>\n' +
      '<item><ln>Ek</ln><fn>Björn</fn><ct>101</ct></item>\n' +
      '<item><ln>Dahl</ln><fn>Cecilia</fn><ct>102</ct></item>\n' +
      '</item_list>\n</directory>\n',
  );
});

t.test('a phone gets the book in the file of its kind, unless it is to have none', async (t) => {
  const model = findModel('VVX 450');
  if (model === undefined) throw new Error('not in the table');
  const phone = officePhone(model);
  const namesIn = async (file: FileName, typed: string, asked = phone) =>
    (await renderBook(asked, file, office, typed))?.toString().match(/Anna|Björn|Cecilia/g);
  t.strictSame(await namesIn({ kind: 'phone-book' }, 'ek'), ['Björn']);
  const directory = { kind: 'polycom-directory', mac: phone.mac } as const;
  t.strictSame(await namesIn(directory, 'ek'), ['Anna', 'Björn', 'Cecilia'], 'it searches itself');
  t.equal(await namesIn({ kind: 'config', mac: phone.mac }, ''), undefined);
  t.equal(await namesIn({ ...directory, mac: macOf('0004f2000002') }, ''), undefined);
  const without = officePhone(model, { settings: new Map([['phonebook', 'no']]) });
  t.equal(await namesIn({ kind: 'phone-book' }, '', without), undefined);
});
