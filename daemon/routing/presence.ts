import type { E164, Extension } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import type { ActivityId } from './activity.ts';

/**
 * What people have set for now: it changes many times a day, so it is read
 * apart from the directory and only where it has moved.
 */
export interface Presence {
  readonly revision: number;
  /** By user id. Who is not in it is available. */
  readonly statuses: ReadonlyMap<string, Status>;
  /** By user id. */
  readonly forwards: ReadonlyMap<string, Forwards>;
  /** By user id: what is to come. */
  readonly plans: ReadonlyMap<string, readonly PlannedStatus[]>;
}

/** As it was set: whether it still holds is a question of the time. */
export interface Status {
  readonly activity: ActivityId;
  readonly note: string;
  readonly startedAt: EpochMs;
  /** Undefined: until somebody changes it. */
  readonly endsAt: EpochMs | undefined;
  readonly source: StatusSource;
  /** The colleague who set it. */
  readonly setBy: Extension | undefined;
  /** Grows with every change of this person's status. */
  readonly version: number;
}

/** A status to come: once, or again and again at the same time by the clock of the organisation. */
export interface PlannedStatus {
  readonly id: string;
  readonly activity: ActivityId;
  readonly note: string;
  /** Of the first. */
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  /** `workdays`: those of the person, red days left out. */
  readonly repeats: Repetition;
  /** Nothing begins at this moment or after it. */
  readonly repeatsUntil: EpochMs | undefined;
  /** Who says so: a calendar, or somebody who planned it. */
  readonly source: 'calendar' | 'schedule';
}

export type Repetition = 'never' | 'daily' | 'weekly' | 'workdays';

export type StatusSource =
  'app' | 'code' | 'phone' | 'calendar' | 'colleague' | 'schedule' | 'menu' | 'admin';

/** Why a call is sent on. */
export type ForwardReason = 'always' | 'busy' | 'no-answer' | 'unreachable';

export type Forwards = Readonly<Partial<Record<ForwardReason, Forward>>>;

/** Only those that are on. */
export interface Forward {
  readonly to: Destination;
  readonly endsAt: EpochMs | undefined;
  readonly source: StatusSource;
  readonly setAt: EpochMs;
}

/** Where a call can be sent instead of to the devices of the person who was called. */
export type Destination =
  | { readonly kind: 'extension'; readonly extension: Extension }
  | { readonly kind: 'number'; readonly number: E164 }
  /** Of the person who forwards. */
  | { readonly kind: 'voicemail' };

export const NOBODY_AWAY: Presence = {
  revision: 0,
  statuses: new Map(),
  forwards: new Map(),
  plans: new Map(),
};
