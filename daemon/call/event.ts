import type { Brand } from '../../common/brand.ts';
import type { EpochMs, Seconds } from '../../common/time.ts';
import type { Lamp } from './lamp.ts';
import type { Owner } from './owner.ts';

/** FreeSWITCH's `Unique-ID` of one channel (one leg of a call). */
export type LegId = Brand<string, 'LegId'>;

/** What the legs of one call share: the id of the leg that began it. */
export type CallId = Brand<string, 'CallId'>;

/**
 * What happened in the exchange, in our words.
 *
 * `daemon/esl/adapter.ts` is the only producer, and a FreeSWITCH header name
 * appears nowhere past it. Legs are the truth: a user's line is a function of
 * his live legs, and `bridged` and `unbridged` only say who hears whom.
 */
export type ExchangeEvent =
  | LegEvent
  | RegistrationEvent
  | PasswordRefused
  | GatewayEvent
  | MailboxEvent
  | FeatureKeyEvent
  | FeatureKeyOwner
  | LampAsked
  | ParkingChanged
  | SwitchEvent;

export type LegEvent =
  | ({ readonly kind: 'leg-started' } & LegFacts)
  /** `media` where the other side sends its own ringing or an announcement before the answer. */
  | ({ readonly kind: 'leg-ringing'; readonly media: boolean } & LegFacts)
  | ({ readonly kind: 'leg-answered' } & LegFacts)
  | ({ readonly kind: 'leg-held' } & LegFacts)
  | ({ readonly kind: 'leg-resumed' } & LegFacts)
  | ({ readonly kind: 'leg-bridged' | 'leg-unbridged'; readonly with: LegId } & LegFacts)
  | ({ readonly kind: 'leg-ended'; readonly cause: HangupCause } & LegFacts);

/** What is known of a leg at one moment. */
export interface LegFacts {
  readonly leg: LegId;
  readonly call: CallId;
  /** When it happened, by FreeSWITCH's clock. */
  readonly at: EpochMs;
  /** `in`: it came to the exchange; `out`: the exchange dialled it. */
  readonly direction: 'in' | 'out';
  readonly from: { readonly name: string; readonly number: string };
  readonly dialled: string;
  readonly startedAt: EpochMs | undefined;
  readonly answeredAt: EpochMs | undefined;
  /** Whose leg it is; undefined for the legs of trunks. */
  readonly owner: Owner | undefined;
  /** What else we wrote on the leg when we made it (`vx_…`), by its name without the prefix. */
  readonly markers: Readonly<Record<string, string>>;
}

/**
 * Why a leg ended. The causes we decide on; the rest are `other`.
 *
 * Source: ITU-T Q.850 table 1 and FreeSWITCH's additions, by its names
 * (`switch_types.h`, `switch_call_cause_t`).
 */
export type HangupCause =
  | 'ALLOTTED_TIMEOUT'
  | 'ATTENDED_TRANSFER'
  | 'BLIND_TRANSFER'
  | 'CALL_REJECTED'
  | 'LOSE_RACE'
  | 'NORMAL_CLEARING'
  | 'NO_ANSWER'
  | 'NO_USER_RESPONSE'
  | 'ORIGINATOR_CANCEL'
  | 'PICKED_OFF'
  | 'UNALLOCATED_NUMBER'
  | 'USER_BUSY'
  | 'USER_NOT_REGISTERED'
  | 'other';

export type RegistrationEvent =
  | ({ readonly kind: 'registered' } & Registration)
  | ({ readonly kind: 'unregistered'; readonly why: 'asked' | 'expired' } & Registration);

export interface Registration {
  readonly at: EpochMs;
  readonly username: string;
  /** Lower case. */
  readonly domain: string;
  /** As FreeSWITCH keeps it: a name, or a SIP URI. */
  readonly contact: string;
  readonly userAgent: string;
  readonly ip: string;
  /** How long it is valid; 0 where it is over. */
  readonly expires: Seconds;
}

/** Somebody showed a wrong password, or one for an account that does not exist: to register, or to call. */
export interface PasswordRefused {
  readonly kind: 'password-refused';
  readonly at: EpochMs;
}

export interface GatewayEvent {
  readonly kind: 'gateway';
  readonly at: EpochMs;
  readonly gateway: string;
  readonly state: GatewayState;
}

