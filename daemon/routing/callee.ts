import type { Extension } from '../../common/phone-number.ts';
import type { Called, Organisation } from './directory.ts';

/** Who has an extension: a person, or a team. */
export function calleeAt(organisation: Organisation, extension: Extension): Called | undefined {
  const user = organisation.users.get(extension);
  if (user !== undefined) return { organisation, user };
  const team = organisation.teams?.get(extension);
  return team && { organisation, user: team.user, team };
}
