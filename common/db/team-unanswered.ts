import { forwardLoop } from '../forward-loop.ts';
import type { ForwardTarget } from '../forward-target.ts';
import type { NeverAllowed } from '../outside-reach.ts';
import type { EpochMs } from '../time.ts';
import { holderOf } from './extensions.ts';
import { edgesOf, keptTarget, personAt } from './forwards.ts';
import type { Db } from './open.ts';
import { mayNotCall } from './outside-reach.ts';
import type { TeamRecord, TeamUnanswered } from './teams.ts';

/** As it was typed: an extension may be a number of the public network after all. */
export type WantedUnanswered =
  | Exclude<ForwardTarget, { kind: 'voicemail' }>
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'voicemail'; readonly extension: string };

export type RefusedUnanswered =
  | {
      readonly kind: 'refused';
      readonly why: 'unknown-target' | 'unknown-mailbox' | 'not-forwardable' | 'team-to-itself';
    }
  /** Nobody of the organisation who has no rule of their own may call there. */
  | { readonly kind: 'refused'; readonly why: 'may-not-call'; readonly barred: NeverAllowed }
  /** The extensions it would go through, the team's first and last. */
  | { readonly kind: 'refused'; readonly why: 'forward-loop'; readonly chain: readonly string[] };

/** Where the calls of a team go that nobody takes, and whether they may; what there was where nothing is wanted. */
export async function checkedUnanswered(
  db: Db,
  team: TeamRecord,
  wanted: WantedUnanswered | undefined,
  now: EpochMs,
): Promise<TeamUnanswered | RefusedUnanswered> {
  const { organisationId, extension } = team;
  if (wanted === undefined) return team.unanswered;
  if (wanted.kind === 'hang-up') return wanted;
  if (wanted.kind === 'voicemail') {
    const isPerson = (await holderOf(db, organisationId, wanted.extension)) === 'person';
    if (!isPerson) return { kind: 'refused', why: 'unknown-mailbox' };
    return { kind: 'voicemail', extension: wanted.extension as TeamRecord['extension'] };
  }
  if (wanted.kind === 'extension' && wanted.extension === extension) {
    return { kind: 'refused', why: 'team-to-itself' };
  }
  const to = await keptTarget(db, team, wanted);
  if (typeof to === 'string') return { kind: 'refused', why: to };
  if (to.kind === 'voicemail') throw new Error('a number is no voicemail');
  const next = await personAt(db, organisationId, to);
  if (next !== undefined) {
    const others = (await edgesOf(db, organisationId, now)).filter(
      ({ from }) => from !== extension,
    );
    const chain = forwardLoop({ from: extension, to: next, reason: 'no-answer' }, others);
    if (chain !== undefined) return { kind: 'refused', why: 'forward-loop', chain };
  } else if (to.kind === 'number') {
    const barred = await mayNotCall(db, team, to.number);
    if (barred !== undefined) return { kind: 'refused', why: 'may-not-call', barred };
  }
  return to;
}
