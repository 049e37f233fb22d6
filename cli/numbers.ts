import { addNumber, listNumbers, releaseNumber } from '../common/db/numbers.ts';
import { listTeams } from '../common/db/teams.ts';
import { listUsers } from '../common/db/users.ts';
import { readE164 } from '../common/phone-number.ts';
import { type Command, done } from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation } from './workplace.ts';

const add: Command = {
  words: 'number add',
  summary: 'put a number into the inventory, for somebody to get later',
  takes: ['<+E164>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, { db }) => {
      const e164 = readE164(invocation.args[0] ?? '', organisation);
      if (e164 === undefined) return refusedBecause('bad-number');
      const result = await addNumber(db, organisation.id, e164);
      if (result.kind === 'refused') return refusedBecause(result.why);
      return done({ e164 }, `added ${e164}`);
    }),
};

const list: Command = {
  words: 'number list',
  summary: 'list the numbers and whose they are',
  takes: [],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, { db }) => {
      const { id } = organisation;
      const owners = [...(await listUsers(db, id)), ...(await listTeams(db, id))];
      const numbers = (await listNumbers(db, id)).map(({ owner, ...number }) => ({
        ...number,
        extension: owners.find((each) => each.id === owner)?.extension,
      }));
      const rows = numbers.map((one) => [one.e164, one.state, one.extension ?? '']);
      return done(numbers, table(['NUMBER', 'STATE', 'EXTENSION'], rows));
    }),
};

const release: Command = {
  words: 'number release',
  summary: 'take a number from its owner; it rests for 90 days',
  takes: ['<+E164>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const e164 = readE164(invocation.args[0] ?? '', organisation);
      if (e164 === undefined) return refusedBecause('bad-number');
      const result = await releaseNumber(place.db, organisation.id, e164, place.now);
      if (result.kind === 'refused') return refusedBecause(result.why);
      const until = new Date(result.until).toISOString();
      return changed(
        place,
        invocation,
        done({ e164, until }, `released ${e164}, resting until ${until}`),
      );
    }),
};

export const numberCommands: readonly Command[] = [add, list, release];
