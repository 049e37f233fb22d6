import type { LegEvent, LegId, RegistrationEvent, Snapshot } from '../call/event.ts';
import type { Directory, Organisation, User } from '../routing/directory.ts';
import type { Line, LineCall, LineChange, Lines, UserId } from './line.ts';
import { createLegs, type Legs, type LegsState } from './legs.ts';
import { lineOf, type Person } from './line-of.ts';
import { reachOf } from './reach.ts';

/** A registered account: `100-desk@anka.example`. */
export type AccountName = string;

/** The lines of everybody, kept by whoever hears FreeSWITCH. No clock, no socket: fed, and asked. */
export interface LineKeeper extends Lines {
  note(event: LegEvent | RegistrationEvent): void;
  /** After a gap: what lives in FreeSWITCH now, and what was heard since it was asked. */
  restart(snapshot: Pick<Snapshot, 'legs' | 'bridges'>, meanwhile?: readonly LegEvent[]): void;
  /** Who is registered now, whatever was heard before. */
  registered(accounts: Iterable<AccountName>): void;
  /** The directory has another revision. */
  renew(directory: Directory): void;
  /** Living legs, for status. */
  legs(): number;
  isLive(leg: LegId): boolean;
  liveLegs(): Iterable<LegId>;
  legsState(): LegsState;
  /** The calls they make. */
  calls(): number;
  /** Accounts that are registered. */
  registeredNow(): number;
}

/** @param legs - those of before, where it goes on from elsewhere. */
export function createLines(directory: Directory, legs: Legs = createLegs()): LineKeeper {
  const listeners = new Set<(changed: readonly LineChange[]) => void>();
  let people = peopleOf(directory);
  let accounts = directory.accounts;
  let here = new Set<AccountName>();
  const lines = new Map<UserId, Line>();
  let version = 0;

  const person: Person = (user) => {
    const known = people.get(user)?.user;
    return known && { name: known.name, number: known.extension };
  };

  /** Tells of those among these users whose line is another now. */
  function look(users: Iterable<UserId>): void {
    const changed: LineChange[] = [];
    for (const user of users) {
      const known = people.get(user);
      const before = lines.get(user);
      if (known === undefined) {
        if (before !== undefined) changed.push({ user, line: undefined });
        continue;
      }
      const {
        organisation,
        user: { devices },
      } = known;
      const reach = reachOf(devices, (name) => here.has(`${name}@${organisation.domain}`));
      const after = lineOf(user, legs, person, reach);
      if (before !== undefined && isSame(before, after)) continue;
      changed.push({ user, line: Object.freeze({ ...after, version: version + 1 }) });
    }
    if (changed.length === 0) return;
    version += 1;
    for (const { user, line } of changed) {
      if (line === undefined) lines.delete(user);
      else lines.set(user, line);
    }
    for (const listener of listeners) listener(changed);
  }

  const ownerOf = (account: AccountName): readonly UserId[] => {
    const owner = accounts.get(account);
    return owner === undefined ? [] : [owner.user.id];
  };

  look(people.keys());

  return {
    current: () => lines,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    note(event) {
      if (event.kind !== 'registered' && event.kind !== 'unregistered') {
        look(legs.note(event));
        return;
      }
      const account = `${event.username}@${event.domain}`;
      if (event.kind === 'registered') here.add(account);
      else here.delete(account);
      look(ownerOf(account));
    },
    restart(snapshot, meanwhile = []) {
      const users = [legs.reset(snapshot), ...meanwhile.map((event) => legs.note(event))];
      look(new Set(users.flatMap((each) => [...each])));
    },
    registered(now) {
      const before = here;
      here = new Set(now);
      const other = [...before].filter((account) => !here.has(account));
      const fresh = [...here].filter((account) => !before.has(account));
      look(new Set([...other, ...fresh].flatMap(ownerOf)));
    },
    renew(newest) {
      people = peopleOf(newest);
      accounts = newest.accounts;
      look(new Set([...people.keys(), ...lines.keys()]));
    },
    legs: () => legs.count(),
    isLive: (leg) => legs.get(leg) !== undefined,
    liveLegs: () => legs.ids(),
    legsState: () => legs.state(),
    calls: () => legs.calls(),
    registeredNow: () => here.size,
  };
}

interface Known {
  readonly organisation: Organisation;
  readonly user: User;
}

function peopleOf({ organisations }: Directory): ReadonlyMap<UserId, Known> {
  const people = new Map<UserId, Known>();
  for (const organisation of organisations.values()) {
    for (const user of organisation.users.values()) people.set(user.id, { organisation, user });
  }
  return people;
}

/** All but the version; `since` and `direction` are of the first call. */
const isSame = (before: Line, after: Omit<Line, 'version'>): boolean =>
  before.state === after.state &&
  before.reach === after.reach &&
  before.calls.length === after.calls.length &&
  before.calls.every((call, at) => isSameCall(call, after.calls[at]));

const isSameCall = (one: LineCall, other: LineCall | undefined): boolean =>
  one.state === other?.state &&
  one.direction === other.direction &&
  one.since === other.since &&
  one.peer === other.peer &&
  one.with.name === other.with.name &&
  one.with.number === other.with.number &&
  one.with.user === other.with.user &&
  one.legs.length === other.legs.length &&
  one.legs.every((leg, at) => leg === other.legs[at]);
