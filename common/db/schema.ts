import type { TrunkTrust } from '../trunk-trust.ts';
import type { Generated } from 'kysely';
import type { PresenceTables } from './presence-schema.ts';

/**
 * The tables as SQLite holds them: `snake_case`, booleans as 0/1, moments as
 * epoch milliseconds, secrets sealed (common/secret-box.ts). Every row belongs
 * to an organisation.
 */
export interface Tables extends PresenceTables {
  organisation: OrganisationTable;
  user: UserTable;
  number: NumberTable;
  device: DeviceTable;
  trunk: TrunkTable;
  setting: SettingTable;
  voicemail_lock: VoicemailLockTable;
  revision: RevisionTable;
  site: SiteTable;
  phone: PhoneTable;
  phone_line: PhoneLineTable;
  phone_key: PhoneKeyTable;
  phone_setting: PhoneSettingTable;
  phone_state: PhoneStateTable;
  phone_file: PhoneFileTable;
  phone_upload: PhoneUploadTable;
  phone_request: PhoneRequestTable;
  phone_guest: PhoneGuestTable;
  phone_window: PhoneWindowTable;
  api_token: ApiTokenTable;
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
  /** Whose it is: a person's, or a team's. */
  user_id: string | null;
  team_id: string | null;
  /** Orders an owner's numbers: the one held longest is shown outward. */
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
  /** A mobile's number is known to be the person's own. */
  verified: Generated<0 | 1>;
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
  /** How its callers hear a referral. */
  referral_media: Generated<'answered' | 'early'>;
  /** What of its calls says who calls. */
  trust: Generated<TrunkTrust>;
  /** It takes a mobile's number for the caller's. */
  shows_mobiles: Generated<0 | 1>;
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

/**
 * `directory` grows at every change that routing or registration must see,
 * `phones` at every one that only a phone's files show, `presence` at every
 * change of a status or a forward, `contacts` at every one of a contact.
 */
export interface RevisionTable {
  name: string;
  value: number;
}

export interface SiteTable {
  id: string;
  organisation_id: string;
  name: string;
  created_at: number;
}

export interface PhoneTable {
  id: string;
  organisation_id: string;
  /** Twelve lower-case hexadecimal digits. Unique on the server. */
  mac: string;
  /** Its name in the table of models; one outside it is rendered as the nearest. */
  model: string;
  site_id: string | null;
  enabled: Generated<0 | 1>;
  /** Sealed. */
  admin_password: string;
  /** Counts the tokens it has had: each is derived from the key, the phone and this. */
  token_number: Generated<number>;
  /** SHA-256 of the present token, in hexadecimal. */
  token_hash: string;
  created_at: number;
}

export interface PhoneLineTable {
  phone_id: string;
  /** From 1. */
  position: number;
  device_id: string;
  /** Null: the user's name. */
  label: string | null;
}

export interface PhoneKeyTable {
  phone_id: string;
  /** 0: on the phone itself; 1 and up: that expansion module. */
  module: number;
  /** From 1. */
  key: number;
  does:
    | 'line'
    | 'blf'
    | 'speed'
    | 'park'
    | 'pickup'
    | 'voicemail'
    | 'conference'
    | 'forward'
    | 'dnd'
    | 'activity'
    | 'team-login'
    | 'url';
  /** The position of a line; null for a URL. */
  line: number | null;
  target: string | null;
  /** Null: what it does, or whom it watches. */
  label: string | null;
}

/** Belongs to the organisation where no site, model or phone is named. */
export interface PhoneSettingTable {
  organisation_id: string;
  site_id: string | null;
  model: string | null;
  phone_id: string | null;
  line: number | null;
  /** 1: a parameter of the vendor's, written as it is; 0: one of ours. */
  vendor_key: 0 | 1;
  name: string;
  value: string;
}

/** What a phone's last request said. */
export interface PhoneStateTable {
  phone_id: string;
  firmware: string | null;
  agent: string | null;
  address: string | null;
  fetched_at: number | null;
}

/** What a phone was last given, to compare with what it would be given now. */
export interface PhoneFileTable {
  phone_id: string;
  file: string;
  etag: string;
  /** Compressed, then sealed. */
  content: string;
  served_at: number;
}

/** What a phone has put here; the bytes lie in the state directory. */
export interface PhoneUploadTable {
  phone_id: string;
  file: string;
  bytes: number;
  uploaded_at: number;
}

export interface PhoneRequestTable {
  id: Generated<number>;
  phone_id: string;
  at: number;
  method: string;
  file: string;
  status: number;
  address: string;
}

/** A phone in the lobby, that nobody has claimed. */
export interface PhoneGuestTable {
  mac: string;
  organisation_id: string;
  /** Six digits. */
  code: string;
  model: string;
  address: string;
  until: number;
}

/** A phone that may fetch once without a secret. */
export interface PhoneWindowTable {
  phone_id: string;
  until: number;
  /** The only one it may come from; null: any. */
  address: string | null;
}

/** Who may use the daemon's API. */
export interface ApiTokenTable {
  id: string;
  organisation_id: string;
  /** Whom it acts for; null: a service, which has a name instead. */
  user_id: string | null;
  service: string | null;
  /** With spaces between. */
  scopes: string;
  /** SHA-256 of the secret part, in hexadecimal. */
  hash: string;
  created_at: number;
}
