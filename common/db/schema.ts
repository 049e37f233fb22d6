import type { Generated } from 'kysely';

/**
 * The tables as SQLite holds them: `snake_case`, booleans as 0/1, moments as
 * epoch milliseconds, secrets sealed (common/secret-box.ts). Every row belongs
 * to an organisation.
 */
export interface Tables {
  organisation: OrganisationTable;
  user: UserTable;
  number: NumberTable;
  device: DeviceTable;
  trunk: TrunkTable;
  setting: SettingTable;
  voicemail_lock: VoicemailLockTable;
  revision: RevisionTable;
}

export interface OrganisationTable {
  id: string;
  /** The SIP domain, lower case: `anka.example`. Unique on the server. */
  domain: string;
  name: string;
  /** ISO 3166-1 alpha-2: `SE`. Decides how a national number is read. */
  country: string;
  /** Without its leading zero: `8`. What open dialling adds; null where there is none. */
  area_code: string | null;
  /** IANA zone: `Europe/Stockholm`. */
  zone: string;
  language: 'sv' | 'en';
  created_at: number;
}

export interface UserTable {
  id: string;
  organisation_id: string;
  extension: string;
  name: string;
  /** Null: the organisation's. */
  language: 'sv' | 'en' | null;
  /** Seconds to ring before what follows no answer. */
  ring_seconds: Generated<number>;
  /** Sealed digits; null until one is set, and then nobody gets in from outside. */
  voicemail_pin: string | null;
  created_at: number;
}

export interface NumberTable {
  /** With its plus. */
  e164: string;
  organisation_id: string;
  /** Without its leading zero; null for numbers outside the geographic plan. */
  area_code: string | null;
  state: 'free' | 'assigned' | 'quarantine';
  user_id: string | null;
  /** Orders a user's numbers: the one he has had longest is shown outward. */
  assigned_at: number | null;
  quarantined_until: number | null;
}

export interface DeviceTable {
  id: string;
  organisation_id: string;
  user_id: string;
  kind: 'app' | 'desk' | 'mobile';
  label: string;
  /** SIP user name, unique in the domain; null for a mobile, which never registers. */
  username: string | null;
  /** Sealed SIP password; null for a mobile. */
  secret: string | null;
  /** Where a mobile is dialled; null for the others. */
  to_e164: string | null;
  created_at: number;
  /** What the last registration said. */
  seen_at: number | null;
  seen_address: string | null;
  seen_agent: string | null;
}

export interface TrunkTable {
  id: string;
  organisation_id: string;
  /** Unique on the server, since FreeSWITCH names its gateways by it. */
  name: string;
  /** `host` or `host:port`. */
  host: string;
  username: string | null;
  /** Sealed. */
  secret: string | null;
  register: 0 | 1;
  /** Order in which trunks are tried, from 1. */
  position: number;
  created_at: number;
}

export interface SettingTable {
  organisation_id: string;
  key: string;
  value: string;
}

export interface VoicemailLockTable {
  user_id: string;
  failures: number;
  locked_until: number | null;
}

/** One row, `directory`: grows at every change that routing or registration must see. */
export interface RevisionTable {
  name: string;
  value: number;
}
