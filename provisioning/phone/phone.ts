import type { Brand } from '../../common/brand.ts';
import type { Extension } from '../../common/phone-number.ts';
import type { Language, Transport } from './words.ts';

/** Twelve lower-case hexadecimal digits, no separators. */
export type Mac = Brand<string, 'Mac'>;

/**
 * A hardware phone with everything its files are rendered from. Nothing else
 * may reach a file, so the same phone gives the same bytes on any day.
 */
export interface Phone {
  readonly mac: Mac;
  /** Name in the model table: `T46U`, `VVX 450`. */
  readonly model: string;
  /** As its User-Agent last said; undefined before its first request. Chooses between generations of a family. */
  readonly firmware: string | undefined;
  /** In the order of the phone's accounts, from 1. */
  readonly lines: readonly Line[];
  readonly keys: readonly Key[];
  /** Of every layer, resolved: by the catalogue's name. */
  readonly settings: ReadonlyMap<string, string>;
  /** Free vendor keys of every layer, resolved: written as they are, after everything else. */
  readonly vendorKeys: ReadonlyMap<string, string>;
  readonly adminPassword: string;
  readonly organisation: PhoneOrganisation;
  readonly server: PhoneServer;
}

export interface PhoneOrganisation {
  readonly name: string;
  readonly domain: string;
  /** IANA name. */
  readonly zone: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly language: Language;
  readonly voicemailCode: string;
}

/** Where the phone finds us. */
export interface PhoneServer {
  /** Name or address the phone registers at. */
  readonly sipHost: string;
  readonly sipPort: number;
  readonly sipTlsPort: number;
  readonly transport: Transport;
  /** Base of every file, with its token and a slash at the end. */
  readonly url: string;
}

/** One account of a phone: a SIP device of a user. */
export interface Line {
  readonly username: string;
  readonly password: string;
  readonly extension: Extension;
  /** The user's. */
  readonly displayName: string;
  /** Beside the key; the display name where none is given. */
  readonly label: string;
  /** Of this line's own layer only, by the catalogue's name; for the rest the phone's settings hold. */
  readonly settings: ReadonlyMap<string, string>;
}

/** What a key does. `line` counts the phone's lines from 1. */
export type Key = { readonly at: KeyPlace; readonly label: string } & (
  | { readonly does: 'line'; readonly line: number }
  | { readonly does: 'blf'; readonly line: number; readonly target: string }
  | { readonly does: 'speed'; readonly line: number; readonly target: string }
  | { readonly does: 'park' | 'pickup'; readonly line: number; readonly target: string }
  | { readonly does: 'voicemail' | 'conference' | 'forward' | 'dnd'; readonly line: number }
  | { readonly does: 'activity' | 'team-login'; readonly line: number; readonly target: string }
  | { readonly does: 'url'; readonly target: string }
);

export interface KeyPlace {
  /** 0: on the phone itself; 1 and up: that expansion module. */
  readonly module: number;
  /** From 1. */
  readonly key: number;
}
