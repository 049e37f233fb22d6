import type { EpochMs } from '../../common/time.ts';
import type { E164 } from '../../common/phone-number.ts';
import type { Contact, Contacts } from '../routing/contacts.ts';
import type { Directory, Language, NumberOwner, Organisation } from '../routing/directory.ts';
import type { SaidPart } from '../routing/plan.ts';
import type { Destination, Presence, Status } from '../routing/presence.ts';
import { USUAL_RULES } from '../routing/rules.ts';
import { sayEnd } from '../routing/say-end.ts';

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

/** `away-<person>`: until, how the caller hears it, the files; `forward-<person>`: until, where to. */
export function personTable(
  { organisations }: Directory,
  presence: Presence,
  soundOf: SoundOf,
  now: EpochMs,
): FallbackTable {
  const table = new Map<string, string>();
  for (const organisation of organisations.values()) {
    for (const user of organisation.users.values()) {
      const owner = { organisation, user };
      const away = awayValue(owner, presence.statuses.get(user.id), soundOf, now);
      if (away !== undefined) table.set(`away-${nameOf(owner)}`, away);
      const forward = presence.forwards.get(user.id)?.always;
      if (forward !== undefined && !isOver(forward.endsAt, now)) {
        const value = `${untilOf(forward.endsAt)}|${targetOf(owner, forward.to, organisations)}`;
        table.set(`forward-${nameOf(owner)}`, value);
      }
    }
  }
  return table;
}

/** `rules-<person>`, of those who have decided otherwise than most: what the blocked meet, who is let through. */
export function rulesTable({ organisations }: Directory): FallbackTable {
  const table = new Map<string, string>();
  for (const organisation of organisations.values()) {
    for (const user of organisation.users.values()) {
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

const markOf = (contact: Contact | undefined): 'vip' | 'blocked' | undefined =>
  contact?.blocked === true ? 'blocked' : contact?.vip === true ? 'vip' : undefined;

function awayValue(
  { organisation, user }: NumberOwner,
  status: Status | undefined,
  soundOf: SoundOf,
  now: EpochMs,
): string | undefined {
  const activity = status && organisation.activities.get(status.activity);
  if (status === undefined || activity === undefined) return undefined;
  if (activity.rings || isOver(status.endsAt, now)) return undefined;
  // FreeSWITCH cannot tell who may know the reason: everybody hears the public one.
  const parts: readonly SaidPart[] = [
    { kind: 'text', text: user.name },
    { kind: 'text', text: activity.publicPhrases[user.language] },
    ...sayEnd(status.endsAt, now, organisation.zone, activity.endsAs),
  ];
  const media = organisation.trunks[0]?.referralMedia ?? 'answered';
  const files = soundOf(parts, user.language).filter((file) => /^[\w/.@+-]+$/.test(file));
  return `${untilOf(status.endsAt)}|${media}|${files.join('!')}`;
}

function targetOf(
  { organisation }: NumberOwner,
  to: Destination,
  organisations: Directory['organisations'],
): string {
  switch (to.kind) {
    case 'voicemail':
      return 'voicemail';
    case 'extension':
      return organisation.users.has(to.extension) ? `extension|${to.extension}` : 'voicemail';
    case 'number': {
      const colleague = colleagueAt(to.number, organisation, organisations);
      if (colleague !== undefined) return `extension|${colleague}`;
      const dials = organisation.trunks
        .slice(0, TRUNKS_TRIED)
        .map(({ name }) => `sofia/gateway/${name}/${to.number}`);
      return dials.length === 0 ? 'voicemail' : `out|${dials.join(',')}`;
    }
  }
}

function colleagueAt(
  number: E164,
  { domain }: Organisation,
  organisations: Directory['organisations'],
): string | undefined {
  const users = organisations.get(domain)?.users.values() ?? [];
  for (const user of users) if (user.numbers.includes(number)) return user.extension;
  return undefined;
}

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
