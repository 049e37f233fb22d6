import { groupBy } from '../group-by.ts';
import { newId } from '../id.ts';
import { readName } from '../name.ts';
import type { E164, Extension } from '../phone-number.ts';
import type { EpochMs } from '../time.ts';
import { holderOf, readNewExtension } from './extensions.ts';
import { type AssignNumber, assignNumber, quarantineNumbersOf } from './numbers.ts';
import type { Db } from './open.ts';
import type { OrganisationRecord } from './organisations.ts';
import type { TeamTable } from './presence-schema.ts';
import { bumpRevision } from './revision.ts';
import { isRingTime } from './ring-time.ts';
import {
  checkedUnanswered,
  type RefusedUnanswered,
  type WantedUnanswered,
} from './team-unanswered.ts';
import { inTransaction, orNothing } from './transaction.ts';

/** People who are rung together. */
export interface TeamRecord {
  readonly id: string;
  readonly organisationId: string;
  readonly extension: Extension;
  readonly name: string;
  /** As it is said, whatever the language. */
  readonly spokenName: string;
  /** Its public ones; the one held longest is the first. */
  readonly numbers: readonly E164[];
  readonly ringSeconds: number;
  /** In their order. */
  readonly members: readonly TeamMember[];
  readonly unanswered: TeamUnanswered;
}

export interface TeamMember {
  readonly userId: string;
  readonly extension: Extension;
  readonly name: string;
}

/** Where a call goes that nobody of the team takes. */
export type TeamUnanswered =
  /** The caller hears that nobody answers. */
  | { readonly kind: 'hang-up' }
  /** Of this person. */
  | { readonly kind: 'voicemail'; readonly extension: Extension }
  | { readonly kind: 'extension'; readonly extension: Extension }
  | { readonly kind: 'number'; readonly number: E164 };

/** What may be said of a team; what is left out stays. */
export interface TeamChange {
  readonly name?: string | undefined;
  /** Empty: as it is written. */
  readonly spokenName?: string | undefined;
  /** One more. */
  readonly number?: E164 | undefined;
  readonly ringSeconds?: number | undefined;
  /** Extensions, in their order. */
  readonly members?: readonly string[] | undefined;
  readonly unanswered?: WantedUnanswered | undefined;
}

export type SaveTeam =
  | { readonly kind: 'saved'; readonly team: TeamRecord }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'bad-extension'
        | 'reserved-extension'
        | 'extension-taken'
        | 'bad-name'
        | 'bad-ring-time'
        | 'unknown-user'
        | 'member-twice'
        | 'team-without-members'
        | 'too-many-members';
    }
  | RefusedUnanswered
  | Extract<AssignNumber, { kind: 'refused' }>;

export async function addTeam(
  db: Db,
  organisation: OrganisationRecord,
  extension: string,
  wanted: TeamChange & { readonly name: string; readonly members: readonly string[] },
  now: EpochMs,
): Promise<SaveTeam> {
  const read = readNewExtension(extension, organisation);
  if (read.kind === 'refused') return read;
  return orNothing(db, async (db) => {
    if ((await holderOf(db, organisation.id, extension)) !== undefined) {
      return { kind: 'refused', why: 'extension-taken' };
    }
    const team: TeamRecord = {
      id: newId(),
      organisationId: organisation.id,
      extension: read.extension,
      name: '',
      spokenName: '',
      numbers: [],
      ringSeconds: USUAL_RING_SECONDS,
      members: [],
      unanswered: { kind: 'hang-up' },
    };
    return save(db, team, wanted, now);
  });
}

export async function changeTeam(
  db: Db,
  before: TeamRecord,
  wanted: TeamChange,
  now: EpochMs,
): Promise<SaveTeam> {
  return orNothing(db, (db) => save(db, before, wanted, now));
}

/** Its members stay, and its numbers rest. */
export async function removeTeam(db: Db, { id }: TeamRecord, now: EpochMs): Promise<void> {
  await inTransaction(db, async (db) => {
    await quarantineNumbersOf(db, { teamId: id }, now);
    await db.deleteFrom('team').where('id', '=', id).execute();
    await bumpRevision(db);
  });
}

export async function findTeam(
  db: Db,
  organisationId: string,
  extension: string,
): Promise<TeamRecord | undefined> {
  return (await listTeams(db, organisationId)).find((team) => team.extension === extension);
}

