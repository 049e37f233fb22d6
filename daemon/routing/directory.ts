import type { E164, Extension } from '../../common/phone-number.ts';
import type { Seconds } from '../../common/time.ts';

/** All that routing may know: a frozen picture of the database at one revision. */
export interface Directory {
  readonly revision: number;
  /** By SIP domain, lower case. */
  readonly organisations: ReadonlyMap<string, Organisation>;
  /** Every assigned number of the server, so that a call between two organisations stays inside. */
  readonly numbers: ReadonlyMap<E164, NumberOwner>;
  /** By `username@domain`. */
  readonly accounts: ReadonlyMap<string, Account>;
}

export interface NumberOwner {
  readonly organisation: Organisation;
  readonly user: User;
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
  /** What lamps show of people who are free and cannot be called; the usual where it is left out. */
  readonly lamps?: LampRules;
  readonly users: ReadonlyMap<Extension, User>;
  /** The number assigned longest: what those without one of their own show outward. */
  readonly mainNumber: E164 | undefined;
  /** In the order they are tried. */
  readonly trunks: readonly Trunk[];
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
}

export type Device = SipDevice | MobileDevice;

export interface SipDevice {
  readonly kind: 'app' | 'desk';
  readonly id: string;
  /** The id of the person it belongs to: written on every leg of it. */
  readonly user: string;
  readonly label: string;
  readonly username: string;
}

/** Reached through the trunk; its owner confirms the answer with a key. */
export interface MobileDevice {
  readonly kind: 'mobile';
  readonly id: string;
  readonly user: string;
  readonly label: string;
  readonly to: E164;
}

export interface Trunk {
  readonly id: string;
  readonly name: string;
}
