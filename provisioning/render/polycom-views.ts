export interface PolycomMasterView {
  /** Firmware; the phone puts its part number before a bare name. */
  readonly application: string;
  /** In order; the first that says something wins. */
  readonly files: readonly string[];
}

export interface PolycomVendorKeysView {
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

/** The words are ours, the numbers Polycom's. */
export interface PolycomSettingsView {
  readonly lines: readonly PolycomLine[];
  /** Whether each key below is given its place. */
  readonly places: boolean;
  readonly keys: readonly PolycomKey[];
  /** Those a BLF key watches, in the order of their keys. */
  readonly watched: readonly PolycomWatched[];
  /** The registration that watches them: that of the first such key. */
  readonly watching_line: number;
  readonly macros: readonly PolycomMacro[];
  readonly codecs: readonly { readonly name: string; readonly rank: number }[];
  readonly time: PolycomTime;
  /** `Swedish_Sweden`. */
  readonly language: string;
  readonly tones: readonly PolycomTone[];
  readonly paging: PolycomPaging | undefined;
  readonly picture: string;
  readonly call_waiting: 0 | 1;
  readonly dial_wait: string;
  readonly pickup_code: string;
  readonly sync: 0 | 1;
  /** Seconds; 0: never. */
  readonly keep_alive: string;
  readonly srtp: 0 | 1;
  readonly phone_book: 0 | 1;
  readonly server: { readonly url: string; readonly type: 'HTTP' | 'HTTPS'; readonly daily: 0 | 1 };
  readonly admin_password: string;
  readonly web: { readonly on: 0 | 1; readonly https_only: 0 | 1 };
  /** 0: none. */
  readonly vlan: string;
  readonly lldp: 0 | 1;
}

export interface PolycomLine {
  readonly n: number;
  /** `100-desk@anka.example`. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  readonly display_name: string;
  readonly label: string;
  /** How many keys show it. */
  readonly keys: number;
  readonly servers: readonly { readonly n: number; readonly host: string; readonly port: number }[];
  readonly transport: 'UDPOnly' | 'TCPOnly' | 'TLS';
  /** Seconds. */
  readonly expires: string;
  readonly srtp: { readonly offer: 0 | 1; readonly require: 0 | 1 };
  readonly voicemail: string;
}

export interface PolycomKey {
  readonly n: number;
  readonly category: 'Line' | 'BLF' | 'EFK' | 'SpeedDial';
  readonly index: number;
}

export interface PolycomWatched {
  readonly n: number;
  readonly address: string;
  readonly label: string;
  /** A person, whose calls ring; or a thing, to which a call is sent. */
  readonly type: 'normal' | 'automata';
}

export interface PolycomMacro {
  readonly n: number;
  /** Of letters and digits. */
  readonly name: string;
  readonly label: string;
  /** `**101$Tinvite$`. */
  readonly action: string;
}

export interface PolycomTime {
  /** Seconds east of Greenwich. */
  readonly offset: number;
  readonly summer: { readonly starts: PolycomChange; readonly ends: PolycomChange } | undefined;
  readonly hours24: 0 | 1;
  readonly date_format: string;
  readonly ntp: string;
}

export interface PolycomChange {
  readonly month: number;
  /** 1 is Sunday. */
  readonly weekday: number;
  readonly last: 0 | 1;
  /** First day of the month it may fall on: 1, 8, 15 or 22. */
  readonly from_day: number;
  readonly hour: number;
}

/** One frequency, on and off in milliseconds; 0 off: without end. */
export interface PolycomTone {
  readonly name: 'dialTone' | 'busyTone' | 'ringback' | 'reorder' | 'callWaiting';
  readonly hertz: number;
  readonly on: number;
  readonly off: number;
}

export interface PolycomPaging {
  readonly address: string;
  readonly port: string;
  readonly groups: readonly { readonly n: number; readonly label: string }[];
}
