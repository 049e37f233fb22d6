import type { CallLeg, Heard } from '../call-leg.ts';
import { epochMs } from '../time.ts';
import type { Db } from './open.ts';

/** One that is known already stays as it is: the same record may be read twice. */
export async function saveCallLegs(db: Db, legs: readonly CallLeg[]): Promise<void> {
  if (legs.length === 0) return;
  await db
    .insertInto('call_leg')
    .values(
      legs.map((leg) => ({
        leg: leg.leg,
        call: leg.call,
        direction: leg.direction,
        device_id: leg.deviceId ?? null,
        caller: leg.caller,
        dialled: leg.dialled,
        started_at: leg.startedAt,
        rang_at: leg.rangAt ?? null,
        answered_at: leg.answeredAt ?? null,
        ended_at: leg.endedAt,
        cause: leg.cause,
        native: leg.native ? (1 as const) : (0 as const),
        heard: JSON.stringify(leg.heard),
      })),
    )
    .onConflict((conflict) => conflict.column('leg').doNothing())
    .execute();
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