/** Of one organisation, or of all; by extension, shorter ones first. */
export async function listTeams(db: Db, organisationId?: string): Promise<readonly TeamRecord[]> {
  const teams = await db
    .selectFrom('team')
    .selectAll()
    .$if(organisationId !== undefined, (query) =>
      query.where('organisation_id', '=', organisationId ?? ''),
    )
    .execute();
  if (teams.length === 0) return [];
  const rows = await db
    .selectFrom('team_member')
    .innerJoin('user', 'user.id', 'user_id')
    .select(['team_id', 'user_id', 'extension', 'name'])
    .orderBy('position')
    .orderBy('extension')
    .execute();
  const members = groupBy(rows, ({ team_id }) => team_id);
  const owned = await db
    .selectFrom('number')
    .select(['team_id', 'e164'])
    .where('team_id', 'is not', null)
    .orderBy('assigned_at')
    .orderBy('e164')
    .execute();
  const numbers = groupBy(owned, ({ team_id }) => team_id);
  return teams
    .map((row) => ({
      id: row.id,
      organisationId: row.organisation_id,
      extension: row.extension as Extension,
      name: row.name,
      spokenName: row.spoken_name ?? row.name,
      numbers: (numbers.get(row.id) ?? []).map(({ e164 }) => e164 as E164),
      ringSeconds: row.ring_seconds,
      members: (members.get(row.id) ?? []).map(({ user_id: userId, extension, name }) => ({
        userId,
        extension: extension as Extension,
        name,
      })),
      unanswered: unansweredOf(row.unanswered_kind, row.unanswered_target ?? ''),
    }))
    .sort((a, b) => Number(a.extension) - Number(b.extension));
}

async function save(
  db: Db,
  before: TeamRecord,
  wanted: TeamChange,
  now: EpochMs,
): Promise<SaveTeam> {
  const { id, organisationId, extension } = before;
  const name = readName(wanted.name ?? before.name);
  const said = wanted.spokenName === '' ? name : (wanted.spokenName ?? spokenApart(before) ?? name);
  const spokenName = readName(said ?? '');
  if (name === undefined || spokenName === undefined) return { kind: 'refused', why: 'bad-name' };
  const ringSeconds = wanted.ringSeconds ?? before.ringSeconds;
  if (!isRingTime(ringSeconds)) return { kind: 'refused', why: 'bad-ring-time' };
  const members = await membersOf(db, before, wanted.members);
  if (typeof members === 'string') return { kind: 'refused', why: members };
  const unanswered = await checkedUnanswered(db, before, wanted.unanswered, now);
  if (unanswered.kind === 'refused') return unanswered;

  const row = {
    name,
    spoken_name: spokenName === name ? null : spokenName,
    ring_seconds: ringSeconds,
    unanswered_kind: unanswered.kind,
    unanswered_target: targetText(unanswered),
  };
  await db
    .insertInto('team')
    .values({ id, organisation_id: organisationId, extension, created_at: now, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  await db.deleteFrom('team_member').where('team_id', '=', id).execute();
  if (members.length > 0) {
    const rows = members.map(({ userId }, i) => ({
      team_id: id,
      user_id: userId,
      position: i + 1,
    }));
    await db.insertInto('team_member').values(rows).execute();
  }
  const { number } = wanted;
  const assigned = number && (await assignNumber(db, { organisationId, teamId: id }, number, now));
  if (assigned?.kind === 'refused') return assigned;
  await bumpRevision(db);
  const numbers = number === undefined ? before.numbers : [...before.numbers, number];
  const team = { ...before, name, spokenName, numbers, ringSeconds, members, unanswered };
  return { kind: 'saved', team };
}

/** Undefined where it is said as it is written, and follows another name. */
const spokenApart = ({ name, spokenName }: TeamRecord): string | undefined =>
  name === spokenName ? undefined : spokenName;

/** Those there are stay, were they all removed as people since. */
async function membersOf(
  db: Db,
  { organisationId, members: before }: TeamRecord,
  wanted: readonly string[] | undefined,
) {
  if (wanted === undefined) return before;
  if (wanted.length === 0) return 'team-without-members';
  if (wanted.length > MOST_MEMBERS) return 'too-many-members';
  if (new Set(wanted).size < wanted.length) return 'member-twice';
  const people = await db
    .selectFrom('user')
    .select(['id', 'extension', 'name'])
    .where('organisation_id', '=', organisationId)
    .where('extension', 'in', wanted)
    .execute();
  const members = wanted.flatMap((extension): TeamMember[] => {
    const person = people.find((each) => each.extension === extension);
    if (person === undefined) return [];
    return [{ userId: person.id, extension: extension as Extension, name: person.name }];
  });
  return members.length < wanted.length ? 'unknown-user' : members;
}

function unansweredOf(kind: TeamTable['unanswered_kind'], target: string): TeamUnanswered {
  switch (kind) {
    case 'hang-up':
      return { kind };
    case 'voicemail':
    case 'extension':
      return { kind, extension: target as Extension };
    case 'number':
      return { kind, number: target as E164 };
  }
}

function targetText(to: TeamUnanswered): string | null {
  if (to.kind === 'hang-up') return null;
  return to.kind === 'number' ? to.number : to.extension;
}

/** As the table has it. */
const USUAL_RING_SECONDS = 25;

/** Four devices each, and FreeSWITCH rings no more at once (switch_ivr_originate.c, `MAX_PEERS` is 128). */
const MOST_MEMBERS = 30;
