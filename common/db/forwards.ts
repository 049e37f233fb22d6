import type { ForwardTarget } from '../forward-target.ts';
import { type E164, type Extension, isPremium } from '../phone-number.ts';
import { type EpochMs, epochMs } from '../time.ts';
import { type ForwardEdge, forwardLoop } from '../forward-loop.ts';
import type { NeverAllowed } from '../outside-reach.ts';
import { holderOf } from './extensions.ts';
import type { Db } from './open.ts';
import { mayNotCall } from './outside-reach.ts';
import type { ForwardTable, Source } from './presence-schema.ts';
import { bumpRevision, readRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';
import type { UserRecord } from './users.ts';

export type ForwardReason = ForwardTable['reason'];

export interface ForwardRecord {
  readonly userId: string;
  readonly extension: Extension;
  readonly name: string;
  readonly reason: ForwardReason;
  readonly to: KeptTarget;
  /** One that is off keeps its target. */
  readonly active: boolean;
  readonly endsAt: EpochMs | undefined;
  readonly source: Source;
  readonly setAt: EpochMs;
}

export type KeptTarget =
  | { readonly kind: 'extension'; readonly extension: Extension }
  | { readonly kind: 'number'; readonly number: E164 }
  | { readonly kind: 'voicemail' };

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
  /** Whoever forwards makes the call: why this one may not. */
  | { readonly kind: 'refused'; readonly why: 'may-not-call'; readonly barred: NeverAllowed }
  /** The extensions it would go through, the person's own first and last. */
  | { readonly kind: 'refused'; readonly why: 'forward-loop'; readonly chain: readonly string[] };

export async function setForward(
  db: Db,
  user: UserRecord,
  wanted: NewForward,
  now: EpochMs,
): Promise<SetForward> {
  const { reason, endsAt, source } = wanted;
  if (endsAt !== undefined && endsAt <= now) return { kind: 'refused', why: 'end-has-passed' };
  return inTransaction(db, async (db) => {
    const to = await keptTarget(db, user, wanted.to);
    if (typeof to === 'string') return { kind: 'refused', why: to };
    const next = await personAt(db, user.organisationId, to);
    if (next === user.extension) return { kind: 'refused', why: 'forward-to-oneself' };
    if (next !== undefined) {
      const edges = await edgesOf(db, user.organisationId, now);
      const others = edges.filter((edge) => edge.from !== user.extension || edge.reason !== reason);
      const chain = forwardLoop({ from: user.extension, to: next, reason }, others);
      if (chain !== undefined) return { kind: 'refused', why: 'forward-loop', chain };
    }
    if (next === undefined && to.kind === 'number') {
      const barred = await mayNotCall(db, user, to.number);
      if (barred !== undefined) return { kind: 'refused', why: 'may-not-call', barred };
    }
    await bumpRevision(db, 'presence');
    const row = {
      target_kind: to.kind,
      target: targetText(to),
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
      to: targetOf(row.target_kind, row.target ?? ''),
      active: row.active === 1,
      endsAt: row.ends_at === null ? undefined : epochMs(row.ends_at),
      source: row.source,
      setAt: epochMs(row.set_at),
    }))
    .sort((a, b) => Number(a.extension) - Number(b.extension) || rank(a.reason) - rank(b.reason));
}

/** What the columns of a target say. */
export function targetOf(kind: KeptTarget['kind'], target: string): KeptTarget {
  switch (kind) {
    case 'extension':
      return { kind, extension: target as Extension };
    case 'number':
      return { kind, number: target as E164 };
    case 'voicemail':
      return { kind };
  }
}

function targetText(to: KeptTarget): string | null {
  if (to.kind === 'voicemail') return null;
  return to.kind === 'extension' ? to.extension : to.number;
}

/** The extension where somebody has it; else what else the digits mean. */
export async function keptTarget(
  db: Db,
  { organisationId }: { readonly organisationId: string },
  to: ForwardTarget,
): Promise<KeptTarget | 'unknown-target' | 'not-forwardable'> {
  if (to.kind !== 'extension') return to;
  const { extension, otherwise } = to;
  const holder = await holderOf(db, organisationId, extension);
  if (holder !== undefined) return { kind: 'extension', extension };
  if (otherwise === undefined) return 'unknown-target';
  return isPremium(otherwise) ? 'not-forwardable' : { kind: 'number', number: otherwise };
}

/** Who of the organisation is called there; a colleague's public number is the colleague. */
export async function personAt(
  db: Db,
  organisation: string,
  to: KeptTarget,
): Promise<Extension | undefined> {
  if (to.kind === 'voicemail') return undefined;
  if (to.kind === 'extension') return to.extension;
  const owner = await db
    .selectFrom('number')
    .innerJoin('user', 'user.id', 'number.user_id')
    .select('extension')
    .where('user.organisation_id', '=', organisation)
    .where('e164', '=', to.number)
    .executeTakeFirst();
  return owner && (owner.extension as Extension);
}

/** Whose calls may go on to whom, as things are set: those of people who forward, and of teams that nobody answers. */
export async function edgesOf(
  db: Db,
  organisation: string,
  now: EpochMs,
): Promise<readonly ForwardEdge[]> {
  const edges: ForwardEdge[] = [];
  for (const forward of await listForwards(db, organisation)) {
    const to = isOn(forward, now) ? await personAt(db, organisation, forward.to) : undefined;
    if (to !== undefined) edges.push({ from: forward.extension, to, reason: forward.reason });
  }
  for (const { from, kind, target } of await teamsThatSendOn(db, organisation)) {
    const to = await personAt(db, organisation, targetOf(kind, target ?? ''));
    if (to !== undefined) edges.push({ from, to, reason: 'no-answer' });
  }
  return edges;
}

const teamsThatSendOn = (db: Db, organisation: string) =>
  db
    .selectFrom('team')
    .select(['extension as from', 'unanswered_kind as kind', 'unanswered_target as target'])
    .where('organisation_id', '=', organisation)
    .where('unanswered_kind', 'in', ['extension', 'number'])
    .$narrowType<{ kind: 'extension' | 'number' }>()
    .execute();

const rank = (reason: ForwardReason): number => FORWARD_REASONS.indexOf(reason);

export const FORWARD_REASONS = ['always', 'busy', 'no-answer', 'unreachable'] as const;
