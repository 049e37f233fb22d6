import { destinationClass } from '../destination-class.ts';
import { type NeverAllowed, neverAllowed, readCountries } from '../outside-reach.ts';
import type { E164 } from '../phone-number.ts';
import type { Db } from './open.ts';
import { readRules, type WhoCalls } from './rules.ts';
import { readSetting } from './settings.ts';

/**
 * Why a person or a team may not have calls sent to a number, whatever the hour. It is
 * asked again of every such call: rules change.
 *
 * @returns undefined where they may.
 */
export async function mayNotCall(
  db: Db,
  user: WhoCalls,
  number: E164,
): Promise<NeverAllowed | undefined> {
  const rules = await readRules(db, user);
  const { country: home } = await db
    .selectFrom('organisation')
    .select('country')
    .where('id', '=', user.organisationId)
    .executeTakeFirstOrThrow();
  const countries = readCountries(await readSetting(db, user.organisationId, 'countries'));
  const { 'calls-out': reach, premium } = rules;
  return neverAllowed(destinationClass(number, home), {
    ...{ reach, countries, home, premium: premium === 'yes' },
  });
}
