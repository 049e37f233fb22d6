import type { Line, LineCall, UserId } from '../lines/line.ts';
import type { NumberOwner, User } from '../routing/directory.ts';
import type { CallView, LineView, StatusView } from './schemas.ts';

/** What views are made with, besides the line itself. */
export interface ViewSources {
  readonly people: ReadonlyMap<UserId, NumberOwner>;
  readonly statusOf: (user: UserId) => StatusView | undefined;
}

/** @param personal - whether with whom they speak may be told. */
export function lineView(
  user: User,
  line: Line | undefined,
  personal: boolean,
  { people, statusOf }: ViewSources,
): LineView {
  const status = statusOf(user.id);
  const open = {
    extension: user.extension,
    name: user.name,
    // Somebody added a moment ago has no line yet: nothing of theirs has been seen.
    state: line?.state ?? 'idle',
    reach: line?.reach ?? 'unreachable',
    ...(line?.since === undefined ? {} : { since: line.since }),
    ...(line?.direction === undefined ? {} : { direction: line.direction }),
    ...(status === undefined ? {} : { status }),
    version: line?.version ?? 0,
  };
  return personal ? withCalls(open, line, people) : open;
}

/** The same, with whom they speak. */
export const withCalls = (
  open: LineView,
  line: Line | undefined,
  people: ViewSources['people'],
): LineView => ({ ...open, calls: (line?.calls ?? []).flatMap((call) => callView(call, people)) });

/** A call has the name of its person's oldest leg; one without a leg is over. */
export function callView(
  { legs: [id], state, direction, since, with: party }: LineCall,
  people: ViewSources['people'],
): readonly CallView[] {
  if (id === undefined) return [];
  const colleague = party.user === undefined ? undefined : people.get(party.user);
  const { name, number } = party;
  const extension = colleague?.user.extension;
  const other = { name, number, ...(extension === undefined ? {} : { extension }) };
  return [{ id, state, direction, since, with: other }];
}
