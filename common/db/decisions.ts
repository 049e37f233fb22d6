import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';

/** Why one call went where it went. What was asked, decided and seen is JSON. */
export interface DecisionRecord {
  readonly leg: string;
  readonly organisationId: string | undefined;
  /** Who was called. */
  readonly userId: string | undefined;
  readonly at: EpochMs;
  readonly caller: string;
  readonly dialled: string;
  readonly question: string;
  readonly plan: string;
  readonly trace: string;
}

/** All or none. Who was called may have been removed since: then nobody was. */
export async function saveDecisions(db: Db, records: readonly DecisionRecord[]): Promise<void> {
  if (records.length === 0) return;
  await db
    .insertInto('decision')
    .values((eb) =>
      records.map(({ organisationId, userId, ...record }) => ({
        ...record,
        organisation_id: eb
          .selectFrom('organisation')
          .select('organisation.id')
          .where('organisation.id', '=', organisationId ?? ''),
        user_id: eb
          .selectFrom('user')
          .select('user.id')
          .where('user.id', '=', userId ?? ''),
      })),
    )
    .execute();
}

/** Every decision about a call, in the order they were made. */
export async function decisionsOfLeg(db: Db, leg: string): Promise<readonly DecisionRecord[]> {
  const rows = await decisions(db).where('leg', '=', leg).orderBy('id').execute();
  return rows.map(recordOf);
}

/** @param userId - of the person who was called; undefined: anybody. */
export async function lastDecidedLeg(
  db: Db,
  organisationId: string,
  userId: string | undefined,
): Promise<string | undefined> {
  let query = db.selectFrom('decision').select('leg');
  query =
    userId === undefined
      ? query.where((where) =>
          where.or([
            where('organisation_id', '=', organisationId),
            where('organisation_id', 'is', null),
          ]),
        )
      : query.where('user_id', '=', userId);
  const row = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row?.leg;
}

/** A page of what was decided from a moment on; the next one begins after the last `id`. */
export async function decisionsSince(
  db: Db,
  organisationId: string,
  since: EpochMs,
  after: number,
): Promise<readonly (DecisionRecord & { readonly id: number })[]> {
  const rows = await decisions(db)
    .where('organisation_id', '=', organisationId)
    .where('at', '>=', since)
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute();
  return rows.map((row) => ({ id: row.id, ...recordOf(row) }));
}

/** What left for the public network from a moment on, the oldest first. `plan` is JSON. */
export async function leftSince(
  db: Db,
  since: EpochMs,
): Promise<readonly Pick<DecisionRecord, 'leg' | 'at' | 'plan'>[]> {
  const rows = await db
    .selectFrom('decision')
    .select(['leg', 'at', 'plan'])
    .where('at', '>=', since)
    .where('plan', 'like', '{"kind":"out"%')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, at: epochMs(row.at) }));
}

const PAGE = 500;

const decisions = (db: Db) =>
  db
    .selectFrom('decision')
    .select(['id', 'leg', 'organisation_id', 'user_id', 'at'])
    .select(['caller', 'dialled', 'question', 'plan', 'trace']);

type Row = Awaited<ReturnType<ReturnType<typeof decisions>['executeTakeFirstOrThrow']>>;

const recordOf = (row: Row): DecisionRecord => ({
  leg: row.leg,
  organisationId: row.organisation_id ?? undefined,
  userId: row.user_id ?? undefined,
  at: epochMs(row.at),
  caller: row.caller,
  dialled: row.dialled,
  question: row.question,
  plan: row.plan,
  trace: row.trace,
});
