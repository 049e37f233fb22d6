import type { ChargedKind } from '../../common/destination-class.ts';
import type { Reach } from '../../common/outside-reach.ts';
import type { Seconds } from '../../common/time.ts';
import type { ShownNumber } from '../../common/shown-number.ts';
import type { ActivityId } from './activity.ts';
import type { Destination } from './presence.ts';

/** What a person has decided once and for all about the calls to them. */
export interface Rules {
  /** While on the phone, on whichever device. */
  readonly busy: BusyRule;
  /** Calls at once, the new one included, that devices ring for under `ring`. */
  readonly callsAtOnce: number;
  /** What a blocked caller meets. */
  readonly blocked: BlockedRule;
  readonly vipThroughBusy: boolean;
  readonly vipThroughForward: boolean;
  /** Colleagues ring through a closed activity. */
  readonly colleaguesThrough: boolean;
  /** What devices show first; each device may differ. */
  readonly shows: Showing;
  /** What a call to the public network, or to another organisation, shows of the person. */
  readonly shownNumber: ShownNumber;
  /** Which calls to the public network the person may make, and have sent on there. */
  readonly callsOut: CallsOut;
  /** What a caller may choose after the referral, by digit. */
  readonly choices: ReadonlyMap<string, Choice>;
  /** When each device begins to ring: by activity, `undefined` for every other one. None: all at once. */
  readonly ringPlans: ReadonlyMap<ActivityId | undefined, readonly RingStep[]>;
}

export type BusyRule = 'ring' | 'busy' | 'spoken' | 'forward' | 'voicemail';

/** `voicemail`: the message is kept where no lamp and no one is told of it. */
export type BlockedRule = 'busy' | 'spoken' | 'silence' | 'voicemail';

export type Showing = 'name' | 'number';

export interface CallsOut {
  readonly reach: Reach;
  /** The same, outside working hours; who has no hours is never outside them. */
  readonly offHours: Reach;
  /** Premium numbers, directory enquiries and satellites as well. */
  readonly premium: boolean;
  /** Undefined: as many as the organisation may. */
  readonly atOnce: number | undefined;
  readonly anHour: CallsAnHour;
}

/** How many calls of each class may begin within an hour. Undefined: as many as nothing else forbids. */
export type CallsAnHour = Readonly<Record<ChargedKind, number | undefined>>;

export interface RingStep {
  readonly device: string;
  readonly after: Seconds;
}

export type Choice =
  | Exclude<Destination, { kind: 'voicemail' }>
  | { readonly kind: 'message' }
  | { readonly kind: 'switchboard' }
  /** The person's own mobile. */
  | { readonly kind: 'mobile' }
  /** To be called when the person is back. */
  | { readonly kind: 'recall' };

/** Of somebody who has decided nothing. */
export const USUAL_RULES: Rules = {
  busy: 'ring',
  callsAtOnce: 2,
  blocked: 'busy',
  vipThroughBusy: false,
  vipThroughForward: false,
  colleaguesThrough: false,
  shows: 'name',
  shownNumber: 'own',
  callsOut: {
    reach: 'anywhere',
    offHours: 'anywhere',
    premium: false,
    atOnce: 10,
    anHour: { domestic: 100, abroad: 20, premium: 5 },
  },
  choices: new Map(),
  ringPlans: new Map(),
};
