import type { ActivityTemplate, Bilingual, DefaultLength } from '../activity.ts';
import { newId } from '../id.ts';
import { readName } from '../name.ts';
import type { EpochMs } from '../time.ts';
import { type ActivityRecord, columnsOf, folded, listActivities } from './activities.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { isRingTime } from './ring-time.ts';
import { inTransaction } from './transaction.ts';

/** What may be said of an activity; what is left out stays. */
export type ActivityChange = {
  readonly [Field in Exclude<keyof ActivityTemplate, 'key' | 'ringSeconds' | BilingualField>]?:
    ActivityTemplate[Field] | undefined;
} & Readonly<Partial<Record<BilingualField, Partial<Bilingual> | undefined>>> & {
    /** `usual`: as each person has it. */
    readonly ringSeconds?: number | 'usual' | undefined;
  };

type BilingualField = 'names' | 'phrase' | 'publicPhrase';

export type WhyNotActivity =
  | 'bad-name'
  | 'bad-phrase'
  | 'bad-icon'
  | 'bad-colour'
  | 'bad-length'
  | 'bad-ring-time'
  | 'bad-position'
  | 'activity-name-taken'
  | 'too-many-activities'
  | 'available-stays';

export type ChangeActivity =
  | { readonly kind: 'changed'; readonly activity: ActivityRecord }
  | { readonly kind: 'refused'; readonly why: WhyNotActivity };

/** Whose an activity is: a person's own, or the organisation's where none is named. */
export interface ActivityOwner {
  readonly organisationId: string;
  readonly userId?: string | undefined;
}

/**
 * Adds one at the first free place, or where `wanted` says.
 *
 * @param like - what holds where `wanted` is silent.
 */
export async function addActivity(
  db: Db,
  owner: ActivityOwner,
  like: Omit<ActivityTemplate, 'key' | 'position'>,
  wanted: ActivityChange,
): Promise<ChangeActivity> {
  return inTransaction(db, async (db) => {
    const { organisationId, userId } = owner;
    const all = await listActivities(db, organisationId, userId);
    const free = wanted.position ?? firstFree(all);
    if (free === undefined) return refused('too-many-activities');
    const added: ActivityRecord = {
      ...like,
      id: newId(),
      organisationId,
      userId,
      key: undefined,
      position: free,
      endWord: like.endWord ?? 'back',
      removedAt: undefined,
    };
    const merged = mergedWith(added, wanted);
    const why = whyNot(merged, all);
    if (why !== undefined) return refused(why);
    const there = inPlaceOf(merged, all);
    const room = firstFree(all);
    if (there !== undefined && room === undefined) return refused('too-many-activities');
    if (there !== undefined) await place(db, there, room ?? LAST);
    await db
      .insertInto('activity')
      .values({
        id: merged.id,
        organisation_id: organisationId,
        user_id: userId ?? null,
        key: null,
        removed_at: null,
        ...columnsOf(merged),
      })
      .execute();
    await bumpRevision(db);
    return { kind: 'changed', activity: merged };
  });
}

/** What stands where it is to be is put where it was. Whoever is on it has it as it is from now on; the log keeps what it was called. */
export async function changeActivity(
  db: Db,
  activity: ActivityRecord,
  wanted: ActivityChange,
): Promise<ChangeActivity> {
  return inTransaction(db, async (db) => {
    const all = await listActivities(db, activity.organisationId, activity.userId);
    const before = all.find(({ id }) => id === activity.id) ?? activity;
    const merged = mergedWith(before, wanted);
    const why = whyNot(
      merged,
      all.filter(({ id }) => id !== activity.id),
    );
    if (why !== undefined) return refused(why);
    const there = inPlaceOf(merged, all);
    const free = firstFree(all);
    if (there !== undefined && free === undefined) return refused('too-many-activities');
    // No two stand in one place, not even between two statements.
    if (there !== undefined) await place(db, there, free ?? LAST);
    await db.updateTable('activity').set(columnsOf(merged)).where('id', '=', merged.id).execute();
    if (there !== undefined) await place(db, there, before.position);
    await bumpRevision(db);
    return { kind: 'changed', activity: merged };
  });
}

