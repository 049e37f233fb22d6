import { type ActivityRecord, findActivity, listActivities } from '../../common/db/activities.ts';
import type { Db } from '../../common/db/open.ts';
import { readSetting } from '../../common/db/settings.ts';
import { setCalendarEntry } from '../../common/db/calendar-entries.ts';
import { listStatusPlans, removeStatusPlan } from '../../common/db/status-plans.ts';
import {
  clearStatus,
  setStatus,
  type SetStatus,
  type WhoseStatus,
} from '../../common/db/statuses.ts';
import { type Clock, type EpochMs, epochMs } from '../../common/time.ts';
import { defaultEnd } from '../calendar/default-end.ts';
import { FARTHEST_MS, readUntil } from '../calendar/read-until.ts';
import type { EntryView, PersonStatusView } from '../http/schemas.ts';
import { personStatusView, shownActivity } from '../presence/person-status.ts';
import type { ActivityId } from '../routing/activity.ts';
import type { NumberOwner, Organisation, User } from '../routing/directory.ts';
import { presentStatus } from '../routing/present-status.ts';
import type { Presence } from '../routing/presence.ts';

export interface StatusControlDeps {
  readonly db: Db;
  readonly presence: () => Presence;
  /** Has what was written hold for calls, and be told to everybody who shows it. */
  readonly renew: () => Promise<unknown>;
  readonly clock: Clock;
}

/** What a client wants somebody to be doing, in the words of `vaxel activity set`. */
export interface StatusWish {
  readonly activity: string;
  /** Undefined: as long as the activity usually lasts. */
  readonly until?: string | number | undefined;
  readonly note?: string | undefined;
}

/** Who wants it. */
export interface Setter {
  /** Undefined: a service, for the person. */
  readonly by: User | undefined;
  /** What was seen; undefined: whatever holds now. */
  readonly version: number | undefined;
}

/** What an entry of a calendar says. */
export interface EntryWish {
  readonly activity: string;
  readonly from: number;
  readonly until: number;
  readonly note?: string | undefined;
}

export type StatusRefusal =
  | 'bad-note'
  | 'colleagues-may-not'
  | 'end-before-start'
  | 'end-passed'
  | 'set-meanwhile'
  | 'too-many-entries'
  | 'unknown-activity'
  | 'unknown-entry'
  | 'unknown-user'
  /** An end that is none, and what would have been right. */
  | { readonly right: string };

/** What clients do with statuses. Whatever is written holds for calls when its promise is fulfilled. */
export interface StatusControl {
  /** @param own - the person asks for himself, and is told what is private. */
  view(owner: NumberOwner, own: boolean): PersonStatusView;
  /** What a person, or anybody, may choose from. */
  activities(organisation: Organisation, user?: User): Promise<readonly ActivityRecord[]>;
  set(owner: NumberOwner, wish: StatusWish, setter: Setter): Promise<StatusRefusal | undefined>;
  /** Makes the person available. */
  clear(owner: NumberOwner, setter: Setter): Promise<StatusRefusal | undefined>;
  entries(owner: NumberOwner, own: boolean): Promise<readonly EntryView[]>;
  setEntry(owner: NumberOwner, entry: string, wish: EntryWish): Promise<StatusRefusal | undefined>;
  removeEntry(owner: NumberOwner, entry: string): Promise<StatusRefusal | undefined>;
}

export function createStatusControl(deps: StatusControlDeps): StatusControl {
  const { db, presence, renew, clock } = deps;

  async function written(result: SetStatus): Promise<StatusRefusal | undefined> {
    if (result.kind === 'refused') return result.why;
    await renew();
    return undefined;
  }

  return {
    view(owner, own) {
      const { user, organisation } = owner;
      const all = presence();
      const status = presentStatus(user, organisation, all, clock());
      return personStatusView(owner, status, all.statuses.get(user.id)?.version ?? 0, own);
    },
    activities: ({ id }, user) => listActivities(db, id, user?.id),
    async set(owner, { activity: name, until, note }, { by, version }) {
      const now = clock();
      const source = await sourceOf(db, owner, by);
      if (source === undefined) return 'colleagues-may-not';
      const whose = { ...whoseOf(owner), ...source, version };
      const activity = await findActivity(db, whose, name);
      if (activity === undefined) return 'unknown-activity';
      const endsAt = endOf(owner, until, activity, now);
      if (typeof endsAt === 'object') return endsAt;
      return written(await setStatus(db, { ...whose, activityId: activity.id, note, endsAt }, now));
    },
    async clear(owner, { by, version }) {
      const source = await sourceOf(db, owner, by);
      if (source === undefined) return 'colleagues-may-not';
      return written(await clearStatus(db, { ...whoseOf(owner), ...source, version }, clock()));
    },
    async entries(owner, own) {
      const plans = await listStatusPlans(db, owner.user.id);
      return plans.flatMap(({ entry, activityId, note, startsAt, endsAt }): EntryView[] => {
        const activity = owner.organisation.activities.get(activityId as ActivityId);
        if (entry === undefined || activity === undefined) return [];
        const said = note === '' ? {} : { note };
        const shown = shownActivity(activity, owner, own);
        return [{ entry, ...shown, ...said, from: startsAt, until: endsAt }];
      });
    },
    async setEntry(owner, entry, { activity: name, from, until, note }) {
      const whose = whoseOf(owner);
      const activity = await findActivity(db, whose, name);
      if (activity === undefined) return 'unknown-activity';
      const now = clock();
      if (isTooFar(until, now)) return TOO_FAR;
      const times = { startsAt: epochMs(from), endsAt: epochMs(until) };
      const said = { ...whose, ...times, activityId: activity.id, note, entry };
      const refused = await setCalendarEntry(db, said, now);
      if (refused === undefined) await renew();
      return refused;
    },
    async removeEntry({ user }, entry) {
      const removed = await removeStatusPlan(db, { user_id: user.id, entry });
      if (removed === undefined) return 'unknown-entry';
      await renew();
      return undefined;
    },
  };
}

const whoseOf = ({ organisation, user }: NumberOwner) => ({
  organisationId: organisation.id,
  userId: user.id,
});

/** As it was said, else as long as the activity lasts. */
function endOf(
  { organisation: { zone }, user }: NumberOwner,
  until: string | number | undefined,
  { length, endsAs }: ActivityRecord,
  now: EpochMs,
): EpochMs | undefined | { readonly right: string } {
  if (typeof until === 'number') return isTooFar(until, now) ? TOO_FAR : epochMs(until);
  if (until === undefined) return defaultEnd(length, now, zone, user.hours);
  const read = readUntil(until, now, zone, endsAs);
  return read.kind === 'until' ? read.end : read;
}

const isTooFar = (moment: number, now: EpochMs): boolean => moment > now + FARTHEST_MS;

const TOO_FAR = { right: 'a moment within five years' };

/** @returns undefined where it is a colleague, and the organisation does not let colleagues. */
async function sourceOf(
  db: Db,
  { organisation, user }: NumberOwner,
  by: User | undefined,
): Promise<Pick<WhoseStatus, 'source' | 'setBy'> | undefined> {
  if (by === undefined || by.id === user.id) return { source: 'app' };
  return (await readSetting(db, organisation.id, 'colleagues-set')) === 'yes'
    ? { source: 'colleague', setBy: by.extension }
    : undefined;
}
