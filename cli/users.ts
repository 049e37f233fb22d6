import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { listDevices } from '../common/db/devices.ts';
import { listGreetings } from '../common/db/greetings.ts';
import type { OrganisationRecord } from '../common/db/organisations.ts';
import {
  addUser,
  findUser,
  listUsers,
  removeUser,
  setPin,
  type UserRecord,
} from '../common/db/users.ts';
import { readE164, readExtension } from '../common/phone-number.ts';
import { layoutOf } from '../daemon/freeswitch/layout.ts';
import { type Command, done, type Invocation, type Outcome } from './command.ts';
import { removeMailbox } from './person/person-files.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { changed, inOrganisation, type Workplace } from './workplace.ts';

/** Of every command that works inside one organisation. */
export const ORG = { value: '<domain>', summary: 'which organisation, where there are several' };

/** Finds the user of the first argument, or refuses. */
export async function withUser(
  invocation: Invocation,
  work: (user: UserRecord, place: Workplace, org: OrganisationRecord) => Promise<Outcome>,
): Promise<Outcome> {
  return inOrganisation(invocation, async (organisation, place) => {
    const user = await findUser(place.db, organisation.id, invocation.args[0] ?? '');
    return user === undefined ? refusedBecause('unknown-user') : work(user, place, organisation);
  });
}

const add: Command = {
  words: 'user add',
  summary: 'add a person with an extension',
  takes: ['<extension>'],
  options: {
    name: { value: '<full name>', required: true, summary: 'shown to those he calls' },
    number: { value: '<+E164>', summary: 'his public number' },
    ring: { value: '<seconds>', summary: 'how long his devices ring, 5 to 300' },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const { args, values } = invocation;
      const text = values.get('number');
      const number = text === undefined ? undefined : readE164(text, organisation);
      if (text !== undefined && number === undefined) return refusedBecause('bad-number');
      const ringSeconds = values.has('ring') ? Number(values.get('ring')) : undefined;
      const name = values.get('name') ?? '';
      const wanted = { extension: args[0] ?? '', name, number, ringSeconds };
      await clearMailbox(place, organisation, wanted.extension);
      const result = await addUser(place.db, organisation, wanted, place.now);
      if (result.kind === 'refused') return refusedBecause(result.why);
      const { extension, numbers } = result.user;
      return changed(
        place,
        invocation,
        done(result.user, ['added', extension, result.user.name, ...numbers].join(' ')),
      );
    }),
};

/** Of somebody who had the extension before: it is not for who gets it now. */
async function clearMailbox(
  { db, config }: Workplace,
  { id, domain }: OrganisationRecord,
  text: string,
): Promise<void> {
  const extension = readExtension(text);
  if (extension === undefined || (await findUser(db, id, extension)) !== undefined) return;
  removeMailbox(config.state, { domain, extension });
}

const list: Command = {
  words: 'user list',
  summary: 'list the people',
  takes: [],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, { db }) => {
      const users = await listUsers(db, organisation.id);
      const rows = users.map((user) => [user.extension, user.name, user.numbers.join(' ')]);
      return done(users, table(['EXTENSION', 'NAME', 'NUMBERS'], rows));
    }),
};

const show: Command = {
  words: 'user show',
  summary: 'show a person and his devices',
  takes: ['<extension>'],
  options: { org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, { db }) => {
      const devices = await listDevices(db, user.organisationId, user.id);
      const rows = devices.map((device) => [
        device.id,
        device.kind,
        device.label,
        device.username ?? device.to ?? '',
      ]);
      const head = [user.extension, user.name, ...user.numbers].join(' ');
      const text = `${head}\n${table(['ID', 'KIND', 'LABEL', 'ACCOUNT'], rows)}`;
      return done({ ...user, devices }, text);
    }),
};

const remove: Command = {
  words: 'user remove',
  summary: 'remove a person with his devices; his numbers rest for 90 days',
  takes: ['<extension>'],
  options: { org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, place, organisation) => {
      const greetings = await listGreetings(place.db, user.id);
      await removeUser(place.db, organisation.id, user.extension, place.now);
      const text = `removed ${user.extension} ${user.name}; messages go with the next night, calls in their time (at once: vaxel user forget ${user.extension})`;
      const outcome = await changed(place, invocation, done(user, text));
      for (const { id } of greetings) {
        rmSync(join(layoutOf(place.config.state).greetings, `${id}.wav`), { force: true });
      }
      return outcome;
    }),
};

const pin: Command = {
  words: 'user pin',
  summary: 'set the voicemail PIN; a random one where none is given',
  takes: ['<extension>'],
  options: { pin: { value: '<digits>', summary: 'four to eight digits' }, org: ORG },
  run: async (invocation) =>
    withUser(invocation, async (user, place) => {
      const result = await setPin(place.db, place.box, user, invocation.values.get('pin'));
      if (result.kind === 'refused') return refusedBecause(result.why);
      const data = { extension: user.extension, pin: result.pin };
      const text = `the voicemail PIN of ${user.extension} is now ${result.pin} (shown this once)`;
      return changed(place, invocation, done(data, text));
    }),
};

export const userCommands: readonly Command[] = [add, list, show, remove, pin];
