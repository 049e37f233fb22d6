import { STANDARD_ACTIVITIES } from '../../common/standard-activities.ts';
import type { E164, Extension } from '../../common/phone-number.ts';
import { seconds } from '../../common/time.ts';
import type { Activities, Activity, ActivityId } from '../../daemon/routing/activity.ts';
import type {
  Account,
  Called,
  MobileDevice,
  Directory,
  NumberOwner,
  Organisation,
  SipDevice,
  Team,
  User,
} from '../../daemon/routing/directory.ts';
import { USUAL_RULES } from '../../daemon/routing/rules.ts';

/** The office: the same three people in tests, documents and a seeded checkout. */
export const anna = person('100', 'Anna Berg', '+46812345600', [
  { kind: 'app', id: 'd-anna-app', label: 'App', username: '100-app' },
  { kind: 'desk', id: 'd-anna-desk', label: 'Desk', username: '100-desk' },
  { kind: 'mobile', id: 'd-anna-mobile', label: 'Mobile', to: '+46701234567' as E164 },
]);
export const bjorn = person('101', 'Björn Ek', '+46812345601', [
  { kind: 'desk', id: 'd-bjorn-desk', label: 'Desk', username: '101-desk' },
]);
/** Has a device and no number. */
export const cecilia = person('102', 'Cecilia Dahl', undefined, [
  { kind: 'app', id: 'd-cecilia-app', label: 'App', username: '102-app' },
]);

export const anka: Organisation = {
  id: 'o-anka',
  domain: 'anka.example',
  name: 'Anka',
  country: 'SE',
  areaCode: '8',
  zone: 'Europe/Stockholm',
  language: 'sv',
  voicemailCode: '*98',
  switchboard: undefined,
  users: new Map([anna, bjorn, cecilia].map((user) => [user.extension, user])),
  mainNumber: '+46812345600' as E164,
  callsOut: {
    countries: ['SE', 'NO', 'DE'],
    atOnce: undefined,
    anHour: { domestic: undefined, abroad: 100, premium: 20 },
  },
  activities: standardActivities(),
  hours: undefined,
  trunks: [
    { id: 't-1', name: 'first', host: '192.0.2.1', referralMedia: 'answered' },
    { id: 't-2', name: 'second', host: '192.0.2.2', referralMedia: 'early' },
  ],
};

export interface SomeTeam extends Partial<Omit<Team, 'members'>> {
  readonly members?: readonly string[];
}

/** Anna and Björn together, unless it is said otherwise. */
export function teamOf(extension: string, more: SomeTeam = {}): readonly [Extension, Team] {
  const user: User = {
    ...{ id: `t-${extension}`, extension: extension as Extension, name: 'Kundtjänst' },
    ...{ language: 'sv', numbers: [], devices: [], ringFor: seconds(25), hours: undefined },
    rules: USUAL_RULES,
  };
  const { members = ['100', '101'], ...rest } = more;
  const usual = { user, spokenName: 'Kundtjänst', unanswered: { kind: 'hang-up' } } as const;
  return [user.extension, { ...usual, ...rest, members: members as readonly Extension[] }];
}

export const office: Directory = directoryOf(anka);

export function directoryOf(...organisations: readonly Organisation[]): Directory {
  const owners = organisations.flatMap((organisation): readonly Called[] => [
    ...[...organisation.users.values()].map((user) => ({ organisation, user })),
    ...[...(organisation.teams?.values() ?? [])].map((team) => ({
      organisation,
      user: team.user,
      team,
    })),
  ]);
  return {
    revision: 1,
    organisations: new Map(organisations.map((each) => [each.domain, each])),
    numbers: new Map(owners.flatMap(numbersOf)),
    accounts: new Map(owners.flatMap(accountsOf)),
  };
}

function numbersOf(owner: Called): [E164, Called][] {
  return owner.user.numbers.map((number) => [number, owner]);
}

function accountsOf({ organisation, user }: NumberOwner): [string, Account][] {
  return user.devices.flatMap((device): [string, Account][] =>
    device.kind === 'mobile'
      ? []
      : [[`${device.username}@${organisation.domain}`, { organisation, user, device }]],
  );
}

function person(
  extension: string,
  name: string,
  number: string | undefined,
  devices: readonly (Omit<SipDevice, 'user'> | Omit<MobileDevice, 'user'>)[],
): User {
  const user = `u-${extension}`;
  return {
    id: user,
    extension: extension as Extension,
    name,
    language: 'sv',
    numbers: number === undefined ? [] : [number as E164],
    devices: devices.map((device) => ({ ...device, user })),
    ringFor: seconds(25),
    rules: USUAL_RULES,
    hours: undefined,
  };
}

/** The twelve, with ids that can be read: `a-lunch`. */
function standardActivities(): Activities {
  return new Map(
    STANDARD_ACTIVITIES.map((template): [ActivityId, Activity] => {
      const { key, position, names, rings, length, endsAs, phrase, teamsRing } = template;
      const id = `a-${key}` as ActivityId;
      const activity = {
        ...{ id, key, position, names, rings, length, endsAs, teamsRing },
        endWord: template.endWord ?? 'back',
        ownedBy: undefined,
        isRemoved: false,
        phrases: phrase,
        publicPhrases: template.publicPhrase ?? phrase,
        isPrivate: template.private,
      };
      return [id, activity];
    }),
  );
}
