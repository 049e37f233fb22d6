import type { Countries } from '../../common/outside-reach.ts';
import type { E164, Extension } from '../../common/phone-number.ts';
import type { Seconds } from '../../common/time.ts';
import type { TrunkTrust } from '../../common/trunk-trust.ts';
import type { WorkingHours } from '../calendar/working-hours.ts';
import type { Activities } from './activity.ts';
import type { FeatureDigits } from './feature-code.ts';
import type { Greeting } from './greetings.ts';
import type { Destination } from './presence.ts';
import type { CallsAnHour, Rules, Showing } from './rules.ts';

/** All that routing may know: a frozen picture of the database at one revision. */
export interface Directory {
  readonly revision: number;
  /** By SIP domain, lower case. */
  readonly organisations: ReadonlyMap<string, Organisation>;
  /** Every assigned number of the server, so that a call between two organisations stays inside. */
  readonly numbers: ReadonlyMap<E164, Called>;
  /** By `username@domain`. */
  readonly accounts: ReadonlyMap<string, Account>;
}

export interface NumberOwner {
  readonly organisation: Organisation;
  readonly user: User;
}

/** Who is called: a person, or a team. */
export interface Called extends NumberOwner {
  /** Where it is one: `user` is the team's own. */
  readonly team?: Team;
}

export interface Account extends NumberOwner {
  readonly device: SipDevice;
}

export interface Organisation {
  readonly id: string;
  readonly domain: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Without its leading zero. */
  readonly areaCode: string | undefined;
  /** IANA name. */
  readonly zone: string;
  readonly language: Language;
  /** What one dials to hear one's messages: `*98`. */
  readonly voicemailCode: string;
  /** What codes begin with; the usual where it is left out. */
  readonly codes?: FeatureDigits;
  /** Who answers for everybody, where there is one. */
  readonly switchboard: Extension | undefined;
  /** What lamps show of people who are free and cannot be called; the usual where it is left out. */
  readonly lamps?: LampRules;
  /** What everybody's calls to the public network may be together. */
  readonly callsOut: OutsideLimits;
  readonly users: ReadonlyMap<Extension, User>;
  /** Left out: none. */
  readonly teams?: ReadonlyMap<Extension, Team>;
  /** The number assigned longest: what those without one of their own show outward. */
  readonly mainNumber: E164 | undefined;
  /** The organisation's and everybody's own; removed ones too, since somebody may still have one. */
  readonly activities: Activities;
  readonly hours: WorkingHours | undefined;
  /** In the order they are tried. */
  readonly trunks: readonly Trunk[];
}

export interface OutsideLimits {
  /** Besides its own. */
  readonly countries: Countries;
  /** Undefined: as many as the trunks take. */
  readonly atOnce: number | undefined;
  readonly anHour: CallsAnHour;
}

export type Language = 'sv' | 'en';

/** Whether a person’s lamp is lit though the line is free. */
export interface LampRules {
  /** The activity is closed: at lunch, in a meeting. */
  readonly closed: 'lit' | 'dark';
  /** No phone is there to ring, or only a mobile, of which the exchange hears nothing. */
  readonly unreachable: 'lit' | 'dark';
}

export interface User {
  readonly id: string;
  readonly extension: Extension;
  readonly name: string;
  readonly language: Language;
  /** The first is the one shown outward. */
  readonly numbers: readonly E164[];
  readonly devices: readonly Device[];
  readonly ringFor: Seconds;
  readonly rules: Rules;
  /** His own, else the organisation's; undefined where neither has any. */
  readonly hours: WorkingHours | undefined;
  /** Newest first; left out: none. */
  readonly greetings?: readonly Greeting[];
}

/** People who are rung together. */
export interface Team {
  /** The team as anybody who is called: it has no device, and rules as whoever has none of their own. */
  readonly user: User;
  /** As it is said, whatever the language. */
  readonly spokenName: string;
  /** In their order. */
  readonly members: readonly Extension[];
  readonly unanswered: TeamUnanswered;
}

/** Where a call goes that nobody of a team takes. */
export type TeamUnanswered =
  | { readonly kind: 'hang-up' }
  /** Of this person. */
  | { readonly kind: 'voicemail'; readonly extension: Extension }
  | Exclude<Destination, { kind: 'voicemail' }>;

export type Device = SipDevice | MobileDevice;

export interface SipDevice {
  readonly kind: 'app' | 'desk';
  readonly id: string;
  /** The id of the person it belongs to: written on every leg of it. */
  readonly user: string;
  readonly label: string;
  readonly username: string;
  /** What this one shows first; left out: as the person's rules say. */
  readonly shows?: Showing;
}

/** One that registers, and can be rung by itself. */
export const isSipDevice = (device: Device): device is SipDevice => device.kind !== 'mobile';

/** Reached through the trunk; its owner confirms the answer with a key. */
export interface MobileDevice {
  readonly kind: 'mobile';
  readonly id: string;
  readonly user: string;
  readonly label: string;
  readonly to: E164;
  /** The number is known to be the person's own; left out: it is not. */
  readonly verified?: boolean;
}

export interface Trunk {
  readonly id: string;
  readonly name: string;
  /** Where its calls come from: `host` or `host:port`. */
  readonly host: string;
  /** How a caller of this trunk hears why nobody answers. */
  readonly referralMedia: ReferralMedia;
  /** What of its calls says who calls; left out in pictures from before there was such a thing. */
  readonly trust?: TrunkTrust;
  /** It takes a mobile's number for the caller's; left out: it does not. */
  readonly showsMobiles?: boolean;
}

/** `answered` costs the caller and is heard by everybody; `early` is free, and some carriers mute it. */
export type ReferralMedia = 'answered' | 'early';
