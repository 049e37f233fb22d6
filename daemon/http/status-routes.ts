import type { StatusControl, StatusRefusal } from '../control/status-control.ts';
import type { User } from '../routing/directory.ts';
import type { Client } from './client.ts';
import { findColleague } from './person.ts';
import { type Answer, clientRoute, problem, type Reply, type Route } from './route.ts';

/** What clients read and set of what people are doing. */
export function statusRoutes(statuses: StatusControl): readonly Route[] {
  const viewOf = ({ organisation, user: self }: Client, user: User) =>
    statuses.view({ organisation, user }, self?.id === user.id);

  const shown = (client: Client, user: User): Reply => {
    const body = viewOf(client, user);
    return { status: 200, body, version: body.version };
  };

  return [
    clientRoute({
      method: 'get',
      path: '/v1/activities',
      name: 'activities',
      summary: 'What one may be doing: the organisation’s activities, and the holder’s own',
      who: 'lines:read',
      answers: { 200: { what: 'By number', schema: 'Activities' } },
      run: async ({ client: { organisation, user } }) => {
        const all = await statuses.activities(organisation, user);
        const activities = all.map((each) => ({
          number: each.position,
          name: each.names[organisation.language],
          open: each.rings,
          private: each.private,
          own: each.userId !== undefined,
          endsAs: each.endsAs,
          icon: each.icon,
          colour: each.colour,
          shape: each.shape,
        }));
        return { status: 200, body: { activities } };
      },
    }),
    clientRoute({
      method: 'get',
      path: '/v1/statuses',
      name: 'statuses',
      summary: 'What everybody is doing, who said so, until when, and what comes next',
      who: 'lines:read',
      answers: { 200: { what: 'By extension, as in the directory', schema: 'PersonStatuses' } },
      run: async ({ client }) => {
        const users = [...client.organisation.users.values()];
        return { status: 200, body: { statuses: users.map((user) => viewOf(client, user)) } };
      },
    }),
    clientRoute({
      method: 'get',
      path: '/v1/statuses/{extension}',
      name: 'personStatus',
      summary: 'What one person is doing',
      who: 'lines:read',
      answers: { 200: STATUS, 404: NOBODY },
      run: async ({ client, params }) => {
        const user = findColleague(client, params.extension);
        return user === undefined ? statusProblem('unknown-user') : shown(client, user);
      },
    }),
    clientRoute({
      method: 'put',
      path: '/v1/statuses/{extension}',
      name: 'setStatus',
      summary: 'Says what a person is doing, and until when; the next call goes by it',
      who: 'statuses:write',
      takes: 'SetStatus',
      isConditional: true,
      answers: { 200: STATUS, 404: NOBODY, 412: SET_MEANWHILE },
      run: async ({ client, params, body, version }) => {
        const user = findColleague(client, params.extension);
        const by = body.as === undefined ? client.user : findColleague(client, body.as);
        if (user === undefined) return statusProblem('unknown-user');
        if (client.user !== undefined && by?.id !== client.user.id) return NOT_IN_THEIR_NAME;
        if (body.as !== undefined && by === undefined) return statusProblem('unknown-user');
        const owner = { organisation: client.organisation, user };
        const refused = await statuses.set(owner, body, { by, version });
        return refused === undefined ? shown(client, user) : statusProblem(refused);
      },
    }),
    clientRoute({
      method: 'delete',
      path: '/v1/statuses/{extension}',
      name: 'clearStatus',
      summary: 'Makes a person available; what is planned for later stays',
      who: 'statuses:write',
      isConditional: true,
      answers: { 200: STATUS, 404: NOBODY, 412: SET_MEANWHILE },
      run: async ({ client, params, version }) => {
        const { organisation, user: by } = client;
        const user = findColleague(client, params.extension);
        if (user === undefined) return statusProblem('unknown-user');
        const refused = await statuses.clear({ organisation, user }, { by, version });
        return refused === undefined ? shown(client, user) : statusProblem(refused);
      },
    }),
  ];
}

export const statusProblem = (why: StatusRefusal): Reply =>
  typeof why === 'object'
    ? problem(400, 'bad-time', `until is ${why.right}`)
    : problem(...PROBLEMS[why]);

const PROBLEMS: Readonly<Record<Extract<StatusRefusal, string>, Parameters<typeof problem>>> = {
  'bad-note': [400, 'bad-note', 'a note is at most 280 characters on one line'],
  'colleagues-may-not': [403, 'colleagues-may-not', 'the organisation does not let colleagues'],
  'end-before-start': [400, 'end-before-start', 'the end is after the start'],
  'end-passed': [400, 'end-passed', 'that is over already'],
  'set-meanwhile': [412, 'set-meanwhile', 'another status was set meanwhile: look again'],
  'too-many-entries': [409, 'too-many-entries', 'a calendar may have 200 entries to come'],
  'unknown-activity': [404, 'unknown-activity', 'GET /v1/activities has those there are'],
  'unknown-entry': [404, 'unknown-entry', 'the calendar has no such entry'],
  'unknown-user': [404, 'unknown-extension', 'nobody has that extension'],
};

const NOT_IN_THEIR_NAME = problem(403, 'not-yours', 'a person acts in their own name only');

const STATUS: Answer = { what: 'What holds now', schema: 'PersonStatus' };

const NOBODY: Answer = { what: 'No such person, or no such activity', schema: 'Problem' };

const SET_MEANWHILE: Answer = { what: 'Another was set since the version seen', schema: 'Problem' };
