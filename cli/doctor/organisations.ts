import type { Db } from '../../common/db/open.ts';
import { listOrganisations, type OrganisationRecord } from '../../common/db/organisations.ts';
import { listNumbers } from '../../common/db/numbers.ts';
import { listTrunksOf, type TrunkRecord } from '../../common/db/trunks.ts';
import { listUsers } from '../../common/db/users.ts';
import { zoneRule } from '../../daemon/freeswitch/zone-rule.ts';
import { type Finding, ok, warning, wrong } from './finding.ts';
import { checkTeams } from './teams.ts';
import { checkTrunkHost } from './trunk-host.ts';

/** Is there somebody to call, a way out for each organisation, and its time of day? */
export async function checkOrganisations(db: Db): Promise<readonly Finding[]> {
  const all = await listOrganisations(db);
  if (all.length === 0) {
    const mend = 'vaxel org add <sip-domain> --name <name>';
    return [wrong('organisation', 'there is no organisation', mend)];
  }
  const findings = await Promise.all(
    all.map(async (organisation) => {
      const trunks = await listTrunksOf(db, organisation.id);
      return [
        await checkUsers(db, organisation),
        checkTrunks(organisation, trunks),
        ...(await checkNumbers(db, organisation)),
        ...(await checkTeams(db, organisation)),
        await checkZone(organisation),
        ...(await Promise.all(trunks.map(checkTrunkHost))),
      ];
    }),
  );
  return findings.flat();
}

async function checkUsers(db: Db, { id, domain }: OrganisationRecord): Promise<Finding> {
  const { length } = await listUsers(db, id);
  return length === 0
    ? warning(
        'organisation',
        `${domain} has no users`,
        'vaxel user add <extension> --name <full name>',
      )
    : ok('organisation', `${domain} has ${length} users`);
}

function checkTrunks({ domain }: OrganisationRecord, { length }: readonly TrunkRecord[]): Finding {
  return length === 0
    ? warning(
        'trunk',
        `${domain} has no trunk: nobody gets out, to 112 neither`,
        'vaxel trunk add <name> --host <host:port>',
      )
    : ok('trunk', `${domain} has ${length}`);
}

/** A number at rest after its owner is to be nobody's. */
async function checkNumbers(db: Db, { id, domain }: OrganisationRecord): Promise<Finding[]> {
  const numbers = await listNumbers(db, id);
  const free = numbers.filter(({ state }) => state === 'free').map(({ e164 }) => e164);
  if (free.length > 0) {
    return [
      warning(
        'numbers',
        `${domain}: nobody has ${free.join(', ')}, and who calls there is turned away`,
        'vaxel user add … --number gives one to somebody new, vaxel team set … --number to a team; else have the carrier not send it',
      ),
    ];
  }
  return numbers.length === 0
    ? []
    : [ok('numbers', `${domain}: all ${numbers.length} have owners`)];
}

async function checkZone({ domain, zone }: OrganisationRecord): Promise<Finding> {
  const rule = await zoneRule(zone);
  return rule === undefined
    ? wrong('zone', `${domain}: this machine does not know ${zone}`, 'install tzdata')
    : ok('zone', `${domain}: ${zone} is ${rule}`);
}
