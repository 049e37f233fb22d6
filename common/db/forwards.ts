import type { ForwardTarget } from '../forward-target.ts';
import type { Extension } from '../phone-number.ts';
import { type EpochMs, epochMs } from '../time.ts';
import type { Db } from './open.ts';
import type { ForwardTable, Source } from './presence-schema.ts';
import { type RefusedTarget, refusedTarget } from './refused-target.ts';
import { bumpRevision, readRevision } from './revision.ts';
import { insideAt, type KeptTarget, keptTarget, targetOf, targetText } from './target.ts';
import { inTransaction } from './transaction.ts';
import type { UserRecord } from './users.ts';

export type ForwardReason = ForwardTable['reason'];

export interface ForwardRecord {
  readonly userId: string;
  readonly extension: Extension;
  readonly name: string;
  readonly reason: ForwardReason;
  readonly to: ForwardsTo;
  /** One that is off keeps its target. */
  readonly active: boolean;
  readonly endsAt: EpochMs | undefined;
  readonly source: Source;
  readonly setAt: EpochMs;
}

/** `voicemail`: of the person who forwards. */
export type ForwardsTo = KeptTarget | { readonly kind: 'voicemail' };

export interface NewForward {
  readonly reason: ForwardReason;
  readonly to: ForwardTarget;
  /** Undefined: until somebody ends it. */
  readonly endsAt?: EpochMs | undefined;
  readonly source: Source;
}

export type SetForward =
  | { readonly kind: 'set'; readonly forward: ForwardRecord }
  | {
      readonly kind: 'refused';
      readonly why: 'unknown-target' | 'not-forwardable' | 'forward-to-oneself' | 'end-has-passed';
    }
  | RefusedTarget;

export async function setForward(
  db: Db,
  user: UserRecord,
  wanted: NewForward,
  now: EpochMs,
): Promise<SetForward> {
  const { reason, endsAt, source } = wanted;
  if (endsAt !== undefined && endsAt <= now) return { kind: 'refused', why: 'end-has-passed' };
  return inTransaction(db, async (db) => {
    const to = wanted.to.kind === 'voicemail' ? wanted.to : await keptTarget(db, user, wanted.to);
    if (typeof to === 'string') return { kind: 'refused', why: to };
    if (to.kind !== 'voicemail') {
      const refused =
        (await insideAt(db, user.organisationId, to)) === user.extension
          ? ({ kind: 'refused', why: 'forward-to-oneself' } as const)
          : await refusedTarget(db, user, reason, to, now);
      if (refused !== undefined) return refused;
    }
    await bumpRevision(db, 'presence');
    const row = {
      target_kind: to.kind,
      target: to.kind === 'voicemail' ? null : targetText(to),
      active: 1,
      ends_at: endsAt ?? null,
      source,
      set_at: now,
      revision: await readRevision(db, 'presence'),
    } as const;
    await db
      .insertInto('forward')
      .values({ user_id: user.id, organisation_id: user.organisationId, reason, ...row })
      .onConflict((conflict) => conflict.columns(['user_id', 'reason']).doUpdateSet(row))
      .execute();
    const { id: userId, extension, name } = user;
    const forward = { userId, extension, name, reason, to, active: true, endsAt, source };
    return { kind: 'set', forward: { ...forward, setAt: now } };
  });
}

/** Puts on again what was off, with the target it had. Undefined where there never was one. */
export async function resumeForward(
  db: Db,
  user: UserRecord,
  reason: ForwardReason,
  source: Source,
  now: EpochMs,
): Promise<SetForward | undefined> {
  const kept = (await listForwards(db, user.organisationId, user.id)).find(
    (forward) => forward.reason === reason,
  );
  if (kept === undefined) return undefined;
  const { to } = kept;
  const target = to.kind === 'extension' ? { ...to, otherwise: undefined } : to;
  return setForward(db, user, { reason, to: target, source }, now);
}

/** Ends one, or all. @returns those that were on. */
export async function clearForwards(
  db: Db,
  user: UserRecord,
  reason: ForwardReason | undefined,
  source: Source,
  now: EpochMs,
): Promise<readonly ForwardRecord[]> {
  return inTransaction(db, async (db) => {
    const on = (await listForwards(db, user.organisationId, user.id)).filter(
      (forward) => isOn(forward, now) && (reason === undefined || forward.reason === reason),
    );
    if (on.length === 0) return [];
    await bumpRevision(db, 'presence');
    await db
      .updateTable('forward')
      .set({ active: 0, source, set_at: now, revision: await readRevision(db, 'presence') })
      .where('user_id', '=', user.id)
      .where(
        'reason',
        'in',
        on.map((forward) => forward.reason),
      )
      .execute();
    return on;
  });
}

export const isOn = ({ active, endsAt }: ForwardRecord, now: EpochMs): boolean =>
  active && (endsAt === undefined || endsAt > now);

/** Of one person, or of the whole organisation; by extension. Those that are off too. */
export async function listForwards(
  db: Db,
  organisation: string,
  userId?: string,
): Promise<readonly ForwardRecord[]> {
  const rows = await db
    .selectFrom('forward')
    .innerJoin('user', 'user.id', 'user_id')
    .selectAll('forward')
    .select(['extension', 'name'])
    .where('forward.organisation_id', '=', organisation)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .execute();
  return rows
    .map((row) => ({
      userId: row.user_id,
      extension: row.extension as Extension,
      name: row.name,
      reason: row.reason,
      to: forwardsTo(row.target_kind, row.target ?? ''),
      active: row.active === 1,
      endsAt: row.ends_at === null ? undefined : epochMs(row.ends_at),
      source: row.source,
      setAt: epochMs(row.set_at),
    }))
    .sort((a, b) => Number(a.extension) - Number(b.extension) || rank(a.reason) - rank(b.reason));
}

/** What the columns of a forward say. */
export const forwardsTo = (kind: ForwardsTo['kind'], target: string): ForwardsTo =>
  kind === 'voicemail' ? { kind } : targetOf(kind, target);

const rank = (reason: ForwardReason): number => FORWARD_REASONS.indexOf(reason);

export const FORWARD_REASONS = ['always', 'busy', 'no-answer', 'unreachable'] as const;
