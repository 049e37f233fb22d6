import type { YealinkGeneration } from './yealink-generation.ts';

export interface YealinkBootView {
  /** Files it is to fetch, in order; the last that says something wins. */
  readonly files: readonly string[];
}

/** The words are ours, the numbers Yealink's. */
export interface YealinkView {
  readonly generation: YealinkGeneration;
  /** Server sets that accounts of a multicell DECT manager name. */
  readonly templates: readonly (YealinkServers & { readonly n: number })[];
  readonly accounts: readonly YealinkAccount[];
  /** Accounts that an earlier file may have set. */
  readonly unused_accounts: readonly number[];
  /** Every key of the phone and its modules: one taken away must be said to be. */
  readonly keys: readonly YealinkKey[];
  readonly time: YealinkTime;
  readonly language: YealinkLanguage;
  readonly tones: string;
  readonly phone_books: readonly {
    readonly n: number;
    readonly name: string;
    readonly url: string;
  }[];
  readonly paging: readonly {
    readonly n: number;
    readonly address: string;
    readonly label: string;
  }[];
  readonly picture: YealinkPicture | undefined;
  readonly call_waiting: 0 | 1;
  /** 0 both, 2 name, 3 number. */
  readonly caller_shows: 0 | 2 | 3;
  /** 0 a new call, 1 attended, 2 blind. */
  readonly key_transfer: 0 | 1 | 2;
  /** Seconds. */
  readonly dial_wait: string;
  readonly pickup_code: string;
  readonly sync: 0 | 1;
  readonly server: {
    readonly url: string;
    readonly daily: 0 | 1;
    readonly repeat_minutes: number;
    readonly firmware: string;
  };
  readonly admin_password: string;
  readonly web: { readonly http: 0 | 1; readonly https: 0 | 1 };
  /** 0: none. */
  readonly vlan: string;
  readonly lldp: 0 | 1;
}

export interface YealinkServers {
  readonly domain: string;
  readonly proxy: { readonly host: string; readonly port: number };
  readonly second: { readonly host: string; readonly port: number } | undefined;
  /** 0 UDP, 1 TCP, 2 TLS. */
  readonly transport: 0 | 1 | 2;
  /** Seconds. */
  readonly expires: string;
}

export interface YealinkAccount {
  readonly n: number;
  readonly username: string;
  readonly password: string;
  readonly display_name: string;
  readonly label: string;
  readonly servers: YealinkServers;
  /** The server set of a multicell manager; 0 where the account says it itself. */
  readonly template: number;
  /** 0 off, 1 optional, 2 required. */
  readonly srtp: 0 | 1 | 2;
  /** Every codec the phone may have; the best has 1, and 0 is off. */
  readonly codecs: readonly { readonly name: string; readonly priority: number }[];
  /** Seconds; 0: never. */
  readonly keep_alive: string;
  readonly voicemail: string;
  /** Seconds. */
  readonly lamp_expires: string;
}

export interface YealinkKey {
  /** `linekey.1`, `memorykey.3`, `expansion_module.1.key.20`. */
  readonly name: string;
  /** 0: nothing. */
  readonly type: number;
  readonly line: number | undefined;
  readonly value: string | undefined;
  readonly label: string;
  /** What a BLF key dials while its lamp blinks. */
  readonly pickup: string | undefined;
}

export interface YealinkTime {
  /** `+1`, `-3:30`. */
  readonly zone: string;
  readonly summer:
    | {
        /** Month/week/weekday/hour: `3/5/7/2`. */
        readonly starts: string;
        readonly ends: string;
        readonly minutes: number;
      }
    | undefined;
  /** 0: twelve hours, 1: twenty-four. */
  readonly format: 0 | 1;
  readonly date_format: number;
  readonly ntp: string;
}

export interface YealinkLanguage {
  readonly display: string;
  readonly web: string;
  /** URL of a language file; empty for none. */
  readonly file: string;
  /** Of DECT handsets. */
  readonly handset: number;
}

export type YealinkPicture =
  | { readonly kind: 'wallpaper'; readonly url: string; readonly name: string }
  | { readonly kind: 'logo'; readonly url: string };
