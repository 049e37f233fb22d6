import type { ShownNumber } from '../shown-number.ts';
import type { Generated } from 'kysely';
import type { ActivityShape } from '../activity.ts';

/** The tables that steer calls to a person, as SQLite holds them; conventions as in schema.ts. */
export interface PresenceTables {
  activity: ActivityTable;
  status: StatusTable;
  status_log: StatusLogTable;
  status_plan: StatusPlanTable;
  working_hours: WorkingHoursTable;
  contact: ContactTable;
  contact_number: ContactNumberTable;
  forward: ForwardTable;
  rule: RuleTable;
  device_rule: DeviceRuleTable;
  ring_step: RingStepTable;
  choice: ChoiceTable;
  greeting: GreetingTable;
  decision: DecisionTable;
  decision_rung: DecisionRungTable;
  call_leg: CallLegTable;
  recall: RecallTable;
  team: TeamTable;
  team_member: TeamMemberTable;
}

/** Who or what changed a status or a forward. */
export type Source =
  'app' | 'code' | 'phone' | 'calendar' | 'colleague' | 'schedule' | 'menu' | 'admin';

export interface ActivityTable {
  id: string;
  organisation_id: string;
  /** A person's own; null: the organisation's. */
  user_id: string | null;
  /** Of a standard activity (common/standard-activities.ts); null for one that was added. */
  key: string | null;
  /** What is dialled for it: `*23*<position>#`. */
  position: number;
  name_sv: string;
  name_en: string;
  icon: string;
  /** `#` and six hexadecimal digits. */
  colour: string;
  shape: ActivityShape;
  /** 1: open, its devices ring; 0: closed. */
  rings: 0 | 1;
  length_kind: 'minutes' | 'time' | 'rest-of-day' | 'next-working-day' | 'open-ended';
  /** Minutes, or the minute of the day; null for the other kinds. */
  length_value: number | null;
  ends_as: 'clock' | 'date';
  end_word: 'back' | 'until' | 'soon';
  /** What follows the name: `är på lunch`. Empty: nothing is said. */
  phrase_sv: string;
  phrase_en: string;
  /** Said instead to those outside; null: the phrase itself. */
  public_phrase_sv: string | null;
  public_phrase_en: string | null;
  private: 0 | 1;
  teams_ring: 0 | 1;
  /** Seconds; null: as the person has it. */
  ring_seconds: number | null;
  removed_at: number | null;
}

/** One row a person who has ever had a status. */
export interface StatusTable {
  user_id: string;
  organisation_id: string;
  activity_id: string;
  note: string;
  started_at: number;
  /** Null: until somebody changes it. */
  ends_at: number | null;
  source: Source;
  /** Extension of the colleague, where it was one. */
  set_by: string | null;
  version: number;
  /** Of `presence`, when it was written. */
  revision: number;
}

export interface StatusLogTable {
  id: Generated<number>;
  user_id: string;
  organisation_id: string;
  activity_id: string;
  /** As it was called then, in the organisation's language. */
  activity_name: string;
  note: string;
  started_at: number;
  ends_at: number | null;
  source: Source;
  set_by: string | null;
  version: number;
}

/** A status to come, once or again and again at the same local time. */
export interface StatusPlanTable {
  id: string;
  user_id: string;
  organisation_id: string;
  activity_id: string;
  note: string;
  /** Of the first. */
  starts_at: number;
  ends_at: number;
  repeats: 'never' | 'daily' | 'weekly' | 'workdays';
  repeats_until: number | null;
  created_at: number;
  /** Of `presence`, when it was written. */
  revision: number;
  /** What a calendar calls it; null: a person has planned it. */
  entry: string | null;
}

export interface WorkingHoursTable {
  organisation_id: string;
  /** Null: the organisation's. */
  user_id: string | null;
  /** 1 Monday … 7 Sunday. */
  weekday: number;
  /** Of the local day. */
  from_minute: number;
  to_minute: number;
}

