import { othersTurn } from '../../common/in-turns.ts';
import { CANARY } from '../../common/canary-account.ts';
import type { E164, Extension } from '../../common/phone-number.ts';
import { writeOwner } from '../call/owner.ts';
import type { Language } from '../routing/directory.ts';
import { inertText, xmlAttribute } from './xml-text.ts';

/** What FreeSWITCH must know of an organisation to serve it alone. */
export interface DirectoryDomain {
  readonly domain: string;
  readonly zone: string;
  readonly language: Language;
  readonly areaCode: string | undefined;
  readonly voicemailCode: string;
  /** Gateways, in the order they are tried. */
  readonly trunks: readonly { readonly name: string; readonly host: string }[];
  /** Shown with 112 by those who have no number of their own. */
  readonly mainNumber: E164 | undefined;
  /** What those may dial outside who have no rule of their own (`mayCall`). */
  readonly mayCall: string;
  readonly people: readonly DirectoryPerson[];
  readonly teams: readonly DirectoryTeam[];
  /** Desk phones that nobody has claimed. */
  readonly guests: readonly DirectoryGuest[];
  /** The account by which the daemon watches lamps itself. */
  readonly canary: DirectoryCanary;
}

export interface DirectoryCanary extends Pick<DirectoryDevice, 'a1Hash'> {
  /** The only address it comes from. */
  readonly host: string;
}

export interface DirectoryGuest extends Omit<DirectoryDevice, 'id'> {
  /** Six digits: all it ever hears. */
  readonly code: string;
}

export interface DirectoryPerson {
  readonly id: string;
  readonly extension: Extension;
  readonly name: string;
  readonly language: Language;
  readonly numbers: readonly E164[];
  /** Lower-case hex MD5 of `extension:domain:pin`; one that no PIN gives where none is set. */
  readonly pinHash: string;
  /** Undefined: as most of the organisation. */
  readonly mayCall: string | undefined;
  /** What calls outside show; a number that is hidden is for the trunk alone. */
  readonly outward: { readonly number: E164 | undefined; readonly hidden: boolean };
  readonly devices: readonly DirectoryDevice[];
}

export interface DirectoryTeam extends Pick<
  DirectoryPerson,
  'extension' | 'language' | 'numbers' | 'pinHash'
> {
  readonly members: readonly Pick<DirectoryPerson, 'id' | 'devices'>[];
  /** Whose voicemail takes its messages; undefined where none does. */
  readonly mailbox: Extension | undefined;
}

export interface DirectoryDevice {
  readonly id: string;
  readonly username: string;
  /** Lower-case hex MD5 of `username:domain:password` (RFC 2617 §3.2.2.2, A1). */
  readonly a1Hash: string;
}

/**
 * The directory section.
 *
 * A device is a `<user>` with credentials. A person is a `<user>` without any
 * (`allow-empty-password` is off, so nobody can be him over SIP) who holds the
 * mailbox and the dial string of the native fallback; a team is one, too. A number is a `<user>` of
 * the domain `vaxel-numbers`, an index that the native dialplan asks.
 */
export async function* directoryXml(domains: readonly DirectoryDomain[]): AsyncGenerator<string> {
  yield '<include>\n';
  for (const domain of domains) yield* domainXml(domain);
  yield `<domain name="vaxel-numbers">${NO_EMPTY_PASSWORD}`;
  const owners = domains.flatMap(({ domain, people, teams }) =>
    [...people, ...teams].map(({ numbers, extension }) => ({ domain, numbers, extension })),
  );
  yield* inGroups(owners, ({ domain, numbers, extension }) =>
    numbers.map((number) => numberXml(number, extension, domain)).join(''),
  );
  yield '</domain>\n</include>\n';
}

async function* domainXml(entry: DirectoryDomain): AsyncGenerator<string> {
  const variables = {
    user_context: 'vaxel-devices',
    vaxel_domain: entry.domain,
    vaxel_area: entry.areaCode,
    vaxel_voicemail_code: entry.voicemailCode,
    vaxel_may_call: entry.mayCall,
    // Whole, since FreeSWITCH takes no variable whose value names another (`switch_string_var_check_const`).
    vaxel_emergency: entry.trunks.map(({ name }) => `sofia/gateway/${name}/112`).join('|'),
    vaxel_emergency_straight: entry.trunks.map(straight112).join('|'),
    ...Object.fromEntries(
      entry.trunks.slice(0, 3).map(({ name }, i) => [`vaxel_trunk_${i + 1}`, name]),
    ),
    default_language: entry.language,
    timezone: entry.zone,
  };
  const name = xmlAttribute(entry.domain);
  yield `<domain name="${name}">${NO_EMPTY_PASSWORD}${variablesXml(variables)}`;
  yield* inGroups([...entry.people, ...entry.guests, ...entry.teams], (one) => {
    if ('code' in one) return guestXml(one, entry);
    if ('members' in one) return teamXml(one, entry.domain);
    const devices = one.devices.map((device) => deviceXml(device, one, entry));
    return devices.join('') + personXml(one, entry);
  });
  yield `<users>${canaryXml(entry.canary)}</users>`;
  yield '</domain>\n';
}

/** To a trunk's address whatever FreeSWITCH thinks of it: a gateway that left OPTIONS unanswered is not dialled (mod_sofia.c). */
const straight112 = ({ name, host }: DirectoryDomain['trunks'][number]): string =>
  `[sip_use_gateway=${name}]sofia/vaxel-trunk/112@${host}`;

