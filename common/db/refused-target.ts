import { type ForwardEdge, forwardLoop } from '../forward-loop.ts';
import type { NeverAllowed } from '../outside-reach.ts';
import type { Extension } from '../phone-number.ts';
import type { EpochMs } from '../time.ts';
import type { Db } from './open.ts';
import { mayNotCall } from './outside-reach.ts';
import type { WhoCalls } from './rules.ts';
import { insideAt, type KeptTarget, targetOf } from './target.ts';

/** Why calls may not be sent on there. */
export type RefusedTarget =
  /** Whoever sends a call on makes it, and these may not. */
  | { readonly kind: 'refused'; readonly why: 'may-not-call'; readonly barred: NeverAllowed }
  /** The extensions it would go through, the first one last again. */
  | { readonly kind: 'refused'; readonly why: 'forward-loop'; readonly chain: readonly string[] };

/**
 * Whether calls of a person or a team may be sent on to there, in place of where they go for
 * this reason now.
 *
 * @returns undefined where they may.
 */
export async function refusedTarget(
  db: Db,
  from: WhoCalls & { readonly extension: Extension },
  reason: ForwardEdge['reason'],
  to: KeptTarget,
  now: EpochMs,
): Promise<RefusedTarget | undefined> {
  const { organisationId, extension } = from;
  const next = await insideAt(db, organisationId, to);
  if (next !== undefined) {
    const others = (await edgesOf(db, organisationId, now)).filter(
      (edge) => edge.from !== extension || edge.reason !== reason,
    );
    const chain = forwardLoop({ from: extension, to: next, reason }, others);
    return chain && { kind: 'refused', why: 'forward-loop', chain };
  }
  const barred = to.kind === 'number' ? await mayNotCall(db, from, to.number) : undefined;
  return barred && { kind: 'refused', why: 'may-not-call', barred };
}

/** Whose calls may go on to whom, as things are set: those of people who forward, and of teams that nobody answers. */
async function edgesOf(
  db: Db,
  organisation: string,
  now: EpochMs,
): Promise<readonly ForwardEdge[]> {
  const forwards = await db
    .selectFrom('forward')
    .innerJoin('user', 'user.id', 'user_id')
    .select(['extension as from', 'reason', 'target_kind as kind', 'target'])
    .where('forward.organisation_id', '=', organisation)
    .where('target_kind', 'in', ['extension', 'number'])
    .where('active', '=', 1)
    .where((is) => is.or([is('ends_at', 'is', null), is('ends_at', '>', now)]))
    .$narrowType<{ kind: KeptTarget['kind'] }>()
    .execute();
  const teams = await db
    .selectFrom('team')
    .select(['extension as from', 'unanswered_kind as kind', 'unanswered_target as target'])
    .where('organisation_id', '=', organisation)
    .where('unanswered_kind', 'in', ['extension', 'number'])
    .$narrowType<{ kind: KeptTarget['kind'] }>()
    .execute();
  const edges: ForwardEdge[] = [];
  const all = [...forwards, ...teams.map((team) => ({ ...team, reason: 'no-answer' as const }))];
  for (const { from, reason, kind, target } of all) {
    const to = await insideAt(db, organisation, targetOf(kind, target ?? ''));
    if (to !== undefined) edges.push({ from, to, reason });
  }
  return edges;
}
