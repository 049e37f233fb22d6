import type { Extension } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import { type Activities, type Activity, availableOf } from './activity.ts';
import type { Organisation, User } from './directory.ts';
import type { Presence, Status, StatusSource } from './presence.ts';

/** What holds for a person at one moment. */
export interface PresentStatus {
  readonly activity: Activity;
  readonly note: string;
  /** Undefined where nothing was ever set. */
  readonly startedAt: EpochMs | undefined;
  /** Undefined: until somebody changes it, or until `next`. */
  readonly endsAt: EpochMs | undefined;
  /** Undefined where nothing holds but the standard: available. */
  readonly source: StatusSource | undefined;
  /** The colleague who set it. */
  readonly setBy: Extension | undefined;
  /** What comes after it, if nobody does anything. */
  readonly next: NextStatus | undefined;
}

export interface NextStatus {
  readonly at: EpochMs;
  readonly activity: Activity;
}

/**
 * What holds for a person now: what was set and has not ended, else what was
 * planned for now, else available. An end that has passed is one, whether or
 * not anybody was there to notice.
 */
export function presentStatus(
  user: Pick<User, 'id'>,
  organisation: Pick<Organisation, 'activities'>,
  presence: Presence,
  now: EpochMs,
): PresentStatus {
  const { activities } = organisation;
  const status = presence.statuses.get(user.id);
  const activity = status && activities.get(status.activity);
  if (status === undefined || activity === undefined || hasEnded(status, now)) {
    return standard(activities);
  }
  const { note, startedAt, endsAt, source, setBy } = status;
  const next = endsAt === undefined ? undefined : { at: endsAt, activity: availableOf(activities) };
  return { activity, note, startedAt, endsAt, source, setBy, next };
}

const hasEnded = ({ endsAt }: Status, now: EpochMs): boolean =>
  endsAt !== undefined && endsAt <= now;

const standard = (activities: Activities): PresentStatus => ({
  activity: availableOf(activities),
  note: '',
  startedAt: undefined,
  endsAt: undefined,
  source: undefined,
  setBy: undefined,
  next: undefined,
});