/** Nobody can choose it any more; whoever is on it stays so until it ends. */
export async function removeActivity(
  db: Db,
  activity: ActivityRecord,
  now: EpochMs,
): Promise<'removed' | 'available-stays'> {
  if (activity.key === 'available') return 'available-stays';
  return inTransaction<'removed'>(db, async (db) => {
    await db
      .updateTable('activity')
      .set({ removed_at: now })
      .where('id', '=', activity.id)
      .where('removed_at', 'is', null)
      .execute();
    await bumpRevision(db);
    return 'removed';
  });
}

function mergedWith(activity: ActivityRecord, wanted: ActivityChange): ActivityRecord {
  const { names, phrase, publicPhrase, ringSeconds: ring, ...plain } = wanted;
  const { ringSeconds: before, ...others } = activity;
  const ringSeconds = ring === undefined ? before : ring === 'usual' ? undefined : ring;
  const said = Object.fromEntries(
    Object.entries(plain).filter(([, value]) => value !== undefined),
  ) as Partial<ActivityRecord>;
  const told = publicPhrase && { ...(activity.publicPhrase ?? activity.phrase), ...publicPhrase };
  return {
    ...others,
    ...said,
    ...(ringSeconds === undefined ? {} : { ringSeconds }),
    names: trimmed({ ...activity.names, ...names }),
    phrase: trimmed({ ...activity.phrase, ...phrase }),
    ...(told === undefined ? {} : { publicPhrase: trimmed(told) }),
  };
}

function whyNot(
  activity: ActivityRecord,
  others: readonly ActivityRecord[],
): WhyNotActivity | undefined {
  const { names, phrase, publicPhrase = phrase, position, ringSeconds } = activity;
  const texts = [phrase.sv, phrase.en, publicPhrase.sv, publicPhrase.en];
  if (activity.key === 'available' && (!activity.rings || position !== 0)) return 'available-stays';
  if (readName(names.sv) === undefined || readName(names.en) === undefined) return 'bad-name';
  if (!texts.every(isPhrase)) return 'bad-phrase';
  if (!/^[a-z0-9_]{1,40}$/.test(activity.icon)) return 'bad-icon';
  if (!/^#[0-9a-f]{6}$/.test(activity.colour)) return 'bad-colour';
  if (!isLength(activity.length)) return 'bad-length';
  if (ringSeconds !== undefined && !isRingTime(ringSeconds)) return 'bad-ring-time';
  if (!Number.isInteger(position) || position < 0 || position > LAST) return 'bad-position';
  if (position === 0 && activity.key !== 'available') return 'bad-position';
  const taken = others
    .filter(({ userId }) => userId === activity.userId)
    .some((other) => isCalled(other.names, names));
  return taken ? 'activity-name-taken' : undefined;
}

/** Which other of the same owner stands where this one is to. */
function inPlaceOf(
  { id, userId, position }: ActivityRecord,
  all: readonly ActivityRecord[],
): ActivityRecord | undefined {
  return all.find((each) => each.id !== id && each.userId === userId && each.position === position);
}

async function place(db: Db, { id }: ActivityRecord, position: number): Promise<void> {
  await db.updateTable('activity').set({ position }).where('id', '=', id).execute();
}

/** Where neither the person nor the organisation has one, so that its number means one thing. */
function firstFree(all: readonly ActivityRecord[]): number | undefined {
  const used = new Set(all.map(({ position }) => position));
  return Array.from({ length: LAST }, (_, at) => at + 1).find((position) => !used.has(position));
}

/** Spoken after a name, so it is one line; empty where nothing is said. */
const isPhrase = (text: string): boolean => text === '' || readName(text) !== undefined;

function isLength(length: DefaultLength): boolean {
  switch (length.kind) {
    case 'minutes':
      return isWhole(length.minutes, 1, A_YEAR);
    case 'time':
      return isWhole(length.minuteOfDay, 0, 1439);
    case 'rest-of-day':
    case 'next-working-day':
    case 'open-ended':
      return true;
  }
}

const isWhole = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to;

const isCalled = (names: Bilingual, wanted: Bilingual): boolean =>
  folded(names.sv) === folded(wanted.sv) || folded(names.en) === folded(wanted.en);

const trimmed = ({ sv, en }: Bilingual): Bilingual => ({
  sv: sv.trim().normalize('NFC'),
  en: en.trim().normalize('NFC'),
});

const refused = (why: WhyNotActivity): ChangeActivity => ({ kind: 'refused', why });

/** Two digits are dialled. */
const LAST = 99;

/** A leap year, in minutes: as the table checks it. */
const A_YEAR = 527_040;
