import {
  addContact,
  changeContact,
  type ContactChange,
  type ContactOwner,
  type ContactRecord,
  listContacts,
  removeContact,
} from '../common/db/contacts.ts';
import type { OrganisationRecord } from '../common/db/organisations.ts';
import { findUser, listUsers } from '../common/db/users.ts';
import { type E164, readE164 } from '../common/phone-number.ts';
import { SHOWN_NUMBERS, type ShownNumber } from '../common/shown-number.ts';
import { type Command, done, type Invocation, type Outcome, type Refused } from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation, type Workplace } from './workplace.ts';

const FOR = { value: '<extension>', summary: 'a person’s own; left out: the organisation’s' };

const SHOW_AS = {
  value: `<${[...SHOWN_NUMBERS, 'usual'].join('|')}>`,
  summary: 'what they are shown when they are called',
};

const add: Command = {
  words: 'contact add',
  summary: 'add somebody outside; the marks hold for every number of theirs',
  takes: ['<name>'],
  options: {
    number: { value: '<number>', many: true, required: true, summary: 'in any spelling' },
    company: { value: '<name>', summary: 'where they work' },
    for: FOR,
    vip: { summary: 'rings through a closed activity' },
    block: { summary: 'never gets through' },
    favourite: { summary: 'stands first in lists' },
    'show-as': SHOW_AS,
    org: ORG,
  },
  run: async (invocation) =>
    forOwner(invocation, async (owner, organisation, place) => {
      const { args, values, switches } = invocation;
      const numbers = readNumbers(invocation, 'number', organisation);
      if (numbers === undefined) return refusedBecause('bad-number');
      const showAs = readShowAs(invocation);
      if (showAs === 'refused') return refusedBecause('bad-show-as');
      const wanted = {
        ...owner,
        showAs,
        name: args[0] ?? '',
        company: values.get('company') ?? '',
        numbers,
        vip: switches.has('vip'),
        blocked: switches.has('block'),
        favourite: switches.has('favourite'),
      };
      const result = await addContact(place.db, organisation.id, wanted, place.now);
      if (result.kind === 'refused') return refusedBecause(result.why);
      const { contact } = result;
      return changed(place, invocation, done(contact, `added ${described(contact)}`));
    }),
};

const list: Command = {
  words: 'contact list',
  summary: 'list the organisation’s contacts, a person’s own, or everybody’s',
  takes: [],
  options: { for: FOR, all: { summary: 'everybody’s' }, org: ORG },
  run: async (invocation) =>
    forOwner(invocation, async (owner, { id }, { db }) => {
      const people = new Map((await listUsers(db, id)).map((user) => [user.id, user.extension]));
      const all = invocation.switches.has('all');
      const contacts = (await listContacts(db, id, all ? undefined : owner)).map((contact) => ({
        ...contact,
        extension: contact.userId === undefined ? undefined : people.get(contact.userId),
      }));
      const rows = contacts.map((one) => [
        one.id,
        one.extension ?? '',
        one.name,
        one.company,
        marksOf(one).join(' '),
        one.numbers.join(' '),
      ]);
      return done(contacts, table(['ID', 'FOR', 'NAME', 'COMPANY', 'MARKS', 'NUMBERS'], rows));
    }),
};

const change: Command = {
  words: 'contact change',
  summary: 'change what is given; the rest stays',
  takes: ['<id>'],
  options: {
    name: { value: '<name>', summary: 'another name' },
    company: { value: '<name>', summary: 'another company; "" for none' },
    number: { value: '<number>', many: true, summary: 'one more number' },
    'no-number': { value: '<number>', many: true, summary: 'one number less' },
    vip: { summary: 'rings through a closed activity' },
    'no-vip': { summary: 'no longer' },
    block: { summary: 'never gets through' },
    'no-block': { summary: 'no longer blocked' },
    favourite: { summary: 'stands first in lists' },
    'no-favourite': { summary: 'no longer' },
    'show-as': SHOW_AS,
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const showAs = readShowAs(invocation);
      if (showAs === 'refused') return refusedBecause('bad-show-as');
      const wanted = readChange(invocation, organisation);
      if (wanted === undefined) return refusedBecause('bad-number');
      const id = invocation.args[0] ?? '';
      const result = await changeContact(place.db, organisation.id, id, {
        ...wanted,
        ...(invocation.values.has('show-as') && { showAs }),
      });
      if (result.kind === 'refused') return refusedBecause(result.why);
      const { contact } = result;
      return changed(place, invocation, done(contact, `now ${described(contact)}`));
    }),
};

const remove: Command = {
  words: 'contact remove',
  summary: 'remove a contact with its numbers and marks',
  takes: ['<id>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async ({ id }, place) => {
      const contact = await removeContact(place.db, id, invocation.args[0] ?? '');
      if (contact === undefined) return refusedBecause('unknown-contact');
      return changed(place, invocation, done(contact, `removed ${described(contact)}`));
    }),
};

export const contactCommands: readonly Command[] = [add, list, change, remove];

async function forOwner(
  invocation: Invocation,
  work: (owner: ContactOwner, org: OrganisationRecord, place: Workplace) => Promise<Outcome>,
): Promise<Outcome> {
  return inOrganisation(invocation, async (organisation, place) => {
    const owner = await ownerOf(invocation.values.get('for'), organisation, place);
    return 'kind' in owner ? owner : work(owner, organisation, place);
  });
}

async function ownerOf(
  extension: string | undefined,
  { id }: OrganisationRecord,
  { db }: Workplace,
): Promise<ContactOwner | Refused> {
  if (extension === undefined) return { userId: undefined };
  const user = await findUser(db, id, extension);
  return user === undefined ? refusedBecause('unknown-user') : { userId: user.id };
}

/** Undefined where one of them is no number. */
function readNumbers(
  { lists }: Invocation,
  option: string,
  plan: OrganisationRecord,
): readonly E164[] | undefined {
  const numbers = (lists.get(option) ?? []).map((text) => readE164(text, plan));
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

function readChange(
  invocation: Invocation,
  organisation: OrganisationRecord,
): ContactChange | undefined {
  const { values, switches } = invocation;
  const addNumbers = readNumbers(invocation, 'number', organisation);
  const removeNumbers = readNumbers(invocation, 'no-number', organisation);
  if (addNumbers === undefined || removeNumbers === undefined) return undefined;
  const [name, company] = [values.get('name'), values.get('company')];
  const mark = (key: 'vip' | 'blocked' | 'favourite', word: string) =>
    switches.has(word) || switches.has(`no-${word}`) ? { [key]: switches.has(word) } : {};
  return {
    addNumbers,
    removeNumbers,
    ...(name === undefined ? {} : { name }),
    ...(company === undefined ? {} : { company }),
    ...mark('vip', 'vip'),
    ...mark('blocked', 'block'),
    ...mark('favourite', 'favourite'),
  };
}

/** Undefined where nothing or `usual` is said. */
function readShowAs({ values }: Invocation): ShownNumber | undefined | 'refused' {
  const text = values.get('show-as');
  if (text === undefined || text === 'usual') return undefined;
  return SHOWN_NUMBERS.find((each) => each === text) ?? 'refused';
}

const marksOf = ({ vip, blocked, favourite, showAs }: ContactRecord): readonly string[] => [
  ...(vip ? ['vip'] : []),
  ...(blocked ? ['blocked'] : []),
  ...(favourite ? ['favourite'] : []),
  ...(showAs === undefined ? [] : [`shown:${showAs}`]),
];

const described = (contact: ContactRecord): string =>
  [contact.id, contact.name, ...marksOf(contact), ...contact.numbers].join(' ');
