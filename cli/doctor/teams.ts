import { holderOf } from '../../common/db/extensions.ts';
import type { Db } from '../../common/db/open.ts';
import type { OrganisationRecord } from '../../common/db/organisations.ts';
import { listTeams, type TeamRecord } from '../../common/db/teams.ts';
import { type Finding, ok, warning } from './finding.ts';

/** People leave: does every team still ring somebody, and go on to somebody? */
export async function checkTeams(db: Db, { id, domain }: OrganisationRecord): Promise<Finding[]> {
  const teams = await listTeams(db, id);
  if (teams.length === 0) return [];
  const found: Finding[] = [];
  for (const team of teams) {
    const { extension, members } = team;
    if (members.length === 0) {
      const mend = `vaxel team set ${extension} --member <extension>, or vaxel team remove ${extension}`;
      found.push(warning('teams', `${domain}: ${named(team)} rings nobody`, mend));
    }
    const gone = await goneTarget(db, team);
    if (gone !== undefined) {
      const what = `${domain}: calls to ${named(team)} that nobody takes are to go to ${gone}, which nobody has`;
      found.push(warning('teams', what, `vaxel team set ${extension} --no-answer …`));
    }
  }
  return found.length > 0 ? found : [ok('teams', `${domain}: all ${teams.length} ring somebody`)];
}

const named = ({ extension, name }: TeamRecord): string => `${extension} ${name}`;

async function goneTarget(db: Db, team: TeamRecord): Promise<string | undefined> {
  const { organisationId, unanswered } = team;
  if (unanswered.kind === 'hang-up' || unanswered.kind === 'number') return undefined;
  const holder = await holderOf(db, organisationId, unanswered.extension);
  const isThere = unanswered.kind === 'voicemail' ? holder === 'person' : holder !== undefined;
  return isThere ? undefined : unanswered.extension;
}
