import type { Extension } from '../../common/phone-number.ts';
import type { Arrival } from './arrival.ts';
import type { Organisation } from './directory.ts';

/** Who has an extension: a person, or a team. */
export function calleeAt(
  { users, teams }: Organisation,
  extension: Extension,
): Pick<Arrival, 'user' | 'team'> | undefined {
  const user = users.get(extension);
  if (user !== undefined) return { user };
  const team = teams?.get(extension);
  return team && { user: team.user, team };
}
