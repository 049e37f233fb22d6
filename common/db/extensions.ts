import { type Extension, type NumberPlan, readDialled } from '../phone-number.ts';
import type { Db } from './open.ts';

/** Who is called at an extension: a person and a team never have the same. */
export async function holderOf(
  db: Db,
  organisationId: string,
  extension: string,
): Promise<'person' | 'team' | undefined> {
  const [person] = await db
    .selectFrom('user')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('extension', '=', extension)
    .execute();
  if (person !== undefined) return 'person';
  const [team] = await db
    .selectFrom('team')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('extension', '=', extension)
    .execute();
  return team && 'team';
}

/** Reads what is to be somebody's; no public number may be hidden behind it. Whether it is taken is another question. */
export function readNewExtension(text: string, plan: NumberPlan): NewExtension {
  const dialled = readDialled(text, plan);
  if (dialled.kind === 'emergency' || dialled.kind === 'short') {
    return { kind: 'refused', why: 'reserved-extension' };
  }
  return dialled.kind === 'extension' && dialled.extension === text
    ? { kind: 'read', extension: dialled.extension }
    : { kind: 'refused', why: 'bad-extension' };
}

type NewExtension =
  | { readonly kind: 'read'; readonly extension: Extension }
  | { readonly kind: 'refused'; readonly why: 'reserved-extension' | 'bad-extension' };
