import type { Lines } from '../lines/line.ts';
import type { Directory } from '../routing/directory.ts';
import { type Client, maySeePersonal } from './client.ts';
import type { EventStreams, LinesSeen } from './events/streams.ts';
import { peopleOf } from './people.ts';
import { findColleague } from './person.ts';
import { clientRoute, problem, type Route } from './route.ts';
import type { LineView, SelfView, StatusView } from './schemas.ts';
import { lineView } from './views.ts';

export interface LineRouteDeps {
  readonly directory: () => Directory;
  readonly lines: Pick<Lines, 'current'>;
  readonly statusOf: (user: string) => StatusView | undefined;
  readonly streams: Pick<EventStreams, 'open'>;
}

/** What clients read. */
export function lineRoutes(deps: LineRouteDeps): readonly Route[] {
  return [
    clientRoute({
      method: 'get',
      path: '/v1/self',
      name: 'self',
      summary: 'Whose token this is, and what it may',
      who: 'token',
      answers: { 200: { what: 'The holder', schema: 'Self' } },
      run: async ({ client }) => ({ status: 200, body: selfView(client) }),
    }),
    clientRoute({
      method: 'get',
      path: '/v1/lines',
      name: 'lines',
      summary: 'Everybody in the organisation, as it is now',
      who: 'lines:read',
      answers: { 200: { what: 'By extension, as in the directory', schema: 'Lines' } },
      run: async ({ client }) => ({
        status: 200,
        body: { lines: linesFor(client, deps).views(0) },
      }),
    }),
    clientRoute({
      method: 'get',
      path: '/v1/lines/{extension}',
      name: 'line',
      summary: 'One person, as it is now',
      who: 'lines:read',
      answers: {
        200: { what: 'The line', schema: 'Line' },
        404: { what: 'Nobody has that extension', schema: 'Problem' },
      },
      run: async ({ client, params }) => {
        const user = findColleague(client, params.extension);
        return user === undefined
          ? problem(404, 'unknown-extension', 'nobody has that extension')
          : { status: 200, body: lineOf(user.id, client, deps) };
      },
    }),
    clientRoute({
      method: 'get',
      path: '/v1/events',
      name: 'events',
      summary: 'A stream of what happens: lines, statuses, calls, registrations, messages',
      who: 'events:read',
      answers: { 200: { what: 'Server-sent events, as docs/api.md describes them', stream: true } },
      run: async ({ client, lastEventId }) => ({
        stream: (response) => {
          deps.streams.open(client, lastEventId, response);
        },
      }),
    }),
  ];
}

/** Everybody's line as this client may see it. */
export function linesFor(client: Client, deps: Omit<LineRouteDeps, 'streams'>): LinesSeen {
  const current = deps.lines.current();
  const directory = deps.directory();
  const sources = { people: peopleOf(directory), statusOf: deps.statusOf };
  // A stream may be older than the newest colleague.
  const { domain } = client.organisation;
  const users = [...(directory.organisations.get(domain) ?? client.organisation).users.values()];
  return {
    length: users.length,
    views: (from, to) =>
      users
        .slice(from, to)
        .map((user) =>
          lineView(user, current.get(user.id), maySeePersonal(client, user.id), sources),
        ),
  };
}

function lineOf(userId: string, client: Client, deps: LineRouteDeps): LineView | undefined {
  const people = peopleOf(deps.directory());
  const user = people.get(userId)?.user;
  const line = deps.lines.current().get(userId);
  const personal = maySeePersonal(client, userId);
  return user && lineView(user, line, personal, { people, statusOf: deps.statusOf });
}

function selfView({ organisation: { domain, name }, user, scopes }: Client): SelfView {
  return {
    organisation: { domain, name },
    scopes: [...scopes],
    ...(user === undefined
      ? {}
      : {
          user: {
            extension: user.extension,
            name: user.name,
            devices: user.devices.map(({ id, kind, label }) => ({ id, kind, label })),
          },
        }),
  };
}