export interface ContactTable {
  id: string;
  organisation_id: string;
  /** A person's own; null: the organisation's. */
  user_id: string | null;
  name: string;
  company: Generated<string>;
  favourite: 0 | 1;
  vip: 0 | 1;
  blocked: 0 | 1;
  created_at: number;
  /** What they are shown by who calls them; null: as usual. */
  show_as: ShownNumber | null;
}

export interface ContactNumberTable {
  contact_id: string;
  e164: string;
  label: Generated<string>;
}

export interface ForwardTable {
  user_id: string;
  organisation_id: string;
  reason: 'always' | 'busy' | 'no-answer' | 'unreachable';
  target_kind: 'extension' | 'number' | 'voicemail';
  /** Extension or E.164; null for voicemail. */
  target: string | null;
  active: 0 | 1;
  ends_at: number | null;
  source: Source;
  set_at: number;
  /** Of `presence`, when it was written. */
  revision: number;
}

export interface RuleTable {
  user_id: string;
  organisation_id: string;
  key: string;
  value: string;
}

export interface DeviceRuleTable {
  device_id: string;
  shows: 'name' | 'number';
}

/** A person's ring plan under one activity, or where there is none for it; without any, all ring at once. */
export interface RingStepTable {
  user_id: string;
  activity_id: string | null;
  device_id: string;
  after_seconds: number;
}

export interface ChoiceTable {
  user_id: string;
  organisation_id: string;
  digit: string;
  target_kind: 'message' | 'extension' | 'number' | 'switchboard' | 'mobile' | 'recall';
  target: string | null;
}

export interface GreetingTable {
  id: string;
  user_id: string;
  organisation_id: string;
  occasion: 'name' | 'always' | 'activity' | 'busy' | 'no-answer';
  activity_id: string | null;
  label: Generated<string>;
  ends_at: number | null;
  created_at: number;
}

/** Why a call went where it went. JSON in the last three. */
export interface DecisionTable {
  id: Generated<number>;
  leg: string;
  organisation_id: string | null;
  /** Who was called: a person, or a team. */
  user_id: string | null;
  team_id: string | null;
  at: number;
  caller: string;
  dialled: string;
  question: string;
  plan: string;
  trace: string;
}

/** At whom else a call rang: the members of a team, and whom it was sent on to. */
export interface DecisionRungTable {
  decision_id: number;
  user_id: string;
  /** As the decision has it. */
  at: number;
}

/** One leg of a call, when it is over: from FreeSWITCH's own records, by whom it was made. */
export interface CallLegTable {
  leg: string;
  /** The leg that came to the exchange; of that one, itself. */
  call: string;
  direction: 'in' | 'out';
  /** Which device was rung; null for a caller, or a trunk. */
  device_id: string | null;
  caller: string;
  dialled: string;
  started_at: number;
  rang_at: number | null;
  answered_at: number | null;
  ended_at: number;
  /** FreeSWITCH's name of it: `NO_ANSWER`. */
  cause: string;
  /** 1: FreeSWITCH went on by itself. */
  native: 0 | 1;
  /** JSON: what was played on it, and when. */
  heard: string;
}

/** Who asked to be called when a person is back. */
export interface RecallTable {
  id: string;
  organisation_id: string;
  user_id: string;
  /** E.164, or a colleague's extension. */
  caller: string;
  caller_name: string;
  created_at: number;
  ends_at: number;
  /** How often the person was called for it, and did not answer. */
  tries: Generated<number>;
  /** The next try. */
  not_before: number;
}

/** People who are rung together. */
export interface TeamTable {
  id: string;
  organisation_id: string;
  extension: string;
  name: string;
  /** As it is said in every language; null: the name. */
  spoken_name: string | null;
  ring_seconds: Generated<number>;
  unanswered_kind: 'hang-up' | 'voicemail' | 'extension' | 'number';
  /** An extension, for voicemail the one whose it is, or E.164; null for hanging up. */
  unanswered_target: string | null;
  created_at: number;
}

export interface TeamMemberTable {
  team_id: string;
  user_id: string;
  /** From 1. */
  position: number;
}
