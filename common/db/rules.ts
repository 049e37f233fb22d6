import { type RuleName, RULE_NAMES, type RuleValues, ruleValues } from '../rule-catalogue.ts';
import type { Db } from './open.ts';
import { bumpRevision } from './revision.ts';
import { inTransaction } from './transaction.ts';
import type { UserRecord } from './users.ts';

/** What holds for a person, rule by rule, and who said so. */
export type ShownRules = readonly {
  readonly rule: RuleName;
  readonly value: string;
  readonly from: 'person' | 'organisation' | 'vaxel';
}[];

/** How an organisation's default stands among its settings. */
export const defaultRuleKey = (rule: RuleName): string => `${DEFAULT_RULE}${rule}`;

export const DEFAULT_RULE = 'rule:';

export async function setRule<Name extends RuleName>(
  db: Db,
  user: UserRecord,
  rule: Name,
  value: RuleValues[Name],
): Promise<void> {
  await inTransaction(db, async (db) => {
    await db
      .insertInto('rule')
      .values({ user_id: user.id, organisation_id: user.organisationId, key: rule, value })
      .onConflict((conflict) => conflict.columns(['user_id', 'key']).doUpdateSet({ value }))
      .execute();
    await bumpRevision(db);
  });
}

/** Back to the organisation's. @param rule - undefined: every one. */
export async function clearRules(
  db: Db,
  user: UserRecord,
  rule: RuleName | undefined,
): Promise<void> {
  await inTransaction(db, async (db) => {
    await db
      .deleteFrom('rule')
      .where('user_id', '=', user.id)
      .$if(rule !== undefined, (query) => query.where('key', '=', rule ?? ''))
      .execute();
    await bumpRevision(db);
  });
}

/** For everybody of the organisation who has not decided otherwise. */
export async function setDefaultRule<Name extends RuleName>(
  db: Db,
  organisation: string,
  rule: Name,
  value: RuleValues[Name],
): Promise<void> {
  await inTransaction(db, async (db) => {
    await db
      .insertInto('setting')
      .values({ organisation_id: organisation, key: defaultRuleKey(rule), value })
      .onConflict((conflict) => conflict.columns(['organisation_id', 'key']).doUpdateSet({ value }))
      .execute();
    await bumpRevision(db);
  });
}

export async function readDefaultRules(
  db: Db,
  organisation: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('setting')
    .select(['key', 'value'])
    .where('organisation_id', '=', organisation)
    .where('key', 'like', `${DEFAULT_RULE}%`)
    .execute();
  return new Map(rows.map(({ key, value }) => [key.slice(DEFAULT_RULE.length), value]));
}

/** A person, or a team, which has no rule of its own. */
export type WhoCalls = Pick<UserRecord, 'id' | 'organisationId'>;

/** What holds for a person. */
export async function readRules(db: Db, user: WhoCalls): Promise<RuleValues> {
  const own = await readOwnRules(db, user);
  return ruleValues(own, ruleValues(await readDefaultRules(db, user.organisationId)));
}

export async function showRules(db: Db, user: UserRecord): Promise<ShownRules> {
  const own = await readOwnRules(db, user);
  const defaults = await readDefaultRules(db, user.organisationId);
  const values = ruleValues(own, ruleValues(defaults));
  return RULE_NAMES.map((rule) => {
    const from = own.has(rule) ? 'person' : defaults.has(rule) ? 'organisation' : 'vaxel';
    return { rule, value: values[rule], from };
  });
}

async function readOwnRules(
  db: Db,
  user: Pick<WhoCalls, 'id'>,
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('rule')
    .select(['key', 'value'])
    .where('user_id', '=', user.id)
    .execute();
  return new Map(rows.map(({ key, value }) => [key, value]));
}

/** What one device shows first; undefined: as the person's rules say. */
export async function setDeviceShows(
  db: Db,
  deviceId: string,
  shows: 'name' | 'number' | undefined,
): Promise<void> {
  await inTransaction(db, async (db) => {
    await db.deleteFrom('device_rule').where('device_id', '=', deviceId).execute();
    if (shows !== undefined) {
      await db.insertInto('device_rule').values({ device_id: deviceId, shows }).execute();
    }
    await bumpRevision(db);
  });
}
