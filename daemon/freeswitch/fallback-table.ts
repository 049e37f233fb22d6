import type { EpochMs } from '../../common/time.ts';
import { eachInTurns } from '../../common/in-turns.ts';
import { localTime } from '../calendar/local-time.ts';
import { barred } from '../routing/barred.ts';
import { destinationClass } from '../../common/destination-class.ts';
import type { Arrival } from '../routing/arrival.ts';
import { calleeAt } from '../routing/callee.ts';
import type { Caller } from '../routing/caller.ts';
import { trustOf } from '../routing/identity.ts';
import type { Contact, Contacts } from '../routing/contacts.ts';
import type { Directory, Language, NumberOwner } from '../routing/directory.ts';
import { STRAIGHT } from '../routing/passed.ts';
import type { SaidPart } from '../routing/plan.ts';
import type { Destination, Presence } from '../routing/presence.ts';
import { statusNow } from '../routing/present-status.ts';
import { awayReferral } from '../routing/referral.ts';
import { USUAL_RULES } from '../routing/rules.ts';

/**
 * What FreeSWITCH must know to tell the truth while no daemon lives: keys and
 * values of mod_hash, read by freeswitch-conf/dialplan/native-person.xml.
 *
 * Every end stands in its value and is compared with the clock when a call
 * comes, so that nothing here grows false by itself. A value holds no `$`, and
 * no key a slash.
 */
export type FallbackTable = ReadonlyMap<string, string>;

/** Files that say these parts; what has none yet is left out. */
export type SoundOf = (parts: readonly SaidPart[], language: Language) => readonly string[];

/**
 * `away-<person>`: until, how the caller hears it, the files; `forward-<person>`: until, where to.
 * In turns: where half of ten thousand people are away, calls would wait for most of a second.
 */
export async function personTable(
  directory: Directory,
  presence: Presence,
  soundOf: SoundOf,
  now: EpochMs,
): Promise<FallbackTable> {
  const table = new Map<string, string>();
  await eachInTurns(whoHasSet(directory, presence), (owner) => {
    const { user } = owner;
    const away = awayValue(owner, presence, soundOf, now);
    if (away !== undefined) table.set(`away-${nameOf(owner)}`, away);
    const forward = presence.forwards.get(user.id)?.always;
    if (forward !== undefined && !isOver(forward.endsAt, now)) {
      const value = `${untilOf(forward.endsAt)}|${targetOf(owner, forward.to, directory, now)}`;
      table.set(`forward-${nameOf(owner)}`, value);
    }
  });
  return table;
}

/** Of everybody else nothing holds but the standard. */
function* whoHasSet(
  { organisations }: Directory,
  { statuses, plans, forwards }: Presence,
): Generator<NumberOwner> {
  for (const organisation of organisations.values()) {
    for (const user of organisation.users.values()) {
      if ([statuses, plans, forwards].some((set) => set.has(user.id))) yield { organisation, user };
    }
  }
}

/** `rules-<person>`, of those who have decided otherwise than most: what the blocked meet, who is let through. */
export function rulesTable({ organisations }: Directory): FallbackTable {
  const table = new Map<string, string>();
  for (const organisation of organisations.values()) {
    const teams = [...(organisation.teams?.values() ?? [])].map(({ user }) => user);
    for (const user of [...organisation.users.values(), ...teams]) {
      const { blocked, vipThroughForward, colleaguesThrough } = user.rules;
      const value = `${blocked}|${yesNo(vipThroughForward)}|${yesNo(colleaguesThrough)}`;
      if (value !== USUAL) table.set(`rules-${nameOf({ organisation, user })}`, value);
    }
  }
  return table;
}

/** `caller-<person>-<number>`, and `caller-@<domain>-<number>` for everybody: vip or blocked. */
export function callerTable({ personal, shared }: Contacts, directory: Directory): FallbackTable {
  const table = new Map<string, string>();
  const domains = new Map<string, string>();
  const people = new Map<string, { readonly name: string; readonly organisation: string }>();
  for (const organisation of directory.organisations.values()) {
    domains.set(organisation.id, organisation.domain);
    for (const user of organisation.users.values()) {
      people.set(user.id, { name: nameOf({ organisation, user }), organisation: organisation.id });
    }
  }
  for (const [key, contact] of shared) {
    const [owner = '', number = ''] = key.split(' ');
    const domain = domains.get(owner);
    const mark = markOf(contact);
    if (domain !== undefined && mark !== undefined) table.set(`caller-@${domain}-${number}`, mark);
  }
  for (const [key, contact] of personal) {
    const [owner = '', number = ''] = key.split(' ');
    const person = people.get(owner);
    if (person === undefined) continue;
    // What a person wrote down comes before what the organisation did, marks and all.
    const hides = markOf(shared.get(`${person.organisation} ${number}`)) && 'plain';
    const mark = markOf(contact) ?? hides;
    if (mark !== undefined) table.set(`caller-${person.name}-${number}`, mark);
  }
  return table;
}

