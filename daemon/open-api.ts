import { findApiToken, findLiveTokens } from '../common/db/api-tokens.ts';
import type { Db } from '../common/db/open.ts';
import type { Log } from '../common/log.ts';
import type { Clock } from '../common/time.ts';
import type { ExchangeEvent } from './call/event.ts';
import { createStatusControl } from './control/status-control.ts';
import { createCallControl, type FreeSwitchControl } from './control/call-control.ts';
import { callRoutes } from './http/call-routes.ts';
import { happeningsOf, rememberLines } from './http/events/changes.ts';
import type { Happening } from './http/events/event.ts';
import { createEventStreams } from './http/events/streams.ts';
import { calendarRoutes } from './http/calendar-routes.ts';
import { linesFor, lineRoutes } from './http/line-routes.ts';
import { peopleOf } from './http/people.ts';
import type { TokenSource } from './http/authenticate.ts';
import type { Route } from './http/route.ts';
import type { EventFigures, StatusView } from './http/schemas.ts';
import { statusRoutes } from './http/status-routes.ts';
import { lineView, withCalls } from './http/views.ts';
import type { LegId } from './call/event.ts';
import type { LineChange, Lines, UserId } from './lines/line.ts';
import type { Directory, Language } from './routing/directory.ts';
import type { SaidPart } from './routing/plan.ts';
import type { Presence } from './routing/presence.ts';
import type { World } from './routing/world.ts';

export interface ApiDeps {
  readonly db: Db;
  readonly directory: () => Directory;
  readonly world: () => World;
  readonly presence: () => Presence;
  readonly soundOf: (parts: readonly SaidPart[], language: Language) => readonly string[];
  readonly lines: Lines;
  /** The callers' legs of the calls that a person pays for. */
  readonly paidBy: (user: UserId) => readonly LegId[];
  /** What a person has set for now; undefined: available. */
  readonly statusOf: (user: UserId) => StatusView | undefined;
  /** Has what was written hold for calls, and be told. */
  readonly renewPresence: () => Promise<unknown>;
  readonly control: () => FreeSwitchControl | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly heartbeatMs?: number;
}

/** What clients of this daemon's API may ask, and what they are told without asking. */
export interface ClientApi {
  readonly routes: readonly Route[];
  readonly tokens: TokenSource;
  note(event: ExchangeEvent): void;
  /** Somebody's status is another now. */
  statusChanged(user: UserId): void;
  /** Whether somebody reads of what happens. */
  isHeard(): boolean;
  figures(): EventFigures;
  close(): void;
}

export function openApi(deps: ApiDeps): ClientApi {
  const { db, directory, lines, statusOf, heartbeatMs } = deps;
  const streams = createEventStreams({
    linesFor: (client) => linesFor(client, deps),
    liveTokens: (ids) => findLiveTokens(db, ids),
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
  });
  const sources = () => ({ people: peopleOf(directory()), statusOf });

  /** Each organisation is told of its own people in one go. */
  function publish(happenings: readonly Happening[]): void {
    const { people } = sources();
    const byOrganisation = new Map<string, Happening[]>();
    for (const happening of happenings) {
      const id = people.get(happening.user)?.organisation.id;
      if (id === undefined) continue;
      byOrganisation.set(id, [...(byOrganisation.get(id) ?? []), happening]);
    }
    for (const [id, some] of byOrganisation) streams.publish(id, some);
  }

  const remembered = rememberLines(lines.current());
  const forget = lines.onChange((changed: readonly LineChange[]) => {
    const told = sources();
    publish(
      changed.flatMap((change) => {
        const before = remembered.replace(change);
        const of = told.people.get(change.user)?.organisation.id;
        // A dozen times in a call, and most of the time somebody listens to few organisations or none.
        return of === undefined || !streams.isKept(of) ? [] : happeningsOf(change, before, told);
      }),
    );
  });

  const calls = createCallControl(deps);
  const statuses = createStatusControl({ ...deps, renew: deps.renewPresence });
  return {
    routes: [
      ...lineRoutes({ directory, lines, statusOf, streams }),
      ...callRoutes({ calls, lines }),
      ...statusRoutes(statuses),
      ...calendarRoutes(statuses),
    ],
    tokens: { directory, findToken: (id) => findToken(db, id) },
    note(event) {
      const happening = readHappening(event, directory());
      if (happening !== undefined) publish([happening]);
    },
    statusChanged(user) {
      const owner = sources().people.get(user);
      if (owner === undefined) return;
      const line = lines.current().get(user);
      const open = lineView(owner.user, line, false, sources());
      const personal = withCalls(open, line, sources().people);
      publish([{ event: 'status', user, open, personal }]);
    },
    isHeard: () => streams.isHeard(),
    figures: () => streams.figures(),
    close() {
      forget();
      streams.close();
    },
  };
}

async function findToken(db: Db, id: string) {
  const token = await findApiToken(db, id);
  if (token === undefined) return undefined;
  const { organisationId, holder, scopes, hash } = token;
  const of = holder.kind === 'user' ? holder : undefined;
  const [userId, extension] = [of?.userId, of?.extension];
  return { id, organisationId, userId, extension, scopes, hash };
}

/** What streams tell of besides lines. A message is for its mailbox's owner, and for who may see personal things. */
function readHappening(event: ExchangeEvent, directory: Directory): Happening | undefined {
  switch (event.kind) {
    case 'registered':
    case 'unregistered': {
      const account = directory.accounts.get(`${event.username}@${event.domain}`);
      if (account === undefined) return undefined;
      const { user, device } = account;
      const { id, kind, label } = device;
      const about = {
        extension: user.extension,
        device: { id, kind, label },
        registered: event.kind === 'registered',
      };
      const personal = { ...about, address: event.ip, agent: event.userAgent };
      return { event: 'registration', user: user.id, open: about, personal };
    }
    case 'messages-waiting': {
      if (event.tells !== 'all') return undefined;
      const users = directory.organisations.get(event.domain)?.users ?? new Map<string, never>();
      const user = [...users.values()].find(({ extension }) => extension === event.user);
      if (user === undefined) return undefined;
      const personal = { extension: user.extension, fresh: event.fresh, old: event.old };
      return { event: 'message', user: user.id, open: undefined, personal };
    }
    default:
      return undefined;
  }
}
