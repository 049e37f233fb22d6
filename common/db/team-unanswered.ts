import type { ForwardTarget } from '../forward-target.ts';
import type { EpochMs } from '../time.ts';
import { holderOf } from './extensions.ts';
import type { Db } from './open.ts';
import { type RefusedTarget, refusedTarget } from './refused-target.ts';
import { insideAt, keptTarget } from './target.ts';
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
  /** By the rules of those who have none of their own. */
  | RefusedTarget;

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
  const inside =
    wanted.kind === 'number' ? await insideAt(db, organisationId, wanted) : wanted.extension;
  if (inside === extension) return { kind: 'refused', why: 'team-to-itself' };
  const to = await keptTarget(db, team, wanted);
  if (typeof to === 'string') return { kind: 'refused', why: to };
  return (await refusedTarget(db, team, 'no-answer', to, now)) ?? to;
}