/**
 * `trust-<address>` of each trunk that has one, `trust` of the others: how far what their calls say
 * of who calls is trusted. Left out where all are trusted with From.
 */
export function trustTable(directory: Directory): FallbackTable {
  const trunks = [...directory.organisations.values()].flatMap(({ trunks: all }) => all);
  const addresses = trunks.map(({ host }) => host.replace(/:\d+$/, ''));
  const table = new Map([
    ['trust', trustOf(directory, '')] as const,
    ...addresses
      .filter((address) => /^[\d.]+$/.test(address))
      .map((address) => [`trust-${address}`, trustOf(directory, address)] as const),
  ]);
  return [...table.values()].every((trust) => trust === 'from') ? new Map() : table;
}

const markOf = (contact: Contact | undefined): 'vip' | 'blocked' | undefined =>
  contact?.blocked === true ? 'blocked' : contact?.vip === true ? 'vip' : undefined;

/** FreeSWITCH cannot tell who may know the reason, nor ask about choices: everybody hears the public one, and none. */
function awayValue(
  { organisation, user }: NumberOwner,
  presence: Presence,
  soundOf: SoundOf,
  now: EpochMs,
): string | undefined {
  const status = statusNow(user, organisation, presence, now);
  if (status.activity.rings) return undefined;
  const { endsAt } = status;
  const arrival: Arrival = {
    organisation,
    user: { ...user, rules: { ...user.rules, choices: new Map() } },
    ...{ caller: SOMEBODY, via: [], trace: [] },
  };
  // "I morgon" is true until midnight only, and nobody is there then to say it anew.
  const isToday = endsAt !== undefined && isSameDay(endsAt, now, organisation.zone);
  const told = isToday ? status : { ...status, endsAt: undefined };
  const { plan } = awayReferral(arrival, told, now);
  if (plan.kind !== 'referral') return undefined;
  const files = soundOf(plan.say, user.language).filter((file) => /^[\w/.@+-]+$/.test(file));
  return `${untilOf(endsAt)}|${plan.media}|${files.join('!')}`;
}

const isSameDay = (one: EpochMs, other: EpochMs, zone: string): boolean =>
  localTime(one, zone).day === localTime(other, zone).day;

const NOBODY = { name: '', number: '', hidden: true };
const SOMEBODY: Caller = {
  ...{ account: undefined, number: undefined, passed: STRAIGHT, trunkAddress: undefined },
  ...{ identity: { number: undefined, vouched: false }, inside: NOBODY, outside: NOBODY },
};

function targetOf(
  owner: NumberOwner,
  to: Destination,
  { numbers }: Directory,
  now: EpochMs,
): string {
  const { organisation } = owner;
  switch (to.kind) {
    case 'voicemail':
      return 'voicemail';
    case 'extension':
      return calleeAt(organisation, to.extension) === undefined
        ? 'voicemail'
        : `extension|${to.extension}`;
    case 'number': {
      const called = numbers.get(to.number);
      if (called?.organisation.id === organisation.id) return `extension|${called.user.extension}`;
      const may = barred(
        destinationClass(to.number, organisation.country),
        owner,
        NOTHING_YET,
        now,
      );
      if (may !== undefined) return 'voicemail';
      const dials = organisation.trunks
        .slice(0, TRUNKS_TRIED)
        .map(({ name }) => `sofia/gateway/${name}/${to.number}`);
      return dials.length === 0 ? 'voicemail' : `out|${dials.join(',')}`;
    }
  }
}

const NOTHING_YET = { spent: new Map<string, never>() };

const nameOf = ({ organisation, user }: NumberOwner): string =>
  `${user.extension}@${organisation.domain}`;

/** Whole seconds since 1970, as `strepoch` gives them: it holds while the clock shows less. */
const untilOf = (endsAt: EpochMs | undefined): number =>
  endsAt === undefined ? FOR_EVER : Math.ceil(endsAt / 1000);

const isOver = (endsAt: EpochMs | undefined, now: EpochMs): boolean =>
  endsAt !== undefined && endsAt <= now;

const yesNo = (value: boolean): 'yes' | 'no' => (value ? 'yes' : 'no');

const USUAL = `${USUAL_RULES.blocked}|no|no`;

/** The year 2286. */
const FOR_EVER = 9_999_999_999;

const TRUNKS_TRIED = 3;
