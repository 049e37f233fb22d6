import type { Extension } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import { type Activities, type Activity, availableOf } from './activity.ts';
import type { Organisation, User } from './directory.ts';
import { type Calendar, nextOccurrence, type Occurrence, occurrenceAt } from './planned-status.ts';
import type { PlannedStatus, Presence, Status, StatusSource } from './presence.ts';

/** What holds for a person at one moment, and what comes after it. */
export interface PresentStatus extends StatusNow {
  /** If nobody does anything. */
  readonly next: NextStatus | undefined;
}

export interface StatusNow {
  readonly activity: Activity;
  readonly note: string;
  /** Undefined where nothing was ever set. */
  readonly startedAt: EpochMs | undefined;
  /** Undefined: until somebody changes it, or until what comes next. */
  readonly endsAt: EpochMs | undefined;
  /** Undefined where nothing holds but the standard: available. */
  readonly source: StatusSource | undefined;
  /** The colleague who set it. */
  readonly setBy: Extension | undefined;
}

export interface NextStatus {
  readonly at: EpochMs;
  readonly activity: Activity;
}

/**
 * What holds for a person now: what was set and has not ended, else what a
 * calendar says, else what was planned for now, else available. An end that has passed is one, whether or
 * not anybody was there to notice.
 *
 * Who sets himself available for no certain time is rid of the plan of the
 * moment, not of those to come.
 */
export const statusNow = (
  user: Whose,
  organisation: Where,
  presence: Presence,
  now: EpochMs,
): StatusNow => holdingAt(knownOf(user, organisation, presence), now);

export function presentStatus(
  user: Whose,
  organisation: Where,
  presence: Presence,
  now: EpochMs,
): PresentStatus {
  const known = knownOf(user, organisation, presence);
  const present = holdingAt(known, now);
  const at = nextChange(known, present, now);
  const next = at === undefined ? undefined : { at, activity: holdingAt(known, at).activity };
  return { ...present, next };
}

type Whose = Pick<User, 'id' | 'hours'>;
type Where = Pick<Organisation, 'activities' | 'zone'>;

const knownOf = (
  { id, hours }: Whose,
  { activities, zone }: Where,
  { statuses, plans }: Presence,
): Known => ({
  activities,
  calendar: { zone, hours },
  status: statuses.get(id),
  plans: plans.get(id) ?? [],
});

interface Known {
  readonly activities: Activities;
  readonly calendar: Calendar;
  readonly status: Status | undefined;
  readonly plans: readonly PlannedStatus[];
}

function holdingAt(known: Known, at: EpochMs): StatusNow {
  const set = setAt(known, at);
  if (set !== undefined && !set.givesWay) return set.holding;
  // What was set after a plan began is the later word.
  const planned = plannedAt(known, at, set?.at ?? -Infinity);
  const activity = planned && known.activities.get(planned.plan.activity);
  if (planned === undefined || activity === undefined) {
    return set?.holding ?? standard(known.activities);
  }
  return {
    activity,
    note: planned.plan.note,
    startedAt: planned.startsAt,
    endsAt: planned.endsAt,
    source: planned.plan.source,
    setBy: undefined,
  };
}

/** What was set, while it lasts. */
function setAt({ status, activities }: Known, at: EpochMs) {
  const activity = status && activities.get(status.activity);
  if (status === undefined || activity === undefined) return undefined;
  const { note, startedAt, endsAt, source, setBy } = status;
  if (endsAt !== undefined && endsAt <= at) return undefined;
  const holding: StatusNow = { activity, note, startedAt, endsAt, source, setBy };
  return { holding, at: startedAt, givesWay: activity.key === 'available' && endsAt === undefined };
}

/** A calendar goes before what was planned by hand; of several of one kind the one that began last holds. */
function plannedAt({ plans, calendar }: Known, at: EpochMs, since: number): Occurrence | undefined {
  return plans
    .flatMap((plan) => occurrenceAt(plan, at, calendar) ?? [])
    .filter(({ startsAt }) => startsAt > since)
    .reduce<Occurrence | undefined>(
      (first, each) => (first === undefined || goesBefore(each, first) ? each : first),
      undefined,
    );
}

const goesBefore = (one: Occurrence, other: Occurrence): boolean =>
  one.plan.source === other.plan.source
    ? one.startsAt > other.startsAt
    : one.plan.source === 'calendar';

/** When something else may hold, if nobody does anything. */
function nextChange(known: Known, present: StatusNow, now: EpochMs): EpochMs | undefined {
  const set = setAt(known, now);
  if (set !== undefined && !set.givesWay) return present.endsAt;
  let at = nextMoment(known, present, now);
  // What begins meanwhile and goes after what holds changes nothing yet.
  for (let tries = 0; tries < TRIES && at !== undefined; tries++) {
    const then = holdingAt(known, at);
    if (then.activity !== present.activity || then.startedAt !== present.startedAt) return at;
    at = nextMoment(known, present, at);
  }
  return at;
}

function nextMoment(
  { plans, calendar }: Known,
  { endsAt }: StatusNow,
  after: EpochMs,
): EpochMs | undefined {
  const starts = plans.flatMap((plan) => nextOccurrence(plan, after, calendar)?.startsAt ?? []);
  const ends = endsAt === undefined || endsAt <= after ? [] : [endsAt];
  return [...starts, ...ends].reduce<EpochMs | undefined>(
    (soonest, each) => (soonest === undefined || each < soonest ? each : soonest),
    undefined,
  );
}

/** More than begin in the course of one. */
const TRIES = 20;

const standard = (activities: Activities): StatusNow => ({
  activity: availableOf(activities),
  note: '',
  startedAt: undefined,
  endsAt: undefined,
  source: undefined,
  setBy: undefined,
});
