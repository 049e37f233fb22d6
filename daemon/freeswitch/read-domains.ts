import { a1Hash } from '../../common/a1-hash.ts';
import { CANARY, canaryPassword } from '../../common/canary-account.ts';
import type { Db } from '../../common/db/open.ts';
import { guestUsername, listGuests } from '../../common/db/phone-guests.ts';
import { listSipAccounts, type SipUser } from '../../common/db/sip-accounts.ts';
import { listTrunks } from '../../common/db/trunks.ts';
import { groupBy } from '../../common/group-by.ts';
import { mapInTurns } from '../../common/in-turns.ts';
import type { SecretBox } from '../../common/secret-box.ts';
import type { Extension } from '../../common/phone-number.ts';
import type { Directory, Organisation, Team } from '../routing/directory.ts';
import { USUAL_RULES } from '../routing/rules.ts';
import { outwardNumber } from '../routing/shown-number.ts';
import type { DirectoryDomain, DirectoryPerson, DirectoryTeam } from './directory-xml.ts';
import type { Gateway } from './gateways-xml.ts';
import { mayCall } from './may-call.ts';

/** Everything FreeSWITCH is told of the database, secrets in the clear. */
export interface FreeSwitchContent {
  readonly domains: readonly DirectoryDomain[];
  readonly gateways: readonly Gateway[];
}

/**
 * @param host - where FreeSWITCH is reached, and the daemon on it.
 * @throws {VaxelError} `SECRET_UNREADABLE`, and what the database throws.
 */
export async function readFreeSwitchContent(
  db: Db,
  box: SecretBox,
  directory: Directory,
  host: string,
): Promise<FreeSwitchContent> {
  const users = groupBy(await listSipAccounts(db, box), ({ domain }) => domain);
  const trunks = await listTrunks(db, box);
  const guests = groupBy(await listGuests(db), ({ organisationId }) => organisationId);
  const domains: DirectoryDomain[] = [];
  for (const organisation of directory.organisations.values()) {
    const { id, domain } = organisation;
    domains.push({
      ...(await domainOf(organisation, users.get(domain) ?? [])),
      guests: (guests.get(id) ?? []).map(({ mac, code }) => {
        const username = guestUsername(mac);
        return { username, code, a1Hash: a1Hash(username, domain, code) };
      }),
      canary: { host, a1Hash: a1Hash(CANARY, domain, canaryPassword(box, domain)) },
    });
  }
  return {
    domains,
    gateways: trunks.map(({ name, host, username, password, register }) => ({
      name,
      host,
      username,
      password,
      register,
    })),
  };
}

async function domainOf(
  organisation: Organisation,
  users: readonly SipUser[],
): Promise<Omit<DirectoryDomain, 'guests' | 'canary'>> {
  const { domain, zone, language, areaCode, voicemailCode, mainNumber } = organisation;
  const { country, callsOut: limits } = organisation;
  const byExtension = new Map(users.map((user) => [user.extension, user]));
  const usual = mayCall(country, limits, USUAL_RULES.callsOut);
  const differs = (extension: Extension): string | undefined => {
    const { callsOut } = organisation.users.get(extension)?.rules ?? USUAL_RULES;
    if (callsOut === USUAL_RULES.callsOut) return undefined;
    const own = mayCall(country, limits, callsOut);
    return own === usual ? undefined : own;
  };
  return {
    domain,
    zone,
    language,
    areaCode,
    voicemailCode,
    mainNumber,
    trunks: organisation.trunks,
    mayCall: usual,
    people: await mapInTurns(users, (user) => ({
      ...personOf(user, differs(user.extension)),
      outward: outwardOf(user, organisation),
    })),
    teams: [...(organisation.teams?.values() ?? [])].map((team) =>
      teamOf(team, byExtension, domain),
    ),
  };
}

function teamOf(
  { user: { extension, language, numbers }, members, unanswered }: Team,
  users: ReadonlyMap<Extension, SipUser>,
  domain: string,
): DirectoryTeam {
  const mailbox = unanswered.kind === 'voicemail' ? unanswered.extension : undefined;
  return {
    extension,
    language,
    numbers,
    pinHash: pinHash({ extension, domain, pin: undefined }),
    members: members
      .flatMap((member) => users.get(member) ?? [])
      .map(({ id, accounts }) => ({ id, devices: devicesOf(accounts) })),
    mailbox: mailbox !== undefined && users.has(mailbox) ? mailbox : undefined,
  };
}

const devicesOf = (accounts: SipUser['accounts']): DirectoryPerson['devices'] =>
  accounts.map(({ deviceId, username, a1Hash }) => ({ id: deviceId, username, a1Hash }));

function outwardOf(
  { extension, numbers }: SipUser,
  organisation: Organisation,
): DirectoryPerson['outward'] {
  const { rules = USUAL_RULES, devices = [] } = organisation.users.get(extension) ?? {};
  return outwardNumber(organisation, { numbers, rules, devices });
}

function personOf(user: SipUser, may: string | undefined): Omit<DirectoryPerson, 'outward'> {
  const { id, extension, name, language, numbers, accounts } = user;
  return {
    id,
    extension,
    name,
    language,
    numbers,
    pinHash: pinHash(user),
    mayCall: may,
    devices: devicesOf(accounts),
  };
}

/**
 * mod_voicemail compares the MD5 of `extension:domain:pin`. Who has no PIN gets
 * the hash of a text no keypad can type, so that nobody gets in.
 */
function pinHash({
  extension,
  domain,
  pin,
}: Pick<SipUser, 'extension' | 'domain' | 'pin'>): string {
  return a1Hash(extension, domain, pin ?? 'none, and not by keypad');
}