/**
 * All of a domain at once: of several `groups` FreeSWITCH looks into the first (switch_xml.c,
 * `switch_xml_locate_user_in_domain`).
 *
 * Its XML reader walks over all siblings at every element it adds (switch_xml.c,
 * `switch_xml_insert`): 30,000 users side by side took it 125 s, in groups 3 s on the same machine.
 */
async function* inGroups<Item>(
  items: readonly Item[],
  usersOf: (item: Item) => string,
): AsyncGenerator<string> {
  yield '<groups>';
  for (let from = 0; from < items.length; from += GROUP_SIZE) {
    const users = items.slice(from, from + GROUP_SIZE).map(usersOf);
    yield `<group name="${1 + from / GROUP_SIZE}"><users>\n${users.join('')}</users></group>`;
    await othersTurn();
  }
  yield '</groups>';
}

/** People; near the square root of the most users there are, so that neither walk is long. */
const GROUP_SIZE = 50;

/** FreeSWITCH lets an account without a password in unless told not to (sofia_reg.c, `allow_empty_password`). */
const NO_EMPTY_PASSWORD = '<params><param name="allow-empty-password" value="false"/></params>';

/**
 * mod_sofia would tell of each caller itself, four times in a call, to nobody: the daemon keeps the lamps,
 * and all that is told goes through one thread. What has no `@` it lays aside at once (sofia.c,
 * `sofia_handle_sip_i_invite`; sofia_presence.c, `actual_sofia_presence_event_handler`).
 */
const NO_PRESENCE = 'none';

function deviceXml(
  device: DirectoryDevice,
  person: DirectoryPerson,
  { domain, mainNumber }: DirectoryDomain,
): string {
  return user(
    device.username,
    { 'a1-hash': device.a1Hash, 'mwi-account': `${person.extension}@${domain}` },
    {
      presence_data: writeOwner({ user: person.id, device: device.id, role: 'phone' }),
      presence_id: NO_PRESENCE,
      vaxel_extension: person.extension,
      vaxel_shown_number: person.outward.number,
      vaxel_numberless: person.numbers.length === 0 ? 'yes' : undefined,
      vaxel_emergency_number: person.numbers[0] ?? mainNumber,
      vaxel_hides: person.outward.hidden ? 'true' : undefined,
      vaxel_may_call: person.mayCall,
      effective_caller_id_name: inertText(person.name),
      effective_caller_id_number: person.extension,
      default_language: person.language,
    },
  );
}

function guestXml(
  { username, a1Hash, code }: DirectoryGuest,
  { mainNumber }: DirectoryDomain,
): string {
  return user(
    username,
    { 'a1-hash': a1Hash },
    { user_context: 'vaxel-lobby', vaxel_guest_code: code, vaxel_emergency_number: mainNumber },
  );
}

/** It watches lamps, from this machine, and that is all: what it calls is refused, and nothing calls it. */
function canaryXml({ a1Hash, host }: DirectoryCanary): string {
  const address = `${host}/${host.includes(':') ? 128 : 32}`;
  return user(
    CANARY,
    { 'a1-hash': a1Hash, 'auth-acl': address },
    { user_context: 'vaxel-refused' },
  );
}

function personXml(person: DirectoryPerson, { domain }: DirectoryDomain): string {
  const contacts = person.devices.map(({ username }) => contactOf(username, domain));
  const owner = writeOwner({ user: person.id, device: undefined, role: 'phone' });
  const dial =
    contacts.length === 0
      ? 'error/USER_NOT_REGISTERED'
      : `{ignore_early_media=true,sip_invite_domain=${domain},presence_data=${owner}}${contacts.join(',')}`;
  return user(
    person.extension,
    { 'sip-forbid-register': 'true', 'vm-a1-hash': person.pinHash, 'dial-string': dial },
    { default_language: person.language },
  );
}

const contactOf = (username: string, domain: string): string =>
  `\${sofia_contact(vaxel/${username}@${domain})}`;

/** All devices of all members. Each leg is marked with whose it is; of an account on two telephones the first. */
function teamXml(
  { members, extension, language, pinHash, mailbox }: DirectoryTeam,
  domain: string,
) {
  const contacts = members.flatMap(({ id, devices }) =>
    devices.map((device) => {
      const owner = writeOwner({ user: id, device: device.id, role: 'phone' });
      return `[presence_data=${owner}]${contactOf(device.username, domain)}`;
    }),
  );
  const dial =
    contacts.length === 0
      ? 'error/USER_NOT_REGISTERED'
      : `{ignore_early_media=true,sip_invite_domain=${domain}}${contacts.join(',')}`;
  return user(
    extension,
    { 'sip-forbid-register': 'true', 'vm-a1-hash': pinHash, 'dial-string': dial },
    { default_language: language, vaxel_team: mailbox ?? 'hang-up' },
  );
}

function numberXml(number: E164, extension: Extension, domain: string): string {
  return user(number, {}, { vaxel_extension: extension, vaxel_domain: domain });
}

type Pairs = Readonly<Record<string, string | undefined>>;

function user(id: string, parameters: Pairs, variables: Pairs): string {
  return `<user id="${xmlAttribute(id)}">${params(parameters)}${variablesXml(variables)}</user>\n`;
}

const params = (pairs: Pairs) => pairsXml('param', pairs);
const variablesXml = (pairs: Pairs) => pairsXml('variable', pairs);

function pairsXml(name: 'param' | 'variable', pairs: Pairs): string {
  const each = Object.entries(pairs).flatMap(([key, value]) =>
    value === undefined || value === ''
      ? []
      : [`<${name} name="${key}" value="${xmlAttribute(value)}"/>`],
  );
  return each.length === 0 ? '' : `<${name}s>${each.join('')}</${name}s>`;
}