/** Source: FreeSWITCH `mod_sofia.c`, `sofia_state_names`. */
export type GatewayState =
  'DOWN' | 'EXPIRED' | 'FAILED' | 'FAIL_WAIT' | 'NOREG' | 'REGED' | 'other';

export type MailboxEvent =
  | ({
      readonly kind: 'messages-waiting';
      readonly fresh: number;
      readonly old: number;
      /** One phone that has just registered or subscribed is answered, or all hear of a change. */
      readonly tells: 'all' | 'one-registered' | 'one-subscribed';
    } & Mailbox)
  | ({
      readonly kind: 'message-left';
      readonly message: string;
      readonly length: Seconds;
      readonly from: { readonly name: string; readonly number: string };
    } & Mailbox)
  | ({
      readonly kind: 'mailbox-login';
      readonly leg: LegId;
      readonly success: boolean;
      /** Called from the owner's own device: no PIN was asked for. */
      readonly waived: boolean;
    } & Mailbox)
  /** Whatever else was done to a mailbox, by FreeSWITCH's own name: `change-greeting`. */
  | ({ readonly kind: 'mailbox-changed'; readonly what: string } & Mailbox);

export interface Mailbox {
  readonly at: EpochMs;
  readonly user: string;
  /** Lower case. */
  readonly domain: string;
}

/** A phone asks how its feature keys stand, or one of them was pressed (as-feature-event). */
export interface FeatureKeyEvent {
  readonly kind: 'feature-key';
  readonly at: EpochMs;
  readonly username: string;
  /** Lower case. */
  readonly domain: string;
  /** Names the subscription that is to be answered. */
  readonly subscription: string;
  /** Undefined where the phone only asks. */
  readonly press: FeaturePress | undefined;
}

/** What a phone wants that its key stands for. */
export type FeaturePress =
  | { readonly key: 'do-not-disturb'; readonly on: boolean }
  | {
      readonly key: 'forward';
      readonly reason: KeyForward;
      readonly on: boolean;
      /** As it was typed into the phone; empty: where it went before. */
      readonly to: string;
    };

/** The forwards a phone has a key for. */
export const KEY_FORWARDS = ['always', 'busy', 'no-answer'] as const;

export type KeyForward = (typeof KEY_FORWARDS)[number];

/**
 * The account a request for feature keys was addressed to, which is the one whose
 * password was asked for. It follows the `FeatureKeyEvent` of the same request,
 * and that names who the request says it is from.
 */
export interface FeatureKeyOwner {
  readonly kind: 'feature-key-owner';
  readonly at: EpochMs;
  readonly username: string;
  /** Lower case. */
  readonly domain: string;
  readonly subscription: string;
}

/** A call was parked in a numbered place of an organisation, or has left one. */
export interface ParkingChanged {
  readonly kind: 'parking-changed';
  readonly at: EpochMs;
  /** Lower case. */
  readonly domain: string;
}

/** A phone has subscribed to a lamp, or has renewed that; nobody tells it anything until we do. */
export interface LampAsked {
  readonly kind: 'lamp-asked';
  readonly at: EpochMs;
  readonly lamp: Lamp;
  /** The Call-ID of the subscription. */
  readonly subscription: string;
  /** The account that watches: `101-desk@anka.example`. */
  readonly watcher: string;
  /** How long from now; 0 where the phone has ended it. */
  readonly expires: Seconds;
}

/** About FreeSWITCH itself. */
export type SwitchEvent =
  | { readonly kind: 'heartbeat'; readonly at: EpochMs; readonly sessions: number }
  | { readonly kind: 'shutdown'; readonly at: EpochMs }
  /** The end of a job nobody waits for any longer. */
  | {
      readonly kind: 'job-ended';
      readonly at: EpochMs;
      readonly job: string;
      readonly said: string;
    };

/** What lives in FreeSWITCH at the moment we (re)join it; all that was known before is void. */
export interface Snapshot {
  /** A restarted FreeSWITCH has another: every call known from before is gone. */
  readonly coreUuid: string;
  readonly restarted: boolean;
  /** `1.10.12` */
  readonly version: string;
  readonly legs: readonly LiveLeg[];
  readonly bridges: readonly { readonly a: LegId; readonly b: LegId }[];
}

export interface LiveLeg extends LegFacts {
  readonly state: 'started' | 'ringing' | 'answered' | 'held';
}
