import { sql } from 'kysely';
import type { CallLeg, Heard } from '../call-leg.ts';
import { epochMs } from '../time.ts';
import type { Db } from './open.ts';

/**
 * One that is known already stays as it is: the same record may be read twice. Written as one value, so
 * that the statement is the same for any number of legs, and prepared once.
 */
export async function saveCallLegs(db: Db, legs: readonly CallLeg[]): Promise<void> {
  if (legs.length === 0) return;
  const rows = legs.map((leg) => [
    ...[leg.leg, leg.call, leg.direction, leg.deviceId ?? null, leg.caller, leg.dialled],
    ...[leg.startedAt, leg.rangAt ?? null, leg.answeredAt ?? null, leg.endedAt],
    ...[leg.cause, leg.native ? 1 : 0, JSON.stringify(leg.heard)],
  ]);
  await sql`
    insert into call_leg
      (leg, call, direction, device_id, caller, dialled,
       started_at, rang_at, answered_at, ended_at, cause, native, heard)
    select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
      value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
    from json_each(${JSON.stringify(rows)})
    where true
    on conflict (leg) do nothing
  `.execute(db);
}

/** The caller's leg and every one that was rung for it, in the order they began. */
export async function legsOfCall(db: Db, call: string): Promise<readonly CallLeg[]> {
  const rows = await db
    .selectFrom('call_leg')
    .selectAll()
    .where('call', '=', call)
    .orderBy('started_at')
    .orderBy('leg')
    .execute();
  return rows.map((row) => ({
    leg: row.leg,
    call: row.call,
    direction: row.direction,
    deviceId: row.device_id ?? undefined,
    caller: row.caller,
    dialled: row.dialled,
    startedAt: epochMs(row.started_at),
    rangAt: row.rang_at === null ? undefined : epochMs(row.rang_at),
    answeredAt: row.answered_at === null ? undefined : epochMs(row.answered_at),
    endedAt: epochMs(row.ended_at),
    cause: row.cause,
    native: row.native === 1,
    heard: readHeard(JSON.parse(row.heard)),
  }));
}

/** Of our own writing, so that what is not there was not heard. */
function readHeard(json: unknown): readonly Heard[] {
  if (!Array.isArray(json)) return [];
  return json.filter(
    (each): each is Heard =>
      typeof each === 'object' && each !== null && 'at' in each && 'what' in each,
  );
}
