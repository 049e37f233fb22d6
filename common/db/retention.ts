import { type RawBuilder, sql } from 'kysely';
import type { EpochMs } from '../time.ts';
import type { Db } from './open.ts';

/** What has an age after which it is forgotten. */
export type Forgettable = keyof typeof SLICES;

/**
 * Forgets what an organisation has of one kind from before a moment, a slice at a
 * time, so that no other writer waits longer than for one.
 *
 * @returns how many rows went; fewer than `SLICE` where none are left.
 */
export async function forgetSlice(
  db: Db,
  what: Forgettable,
  organisation: string,
  before: EpochMs,
): Promise<number> {
  const { numAffectedRows = 0n } = await SLICES[what](organisation, before).execute(db);
  return Number(numAffectedRows);
}

/** Rows. */
export const SLICE = 500;

/** Calls that went through none, or one that is gone: by the longest anybody keeps. */
export const OF_NOBODY = '';

const SLICES = {
  // Before the decisions, which say whose call it was.
  'legs of calls': (organisation, before) =>
    organisation === OF_NOBODY
      ? sql`delete from call_leg where leg in (
          select leg from call_leg where ended_at < ${before} limit ${SLICE})`
      : sql`delete from call_leg where leg in (
          select call_leg.leg from call_leg
          where ended_at < ${before} and exists (
            select 1 from decision
            where decision.leg = call_leg.call and decision.organisation_id = ${organisation})
          limit ${SLICE})`,
  decisions: (organisation, before) =>
    sql`delete from decision where id in (
      select id from decision
      where at < ${before} and coalesce(organisation_id, ${OF_NOBODY}) = ${organisation}
      limit ${SLICE})`,
  statuses: (organisation, before) =>
    sql`delete from status_log where id in (
      select id from status_log
      where coalesce(ends_at, started_at) < ${before} and organisation_id = ${organisation}
      limit ${SLICE})`,
  // A planned one is for whoever planned it to remove; a calendar forgets by itself.
  'calendar entries': (organisation, before) =>
    sql`delete from status_plan where id in (
      select id from status_plan
      where ends_at < ${before} and entry is not null and organisation_id = ${organisation}
      limit ${SLICE})`,
  'requests of phones': (organisation, before) =>
    sql`delete from phone_request where id in (
      select phone_request.id from phone_request join phone on phone.id = phone_request.phone_id
      where at < ${before} and phone.organisation_id = ${organisation}
      limit ${SLICE})`,
} satisfies Readonly<
  Record<string, (organisation: string, before: EpochMs) => RawBuilder<unknown>>
>;
