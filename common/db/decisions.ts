import { sql } from 'kysely';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { inTransaction } from './transaction.ts';

/** Why one call went where it went. What was asked, decided and seen is JSON. */
export interface DecisionRecord {
  readonly leg: string;
  readonly organisationId: string | undefined;
  /** The person who was called. */
  readonly userId: string | undefined;
  readonly at: EpochMs;
  readonly caller: string;
  readonly dialled: string;
  readonly question: string;
  readonly plan: string;
  readonly trace: string;
}

/** One that is to be kept, with what it is found by. */
export interface NewDecision extends DecisionRecord {
  /** The team that was called. */
  readonly teamId: string | undefined;
  /** The ids of others than the person called, at whom it rang. */
  readonly rung: readonly string[];
}

/** All or none. Who was called may have been removed since: then nobody was. */
export async function saveDecisions(db: Db, records: readonly NewDecision[]): Promise<void> {
  if (records.length === 0) return;
  await inTransaction(db, async (db) => {
    await insertDecisions(db, records);
    for (const record of records) await insertRung(db, record);
  });
}

/** As one value, so that the statement is the same for any number of rows, and prepared once. */
async function insertDecisions(db: Db, records: readonly NewDecision[]): Promise<void> {
  const rows = records.map(({ leg, at, caller, dialled, question, plan, trace, ...whose }) => [
    ...[leg, at, caller, dialled, question, plan, trace],
    ...[whose.organisationId ?? null, whose.userId ?? null, whose.teamId ?? null],
  ]);
  await sql`
    insert into decision
      (leg, at, caller, dialled, question, plan, trace, organisation_id, user_id, team_id)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
      (select organisation.id from organisation where organisation.id = value ->> 7),
      (select user.id from user where user.id = value ->> 8),
      (select team.id from team where team.id = value ->> 9)
    from json_each(${JSON.stringify(rows)}) as record
  `.execute(db);
}

/** Of several decisions about a call it is the last: whoever looks for it finds the whole call. */
async function insertRung(db: Db, { leg, at, rung }: NewDecision): Promise<void> {
  if (rung.length === 0) return;
  await sql`
    insert or ignore into decision_rung (decision_id, user_id, at)
    select (select max(id) from decision where leg = ${leg}), user.id, ${at}
    from user where user.id in (${sql.join(rung)})
  `.execute(db);
}

/** Every decision about a call, in the order they were made. */
export async function decisionsOfLeg(db: Db, leg: string): Promise<readonly DecisionRecord[]> {
  const rows = await decisions(db).where('leg', '=', leg).orderBy('id').execute();
  return rows.map(recordOf);
}

/** Whose calls are looked for: those to a person, or that rang there, or those to a team. */
export type WhoseCalls = { readonly userId: string } | { readonly teamId: string };

/** @param whose - undefined: anybody's. */
export async function lastDecidedLeg(
  db: Db,
  organisationId: string,
  whose: WhoseCalls | undefined,
): Promise<string | undefined> {
  const latest = db
    .selectFrom('decision')
    .select(['leg', 'decision.at as at', 'decision.id as id'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1);
  if (whose === undefined) {
    const ours = latest.where((is) =>
      is.or([is('organisation_id', '=', organisationId), is('organisation_id', 'is', null)]),
    );
    return (await ours.executeTakeFirst())?.leg;
  }
  if ('teamId' in whose) {
    return (await latest.where('team_id', '=', whose.teamId).executeTakeFirst())?.leg;
  }
  const called = await latest.where('decision.user_id', '=', whose.userId).executeTakeFirst();
  const rung = await db
    .selectFrom('decision_rung')
    .innerJoin('decision', 'decision.id', 'decision_id')
    .select(['leg', 'decision_rung.at as at', 'decision_id as id'])
    .where('decision_rung.user_id', '=', whose.userId)
    .orderBy('decision_rung.at', 'desc')
    .orderBy('decision_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const [last] = [called, rung]
    .filter((each) => each !== undefined)
    .toSorted((one, other) => other.at - one.at || other.id - one.id);
  return last?.leg;
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
