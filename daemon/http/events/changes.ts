import type { Line, LineCall, LineChange, UserId } from '../../lines/line.ts';
import type { NumberOwner } from '../../routing/directory.ts';
import { callView, lineView, type ViewSources, withCalls } from '../views.ts';
import type { Happening } from './event.ts';

/** What an organisation's readers are told of lines that have changed. */
export function happeningsOf(
  { user, line }: LineChange,
  before: Line | undefined,
  sources: ViewSources,
): readonly Happening[] {
  const owner = sources.people.get(user);
  if (owner === undefined) return [];
  const open = lineView(owner.user, line, false, sources);
  const personal = withCalls(open, line, sources.people);
  const told: Happening = { event: 'line', user, open, personal };
  return [told, ...callsChanged(owner, before?.calls ?? [], line?.calls ?? [], sources)];
}

/** A call that came, went on otherwise, or is over: for its person, and for who may see personal things. */
function callsChanged(
  { user: { id: user, extension } }: NumberOwner,
  before: readonly LineCall[],
  now: readonly LineCall[],
  { people }: ViewSources,
): readonly Happening[] {
  const about = (personal: object): Happening => ({
    event: 'call',
    user,
    open: undefined,
    personal: { extension, ...personal },
  });
  const over = before.filter((call) => !now.some((other) => isSame(call, other)));
  const changed = now.filter((call) => !before.some((other) => isUnchanged(other, call)));
  return [
    ...over
      .flatMap((call) => callView(call, people))
      .map(({ id }) => about({ id, state: 'ended' })),
    ...changed.flatMap((call) => {
      const was = before.find((other) => isSame(call, other))?.legs[0];
      return callView(call, people).map((view) =>
        about({ ...view, ...(was === undefined || was === view.id ? {} : { was }) }),
      );
    }),
  ];
}

/** Another telephone may have taken it over: then it is the same other side. */
const isSame = (one: LineCall, other: LineCall): boolean =>
  one.legs.some((leg) => other.legs.includes(leg)) ||
  (one.peer !== undefined && one.peer === other.peer);

const isUnchanged = (one: LineCall, other: LineCall): boolean =>
  one.legs[0] === other.legs[0] &&
  one.state === other.state &&
  one.with.number === other.with.number &&
  one.with.name === other.with.name;

/** The line that each person had when it was last told of: the store itself shows only the present. */
export function rememberLines(current: ReadonlyMap<UserId, Line>): {
  replace(change: LineChange): Line | undefined;
} {
  const known = new Map(current);
  return {
    replace({ user, line }) {
      const before = known.get(user);
      if (line === undefined) known.delete(user);
      else known.set(user, line);
      return before;
    },
  };
}
