import type { StatusControl, StatusRefusal } from '../control/status-control.ts';
import type { NumberOwner } from '../routing/directory.ts';
import type { Client } from './client.ts';
import { findColleague } from './person.ts';
import { type Answer, clientRoute, problem, type Reply, type Route } from './route.ts';
import { statusProblem } from './status-routes.ts';

/**
 * What a calendar says of a person: each entry holds from its start to its end, where
 * nothing was set by hand; the calendar may say the same again and again.
 */
export function calendarRoutes(statuses: StatusControl): readonly Route[] {
  return [
    clientRoute({
      method: 'get',
      path: '/v1/statuses/{extension}/calendar',
      name: 'calendar',
      summary: 'What the person’s calendar is known to say',
      who: 'statuses:write',
      answers: { 200: { what: 'The first first', schema: 'Calendar' }, 404: NOTHING },
      run: async ({ client, params }) => {
        const owner = ownerOf(client, params.extension);
        if (!('user' in owner)) return owner;
        const entries = await statuses.entries(owner, client.user !== undefined);
        return { status: 200, body: { entries } };
      },
    }),
    clientRoute({
      method: 'put',
      path: '/v1/statuses/{extension}/calendar/{entry}',
      name: 'setCalendarEntry',
      summary: 'Says, or says anew, what an entry of the person’s calendar says',
      who: 'statuses:write',
      takes: 'CalendarEntry',
      answers: {
        204: { what: 'It holds when its time comes, where nothing is set by hand' },
        404: NOTHING,
        409: { what: 'The calendar has too many entries', schema: 'Problem' },
      },
      run: async ({ client, params, body }) => {
        const owner = ownerOf(client, params.extension);
        return 'user' in owner ? done(await statuses.setEntry(owner, params.entry, body)) : owner;
      },
    }),
    clientRoute({
      method: 'delete',
      path: '/v1/statuses/{extension}/calendar/{entry}',
      name: 'removeCalendarEntry',
      summary: 'Forgets an entry of the person’s calendar',
      who: 'statuses:write',
      answers: { 204: { what: 'It is forgotten' }, 404: NOTHING },
      run: async ({ client, params }) => {
        const owner = ownerOf(client, params.extension);
        return 'user' in owner ? done(await statuses.removeEntry(owner, params.entry)) : owner;
      },
    }),
  ];
}

/** A calendar is its owner's, and a service's that reads it; colleagues write into no other's. */
function ownerOf(client: Client, extension: string): NumberOwner | Reply {
  const user = findColleague(client, extension);
  if (user === undefined) return statusProblem('unknown-user');
  const { organisation, user: self } = client;
  return self === undefined || self.id === user.id ? { organisation, user } : NOT_YOURS;
}

const done = (refused: StatusRefusal | undefined): Reply =>
  refused === undefined ? { status: 204 } : statusProblem(refused);

const NOT_YOURS = problem(403, 'not-yours', 'a person has to do with their own calendar only');

const NOTHING: Answer = { what: 'No such person, activity or entry', schema: 'Problem' };
