import { readExtension } from '../common/phone-number.ts';
import type { EpochMs } from '../common/time.ts';
import { momentOf, localTime } from '../daemon/calendar/local-time.ts';
import type { Activity } from '../daemon/routing/activity.ts';
import type { Organisation, User } from '../daemon/routing/directory.ts';
import type { Status } from '../daemon/routing/presence.ts';
import type { World } from '../daemon/routing/world.ts';
import { type Refused, refused } from './command.ts';
import { readDate } from './route-day.ts';

/** What is to be taken for true while one call is tried. */
export interface Supposed {
  readonly at: EpochMs;
  readonly set: readonly { readonly user: User; readonly activity: Activity }[];
  /** Ids of devices that are off. */
  readonly down: ReadonlySet<string>;
}

export function readSupposed(
  values: ReadonlyMap<string, string>,
  lists: ReadonlyMap<string, readonly string[]>,
  organisation: Organisation,
  now: EpochMs,
): Supposed | Refused {
  const at = readMoment(values.get('at'), organisation.zone, now);
  if (typeof at !== 'number') return at;
  const set = [];
  for (const text of lists.get('set') ?? []) {
    const [extension = '', name = ''] = text.split('=');
    const known = readExtension(extension);
    const user = known && organisation.users.get(known);
    const activity = findActivity(name, organisation, user);
    if (user === undefined) return refused('unknown-user', `nobody has extension ${extension}`);
    if (activity === undefined) {
      return refused('unknown-activity', `there is no activity ${name}; give its name or number`);
    }
    set.push({ user, activity });
  }
  const down = new Set<string>();
  for (const text of lists.get('down') ?? []) {
    const devices = [...organisation.users.values()].flatMap((user) => user.devices);
    const found = devices.filter(({ id, label }) => id === text || label === text);
    if (found.length === 0) return refused('unknown-device', `there is no device ${text}`);
    for (const { id } of found) down.add(id);
  }
  return { at, set, down };
}

/** The world with that in it; nothing is written anywhere. */
export function suppose(world: World, organisation: Organisation, supposed: Supposed): World {
  const { set, down, at } = supposed;
  const statuses = new Map(world.presence.statuses);
  for (const { user, activity } of set) statuses.set(user.id, statusOf(activity, at));
  return {
    ...world,
    directory: down.size === 0 ? world.directory : without(world, organisation, down),
    presence: { ...world.presence, statuses },
  };
}

const statusOf = ({ id }: Activity, at: EpochMs): Status => ({
  activity: id,
  note: '',
  startedAt: at,
  endsAt: undefined,
  source: 'admin',
  setBy: undefined,
  version: 0,
});

function without(
  { directory }: World,
  organisation: Organisation,
  down: ReadonlySet<string>,
): World['directory'] {
  const users = new Map(
    [...organisation.users].map(([extension, user]) => [
      extension,
      { ...user, devices: user.devices.filter(({ id }) => !down.has(id)) },
    ]),
  );
  const changed = { ...organisation, users };
  const personOf = (user: User) => users.get(user.extension) ?? user;
  const here = (owner: { readonly organisation: Organisation }) =>
    owner.organisation.id === organisation.id;
  return {
    ...directory,
    organisations: new Map([...directory.organisations, [organisation.domain, changed]]),
    numbers: new Map(
      [...directory.numbers].map(([number, owner]) => [
        number,
        here(owner) ? { organisation: changed, user: personOf(owner.user) } : owner,
      ]),
    ),
    accounts: new Map(
      [...directory.accounts].map(([account, owner]) => [
        account,
        here(owner) ? { ...owner, organisation: changed, user: personOf(owner.user) } : owner,
      ]),
    ),
  };
}

function findActivity(
  name: string,
  { activities }: Organisation,
  user: User | undefined,
): Activity | undefined {
  const wanted = name.toLowerCase();
  return [...activities.values()]
    .filter(({ isRemoved, ownedBy }) => !isRemoved && (ownedBy ?? user?.id) === user?.id)
    .find(
      ({ key, position, names }) =>
        key === wanted ||
        String(position) === wanted ||
        names.sv.toLowerCase() === wanted ||
        names.en.toLowerCase() === wanted,
    );
}

/** `13:30` today, or `2026-12-24T13:30`, by the organisation's clock. */
function readMoment(text: string | undefined, zone: string, now: EpochMs): EpochMs | Refused {
  if (text === undefined) return now;
  const [, date, hour = '', minute = ''] = MOMENT.exec(text) ?? [];
  const minutes = Number(hour) * 60 + Number(minute);
  if (hour === '' || minutes >= 1440 || Number(minute) > 59) return badTime(text);
  if (date === undefined) return momentOf(localTime(now, zone).day, minutes, zone);
  const day = readDate(date, zone);
  return 'kind' in day ? day : momentOf(day.day, minutes, zone);
}

const MOMENT = /^(?:(\d{4}-\d{2}-\d{2})[T ])?(\d{1,2}):(\d{2})$/;

const badTime = (text: string): Refused =>
  refused('bad-time', `${text} is no time: write it as 13:30 or 2026-12-24T13:30`);
