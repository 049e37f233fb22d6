import type { ForwardTarget } from '../forward-target.ts';
import { type E164, type Extension, isPremium } from '../phone-number.ts';
import { holderOf } from './extensions.ts';
import type { Db } from './open.ts';

/** Somebody that a call can be sent on to. */
export type KeptTarget =
  | { readonly kind: 'extension'; readonly extension: Extension }
  | { readonly kind: 'number'; readonly number: E164 };

/** The extension where somebody has it; else what else the digits mean. */
export async function keptTarget(
  db: Db,
  { organisationId }: { readonly organisationId: string },
  to: Exclude<ForwardTarget, { kind: 'voicemail' }>,
): Promise<KeptTarget | 'unknown-target' | 'not-forwardable'> {
  if (to.kind === 'number') return to;
  const { extension, otherwise } = to;
  const holder = await holderOf(db, organisationId, extension);
  if (holder !== undefined) return { kind: 'extension', extension };
  if (otherwise === undefined) return 'unknown-target';
  return isPremium(otherwise) ? 'not-forwardable' : { kind: 'number', number: otherwise };
}

/** Who of the organisation is called there; a public number of ours is whoever has it. */
export async function insideAt(
  db: Db,
  organisation: string,
  to: KeptTarget,
): Promise<Extension | undefined> {
  if (to.kind === 'extension') return to.extension;
  const owner = await db
    .selectFrom('number')
    .leftJoin('user', 'user.id', 'number.user_id')
    .leftJoin('team', 'team.id', 'number.team_id')
    .select(['user.extension as person', 'team.extension as team'])
    .where('number.organisation_id', '=', organisation)
    .where('e164', '=', to.number)
    .executeTakeFirst();
  const extension = owner?.person ?? owner?.team ?? undefined;
  return extension === undefined ? undefined : (extension as Extension);
}

/** What the columns of a target say. */
export const targetOf = (kind: KeptTarget['kind'], target: string): KeptTarget =>
  kind === 'number' ? { kind, number: target as E164 } : { kind, extension: target as Extension };

export const targetText = (to: KeptTarget): string =>
  to.kind === 'number' ? to.number : to.extension;
