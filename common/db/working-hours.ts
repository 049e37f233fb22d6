import { groupBy } from '../group-by.ts';
import { readMinute, weekOf, type WorkingWeek } from '../working-week.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { SETTING_DEFAULTS, type SettingKey } from './settings.ts';
import { inTransaction } from './transaction.ts';

/** When somebody works: the week, and what red days make of it. */
export interface HoursRecord {
  readonly week: WorkingWeek;
  readonly redDays: {
    /** Closed on public holidays, and on the eves that nobody works. */
    readonly red: boolean;
    readonly eves: boolean;
    /** Minute at which one goes home on the eves of other holidays. */
    readonly halfDaysEnd: number | undefined;
    /** Closed on a day between two that are. */
    readonly squeezed: boolean;
  };
}

/** A person's own hours, or the organisation's where no person is named. */
export interface HoursOwner {
  readonly organisationId: string;
  readonly userId?: string | undefined;
}

/** Everybody's, to be asked for one by one. */
export interface AllHours {
  /** His own where he has some, else the organisation's, else undefined. */
  readonly of: (owner: HoursOwner) => HoursRecord | undefined;
}

/** Those of one, as they hold for him. */
export async function findHours(db: Db, owner: HoursOwner): Promise<HoursRecord | undefined> {
  return (await allHours(db, owner.organisationId)).of(owner);
}

/** Of all organisations, or of one. */
export async function allHours(db: Db, organisationId?: string): Promise<AllHours> {
  const rows = await db
    .selectFrom('working_hours')
    .selectAll()
    .$if(organisationId !== undefined, (query) =>
      query.where('organisation_id', '=', organisationId ?? ''),
    )
    .execute();
  const settings = await db
    .selectFrom('setting')
    .selectAll()
    .where('key', 'in', ['red-days', 'half-days-end', 'squeezed-days'])
    .execute();
  const weeks = new Map(
    [...groupBy(rows, (row) => placeOf(row.organisation_id, row.user_id))].map(
      ([place, spans]) =>
        [
          place,
          weekOf(
            Array.from({ length: 7 }, (_, day) =>
              spans
                .filter(({ weekday }) => weekday === day + 1)
                .map(({ from_minute, to_minute }) => [from_minute, to_minute] as const),
            ),
          ),
        ] as const,
    ),
  );
  const setOf = groupBy(settings, ({ organisation_id }) => organisation_id);

  return {
    of: ({ organisationId, userId }) => {
      const week = weeks.get(placeOf(organisationId, userId)) ?? weeks.get(placeOf(organisationId));
      if (week === undefined) return undefined;
      const set = setOf.get(organisationId) ?? [];
      const valueOf = (key: SettingKey) =>
        set.find((row) => row.key === key)?.value ?? SETTING_DEFAULTS[key];
      const isClosed = valueOf('red-days') === 'closed';
      const redDays = {
        red: isClosed,
        eves: isClosed,
        halfDaysEnd: readMinute(valueOf('half-days-end')),
        squeezed: valueOf('squeezed-days') === 'closed',
      };
      return { week, redDays };
    },
  };
}

/** @param week - undefined: those of the organisation again, or none at all for the organisation. */
export async function setHours(
  db: Db,
  { organisationId, userId }: HoursOwner,
  week: WorkingWeek | undefined,
): Promise<void> {
  const rows = (week ?? []).flatMap((spans, day) =>
    spans.map(([from, to]) => ({
      organisation_id: organisationId,
      user_id: userId ?? null,
      weekday: day + 1,
      from_minute: from,
      to_minute: to,
    })),
  );
  await inTransaction(db, async (db) => {
    await db
      .deleteFrom('working_hours')
      .where('organisation_id', '=', organisationId)
      .where('user_id', userId === undefined ? 'is' : '=', userId ?? null)
      .execute();
    if (rows.length > 0) await db.insertInto('working_hours').values(rows).execute();
    await bumpRevision(db);
  });
}

const placeOf = (organisationId: string, userId?: string | null): string =>
  userId ?? `of ${organisationId}`;
