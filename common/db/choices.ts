import type { ForwardTarget } from '../forward-target.ts';
import type { E164, Extension } from '../phone-number.ts';
import { holderOf } from './extensions.ts';
import type { NeverAllowed } from '../outside-reach.ts';
import type { Db } from './open.ts';
import { mayNotCall } from './outside-reach.ts';
import type { ChoiceTable } from './presence-schema.ts';
import { bumpRevision } from './revision.ts';
import { readSetting } from './settings.ts';
import { insideAt, keptTarget } from './target.ts';
import { inTransaction } from './transaction.ts';
import type { UserRecord } from './users.ts';

/** What a caller gets by a digit, after the referral. */
export type ChoiceRecord =
  | { readonly kind: 'extension'; readonly extension: Extension }
  | { readonly kind: 'number'; readonly number: E164 }
  | { readonly kind: 'message' | 'switchboard' | 'mobile' | 'recall' };

export type WantedChoice =
  | Exclude<ForwardTarget, { kind: 'voicemail' }>
  | { readonly kind: 'message' | 'switchboard' | 'mobile' | 'recall' };

export type SetChoice =
  | { readonly kind: 'set'; readonly choice: ChoiceRecord }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'bad-digit'
        | 'unknown-target'
        | 'not-forwardable'
        | 'choice-of-oneself'
        | 'no-mobile'
        | 'no-switchboard';
    }
  /** Whoever offers it makes the call: why this one may not. */
  | { readonly kind: 'refused'; readonly why: 'may-not-call'; readonly barred: NeverAllowed };

export async function setChoice(
  db: Db,
  user: UserRecord,
  digit: string,
  wanted: WantedChoice,
): Promise<SetChoice> {
  if (!/^[0-9]$/.test(digit)) return { kind: 'refused', why: 'bad-digit' };
  return inTransaction(db, async (db) => {
    const choice = await checked(db, user, wanted);
    if (typeof choice === 'string') return { kind: 'refused', why: choice };
    const inside = choice.kind === 'number' && (await insideAt(db, user.organisationId, choice));
    if (choice.kind === 'number' && inside === undefined) {
      const barred = await mayNotCall(db, user, choice.number);
      if (barred !== undefined) return { kind: 'refused', why: 'may-not-call', barred };
    }
    const row = { target_kind: choice.kind, target: targetText(choice) };
    await db
      .insertInto('choice')
      .values({ user_id: user.id, organisation_id: user.organisationId, digit, ...row })
      .onConflict((conflict) => conflict.columns(['user_id', 'digit']).doUpdateSet(row))
      .execute();
    await bumpRevision(db);
    return { kind: 'set', choice };
  });
}

/** @param digit - undefined: every one. @returns whether there was any. */
export async function clearChoices(
  db: Db,
  user: UserRecord,
  digit: string | undefined,
): Promise<boolean> {
  return inTransaction(db, async (db) => {
    const { numDeletedRows } = await db
      .deleteFrom('choice')
      .where('user_id', '=', user.id)
      .$if(digit !== undefined, (query) => query.where('digit', '=', digit ?? ''))
      .executeTakeFirst();
    if (numDeletedRows > 0n) await bumpRevision(db);
    return numDeletedRows > 0n;
  });
}

/** By digit. */
export async function listChoices(
  db: Db,
  userId: string,
): Promise<readonly { readonly digit: string; readonly choice: ChoiceRecord }[]> {
  const rows = await db
    .selectFrom('choice')
    .select(['digit', 'target_kind', 'target'])
    .where('user_id', '=', userId)
    .orderBy('digit')
    .execute();
  return rows.map(({ digit, target_kind, target }) => ({
    digit,
    choice: choiceOf(target_kind, target ?? ''),
  }));
}

/** What the columns of a choice say. */
export function choiceOf(kind: ChoiceTable['target_kind'], target: string): ChoiceRecord {
  if (kind === 'extension') return { kind, extension: target as Extension };
  return kind === 'number' ? { kind, number: target as E164 } : { kind };
}

function targetText(choice: ChoiceRecord): string | null {
  if (choice.kind === 'extension') return choice.extension;
  return choice.kind === 'number' ? choice.number : null;
}

async function checked(db: Db, user: UserRecord, wanted: WantedChoice) {
  switch (wanted.kind) {
    case 'extension':
    case 'number': {
      const to = await keptTarget(db, user, wanted);
      if (typeof to === 'string') return to;
      const isOwn = to.kind === 'extension' && to.extension === user.extension;
      return isOwn ? 'choice-of-oneself' : to;
    }
    case 'mobile':
      return (await hasMobile(db, user)) ? { kind: wanted.kind } : 'no-mobile';
    case 'switchboard':
      return (await hasSwitchboard(db, user)) ? { kind: wanted.kind } : 'no-switchboard';
    case 'message':
    case 'recall':
      return { kind: wanted.kind };
  }
}

async function hasMobile(db: Db, { id }: UserRecord): Promise<boolean> {
  const mobile = await db
    .selectFrom('device')
    .select('id')
    .where('user_id', '=', id)
    .where('kind', '=', 'mobile')
    .executeTakeFirst();
  return mobile !== undefined;
}

async function hasSwitchboard(db: Db, { organisationId }: UserRecord): Promise<boolean> {
  const extension = await readSetting(db, organisationId, 'switchboard');
  return (await holderOf(db, organisationId, extension)) !== undefined;
}
