import { SCOPES } from '../common/api-token.ts';
import {
  addApiToken,
  type ApiToken,
  listApiTokens,
  removeApiToken,
} from '../common/db/api-tokens.ts';
import { findUser } from '../common/db/users.ts';
import { type Command, done, wrongUsage } from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { inOrganisation } from './workplace.ts';

const add: Command = {
  words: 'token add',
  summary: 'let a client use the daemon’s API; its token is shown this once',
  takes: [],
  options: {
    user: { value: '<extension>', summary: 'acts for that person alone' },
    service: { value: '<name>', summary: 'acts for anybody in the organisation' },
    scope: { value: '<scope>', required: true, many: true, summary: SCOPES.join(', ') },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, { db, now }) => {
      const { values, lists } = invocation;
      const [extension, service] = [values.get('user'), values.get('service')];
      if ((extension === undefined) === (service === undefined)) {
        return wrongUsage('give either --user or --service');
      }
      const user = extension && (await findUser(db, organisation.id, extension));
      if (extension !== undefined && !user) return refusedBecause('unknown-user');
      const holder = user ? { userId: user.id } : { service: service ?? '' };
      const scopes = lists.get('scope') ?? [];
      const result = await addApiToken(
        db,
        { organisationId: organisation.id, holder, scopes },
        now,
      );
      if (result.kind === 'refused') return refusedBecause(result.why);
      const { id, text } = result;
      return done({ id, token: text }, `${text}\n(shown this once; vaxel token remove ${id})`);
    }),
};

const list: Command = {
  words: 'token list',
  summary: 'list the clients that may use the daemon’s API',
  takes: [],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, { db }) => {
      const tokens = await listApiTokens(db, organisation.id);
      const rows = tokens.map((token) => [
        token.id,
        holderOf(token),
        token.scopes.join(' '),
        new Date(token.createdAt).toISOString().slice(0, 10),
      ]);
      return done(tokens, table(['ID', 'OF', 'SCOPES', 'SINCE'], rows));
    }),
};

const remove: Command = {
  words: 'token remove',
  summary: 'take a client’s token away',
  takes: ['<id>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, { db }) => {
      const id = invocation.args[0] ?? '';
      const removed = await removeApiToken(db, organisation.id, id);
      return removed ? done({ id }, `removed ${id}`) : refusedBecause('unknown-token');
    }),
};

const holderOf = ({ holder }: ApiToken): string =>
  holder.kind === 'user' ? `user ${holder.extension}` : `service ${holder.name}`;

export const tokenCommands: readonly Command[] = [add, list, remove];
