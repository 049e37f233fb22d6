import type { E164 } from '../phone-number.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';

/** How long a released number rests, so that its former callers do not reach a stranger: 90 days. */
export const QUARANTINE_MS = 90 * 86_400_000;

export interface NumberRecord {
  readonly e164: E164;
  readonly areaCode: string | undefined;
  readonly state: 'free' | 'assigned' | 'quarantine';
  /** The id of the person or the team. */
  readonly owner: string | undefined;
  readonly quarantinedUntil: EpochMs | undefined;
}

/** Who gets a number, or has one. */
export type NumberHolder = { readonly userId: string } | { readonly teamId: string };

export type AssignNumber =
  | { readonly kind: 'assigned' }
  | { readonly kind: 'refused'; readonly why: 'number-taken' }
  | { readonly kind: 'refused'; readonly why: 'number-resting'; readonly until: EpochMs };

export type AddNumber =
  { readonly kind: 'added' } | { readonly kind: 'refused'; readonly why: 'number-known' };

export type ReleaseNumber =
  | { readonly kind: 'released'; readonly until: EpochMs }
  | { readonly kind: 'refused'; readonly why: 'unknown-number' | 'not-assigned' };

/** Puts a number into the organisation's inventory, for somebody to get later. */
export async function addNumber(
  db: Db,
  organisation: string,
  e164: E164,
  areaCode?: string,
): Promise<AddNumber> {
  return inTransaction(db, async (db) => {
    if ((await findNumber(db, e164)) !== undefined) return { kind: 'refused', why: 'number-known' };
    await db
      .insertInto('number')
      .values({
        e164,
        organisation_id: organisation,
        area_code: areaCode ?? null,
        state: 'free',
        user_id: null,
        team_id: null,
        assigned_at: null,
        quarantined_until: null,
      })
      .execute();
    return { kind: 'added' };
  });
}

/** Gives a number to somebody of the organisation; one nobody knew yet joins the inventory. */
export async function assignNumber(
  db: Db,
  owner: NumberHolder & { readonly organisationId: string },
  e164: E164,
  now: EpochMs,
): Promise<AssignNumber> {
  return inTransaction(db, async (db) => {
    await addNumber(db, owner.organisationId, e164);
    const number = await findNumber(db, e164);
    if (number?.organisation_id !== owner.organisationId || number.state === 'assigned') {
      return { kind: 'refused', why: 'number-taken' };
    }
    if (number.quarantined_until !== null && number.quarantined_until > now) {
      return { kind: 'refused', why: 'number-resting', until: epochMs(number.quarantined_until) };
    }
    await db
      .updateTable('number')
      .set({ ...columnsOf(owner), state: 'assigned', assigned_at: now, quarantined_until: null })
      .where('e164', '=', e164)
      .execute();
    await bumpRevision(db);
    return { kind: 'assigned' };
  });
}

/** Takes a number from its owner and lets it rest. */
export async function releaseNumber(
  db: Db,
  organisation: string,
  e164: E164,
  now: EpochMs,
): Promise<ReleaseNumber> {
  return inTransaction(db, async (db) => {
    const number = await findNumber(db, e164);
    if (number?.organisation_id !== organisation) return { kind: 'refused', why: 'unknown-number' };
    if (number.state !== 'assigned') return { kind: 'refused', why: 'not-assigned' };
    const until = epochMs(now + QUARANTINE_MS);
    await db.updateTable('number').set(resting(until)).where('e164', '=', e164).execute();
    await bumpRevision(db);
    return { kind: 'released', until };
  });
}

/** All numbers of a person who leaves, or of a team that is no more. Part of a transaction that bumps the revision. */
export async function quarantineNumbersOf(
  db: Db,
  owner: NumberHolder,
  now: EpochMs,
): Promise<void> {
  const { user_id, team_id } = columnsOf(owner);
  await db
    .updateTable('number')
    .set(resting(epochMs(now + QUARANTINE_MS)))
    .where('user_id', 'is', user_id)
    .where('team_id', 'is', team_id)
    .where('state', '=', 'assigned')
    .execute();
}

/** By number. */
export async function listNumbers(db: Db, organisation: string): Promise<readonly NumberRecord[]> {
  const rows = await db
    .selectFrom('number')
    .select(['e164', 'area_code', 'state', 'user_id', 'team_id', 'quarantined_until'])
    .where('organisation_id', '=', organisation)
    .orderBy('e164')
    .execute();
  return rows.map((row) => ({
    e164: row.e164 as E164,
    areaCode: row.area_code ?? undefined,
    state: row.state,
    owner: row.user_id ?? row.team_id ?? undefined,
    quarantinedUntil: row.quarantined_until === null ? undefined : epochMs(row.quarantined_until),
  }));
}

async function findNumber(db: Db, e164: E164) {
  return db.selectFrom('number').selectAll().where('e164', '=', e164).executeTakeFirst();
}

const columnsOf = (owner: NumberHolder) =>
  'userId' in owner
    ? { user_id: owner.userId, team_id: null }
    : { user_id: null, team_id: owner.teamId };

const resting = (until: EpochMs) => ({
  state: 'quarantine' as const,
  user_id: null,
  team_id: null,
  assigned_at: null,
  quarantined_until: until,
});

/** Every number somebody has, those held longest first: an owner's first is the one shown outward. */
export async function assignedNumbers(db: Db): Promise<readonly AssignedNumber[]> {
  const rows = await db
    .selectFrom('number')
    .select(['organisation_id', 'e164', 'user_id', 'team_id'])
    .where('state', '=', 'assigned')
    .orderBy('assigned_at')
    .orderBy('e164')
    .execute();
  return rows.map((row) => ({
    organisationId: row.organisation_id,
    e164: row.e164 as E164,
    owner: row.user_id ?? row.team_id ?? '',
  }));
}

interface AssignedNumber {
  readonly organisationId: string;
  readonly e164: E164;
  /** The id of the person or the team. */
  readonly owner: string;
}
