import type { Selectable } from 'kysely';
import type { ActivityTemplate, Bilingual, DefaultLength, EndWord } from '../activity.ts';
import { newId } from '../id.ts';
import { STANDARD_ACTIVITIES } from '../standard-activities.ts';
import type { Db } from './open.ts';
import type { ActivityTable } from './presence-schema.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

/** An activity of an organisation, or of one person in it. */
export interface ActivityRecord extends Omit<ActivityTemplate, 'key' | 'endWord'> {
  readonly id: string;
  readonly organisationId: string;
  /** Undefined: the organisation's. */
  readonly userId: string | undefined;
  /** Of a standard one, or a reason of absence. */
  readonly key: string | undefined;
  readonly endWord: EndWord;
  readonly removedAt: number | undefined;
}

/** What this person may choose from, in the order of lists: the organisation's, and his own. */
export async function listActivities(
  db: Db,
  organisationId: string,
  userId?: string,
): Promise<readonly ActivityRecord[]> {
  const rows = await db
    .selectFrom('activity')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('removed_at', 'is', null)
    .where((row) => row.or([row('user_id', 'is', null), row('user_id', '=', userId ?? '')]))
    .orderBy('position')
    .orderBy('user_id')
    .execute();
  return rows.map(activityOf);
}

/** Everybody's in every organisation, removed ones too. */
export async function allActivities(db: Db): Promise<readonly ActivityRecord[]> {
  const rows = await db.selectFrom('activity').selectAll().orderBy('position').execute();
  return rows.map(activityOf);
}

/**
 * By its number, its key, or its name in either language, in any case: `1`,
 * `lunch`, `Gått för dagen`. A person's own one comes before the organisation's.
 */
export async function findActivity(
  db: Db,
  {
    organisationId,
    userId,
  }: { readonly organisationId: string; readonly userId?: string | undefined },
  text: string,
): Promise<ActivityRecord | undefined> {
  const wanted = folded(text);
  const all = await listActivities(db, organisationId, userId);
  const found = all.filter(({ position, key, names }) =>
    /^\d+$/.test(wanted)
      ? position === Number(wanted)
      : [key, names.sv, names.en].some((name) => name !== undefined && folded(name) === wanted),
  );
  return found.find((activity) => activity.userId !== undefined) ?? found[0];
}

/** Gives a new organisation the twelve. */
export async function seedActivities(db: Db, organisationId: string): Promise<void> {
  const rows = STANDARD_ACTIVITIES.map((template) => ({
    id: newId(),
    organisation_id: organisationId,
    user_id: null,
    key: template.key,
    removed_at: null,
    ...columnsOf(template),
  }));
  await db.insertInto('activity').values(rows).execute();
}

/** The same for those that were there before activities were. */
export async function seedMissingActivities(db: Db): Promise<void> {
  if ((await withoutActivities(db)).length === 0) return;
  await inTransaction(db, async (db) => {
    const organisations = await withoutActivities(db);
    for (const { id } of organisations) await seedActivities(db, id);
    if (organisations.length > 0) await bumpRevision(db);
  });
}

async function withoutActivities(db: Db): Promise<readonly { readonly id: string }[]> {
  return db
    .selectFrom('organisation')
    .leftJoin('activity', 'activity.organisation_id', 'organisation.id')
    .select('organisation.id')
    .where('activity.id', 'is', null)
    .execute();
}

/** What a row says of an activity but whose it is. */
export function columnsOf(template: Omit<ActivityTemplate, 'key'>) {
  const { length, publicPhrase } = template;
  return {
    position: template.position,
    name_sv: template.names.sv,
    name_en: template.names.en,
    icon: template.icon,
    colour: template.colour,
    shape: template.shape,
    rings: bit(template.rings),
    length_kind: length.kind,
    length_value: valueOf(length),
    ends_as: template.endsAs,
    end_word: template.endWord ?? 'back',
    phrase_sv: template.phrase.sv,
    phrase_en: template.phrase.en,
    public_phrase_sv: publicPhrase?.sv ?? null,
    public_phrase_en: publicPhrase?.en ?? null,
    private: bit(template.private),
    teams_ring: bit(template.teamsRing),
    ring_seconds: template.ringSeconds ?? null,
  };
}

function activityOf(row: Selectable<ActivityTable>): ActivityRecord {
  const publicPhrase = publicPhraseOf(row);
  return {
    id: row.id,
    organisationId: row.organisation_id,
    userId: row.user_id ?? undefined,
    key: row.key ?? undefined,
    position: row.position,
    names: { sv: row.name_sv, en: row.name_en },
    icon: row.icon,
    colour: row.colour,
    shape: row.shape,
    rings: row.rings === 1,
    length: lengthOf(row),
    endsAs: row.ends_as,
    endWord: row.end_word,
    phrase: { sv: row.phrase_sv, en: row.phrase_en },
    ...(publicPhrase === undefined ? {} : { publicPhrase }),
    private: row.private === 1,
    teamsRing: row.teams_ring === 1,
    ...(row.ring_seconds === null ? {} : { ringSeconds: row.ring_seconds }),
    removedAt: row.removed_at ?? undefined,
  };
}

function publicPhraseOf(row: Selectable<ActivityTable>): Bilingual | undefined {
  const { public_phrase_sv: sv, public_phrase_en: en } = row;
  return sv === null && en === null
    ? undefined
    : { sv: sv ?? row.phrase_sv, en: en ?? row.phrase_en };
}

function lengthOf({ length_kind, length_value }: Selectable<ActivityTable>): DefaultLength {
  switch (length_kind) {
    case 'minutes':
      return { kind: 'minutes', minutes: length_value ?? 0 };
    case 'time':
      return { kind: 'time', minuteOfDay: length_value ?? 0 };
    case 'rest-of-day':
    case 'next-working-day':
    case 'open-ended':
      return { kind: length_kind };
  }
}

function valueOf(length: DefaultLength): number | null {
  switch (length.kind) {
    case 'minutes':
      return length.minutes;
    case 'time':
      return length.minuteOfDay;
    case 'rest-of-day':
    case 'next-working-day':
    case 'open-ended':
      return null;
  }
}

const bit = (value: boolean): 0 | 1 => (value ? 1 : 0);

/** As two spellings of one name are compared. */
export const folded = (text: string): string => text.trim().normalize('NFC').toLowerCase();
