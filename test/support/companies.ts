import fc from 'fast-check';
import type { E164, Extension } from '../../common/phone-number.ts';
import { type EpochMs, epochMs } from '../../common/time.ts';
import type { LegId } from '../../daemon/call/event.ts';
import type { Question } from '../../daemon/call/question.ts';
import { type Contact, contactKey } from '../../daemon/routing/contacts.ts';
import type { TeamUnanswered, User } from '../../daemon/routing/directory.ts';
import {
  type Destination,
  type Forward,
  type Forwards,
  NOBODY_AWAY,
  type Status,
} from '../../daemon/routing/presence.ts';
import {
  type BlockedRule,
  type BusyRule,
  type Choice,
  type Rules,
  USUAL_RULES,
} from '../../daemon/routing/rules.ts';
import type { World } from '../../daemon/routing/world.ts';
import { anka, anna, directoryOf, teamOf } from './office.ts';

/** When it is, in companies that are made up. */
export const now = epochMs(Date.parse('2026-03-31T11:04:00Z'));
export const OUTSIDERS = ['+46701111111', '+46702222222'] as const;
/** Whom contacts are: the last is a person's here, and what those without a number show. */
const KNOWN = [...OUTSIDERS, '+46812345600'] as const;
const PEOPLE = ['100', '101', '102', '103'] as const;
export const TEAM = '200' as Extension;
const TEAM_NUMBER = '+46812345620' as E164;
/** Is always there, and knows nobody: what FreeSWITCH alone does not ask about a member is no matter. */
const ALWAYS_THERE = '104' as Extension;

/** Minutes before or after now; none: for ever. */
const end = fc.option(fc.integer({ min: -120, max: 240 }), { nil: undefined });
export const endsAt = (minutes: number | undefined): EpochMs | undefined =>
  minutes === undefined ? undefined : epochMs(now + minutes * 60_000);

const destination: fc.Arbitrary<Destination> = fc.oneof(
  fc.constant<Destination>({ kind: 'voicemail' }),
  fc
    .constantFrom(...PEOPLE, '199', TEAM)
    .map((extension): Destination => ({ kind: 'extension', extension: extension as Extension })),
  fc
    .constantFrom('+46812345601', TEAM_NUMBER, '+46703333333')
    .map((number): Destination => ({ kind: 'number', number: number as E164 })),
);

const mark = fc.constantFrom('none', 'plain', 'vip', 'blocked');

const blockedRule = fc.constantFrom<BlockedRule>('busy', 'spoken', 'silence', 'voicemail');

const person = fc.record({
  activity: fc.option(fc.constantFrom(...anka.activities.keys()), { nil: undefined }),
  ends: end,
  forward: fc.option(fc.record({ to: destination, ends: end }), { nil: undefined }),
  blocked: blockedRule,
  vipThroughForward: fc.boolean(),
  colleaguesThrough: fc.boolean(),
  marks: fc.tuple(mark, mark, mark),
});

const contactOf = (marked: string): Contact => ({
  ...{ id: 'c', name: 'Eva Lund', company: '', favourite: false },
  vip: marked === 'vip',
  blocked: marked === 'blocked',
});

const marksOf = (owner: string, marks: readonly string[]): [string, Contact][] =>
  marks.flatMap((each, i): [string, Contact][] =>
    each === 'none' ? [] : [[contactKey(owner, (KNOWN[i] ?? '') as E164), contactOf(each)]],
  );

const personAt = (extension: Extension): User => ({
  ...anna,
  id: `u-${extension}`,
  extension,
  devices: [
    {
      kind: 'desk',
      id: `d-${extension}`,
      user: `u-${extension}`,
      label: 'Desk',
      username: `${extension}-desk`,
    },
  ],
});

/** Four people with statuses, forwards of everything, and contacts: what FreeSWITCH alone knows, too. */
export const company: fc.Arbitrary<World> = fc
  .record({
    people: fc.tuple(person, person, person, person),
    shared: fc.tuple(mark, mark, mark),
    teamBlocks: blockedRule,
  })
  .map(({ people, shared, teamBlocks }): World => {
    const users = people.map((each, i): User => {
      const extension = PEOPLE[i] ?? '100';
      const { blocked, vipThroughForward, colleaguesThrough } = each;
      return {
        ...personAt(extension as Extension),
        numbers: i === 3 ? [] : [`+4681234560${i}` as E164],
        rules: { ...USUAL_RULES, blocked, vipThroughForward, colleaguesThrough },
      };
    });
    const always: User = { ...personAt(ALWAYS_THERE), numbers: [] };
    const organisation = {
      ...anka,
      users: new Map([...users, always].map((user) => [user.extension, user])),
      teams: new Map([
        teamOf(TEAM, {
          members: [ALWAYS_THERE],
          user: {
            ...teamOf(TEAM)[1].user,
            numbers: [TEAM_NUMBER],
            rules: { ...USUAL_RULES, blocked: teamBlocks },
          },
        }),
      ]),
    };
    const statuses = people.flatMap(({ activity, ends }, i): [string, Status][] =>
      activity === undefined
        ? []
        : [
            [
              `u-${PEOPLE[i] ?? ''}`,
              {
                ...{ activity, note: '', startedAt: epochMs(now - 9_000_000) },
                ...{ endsAt: endsAt(ends), source: 'app', setBy: undefined, version: 1 },
              },
            ],
          ],
    );
    const forwards = people.flatMap(({ forward }, i): [string, Forwards][] =>
      forward === undefined
        ? []
        : [
            [
              `u-${PEOPLE[i] ?? ''}`,
              {
                always: { to: forward.to, endsAt: endsAt(forward.ends), source: 'app', setAt: now },
              },
            ],
          ],
    );
    return {
      directory: directoryOf(organisation),
      presence: { ...NOBODY_AWAY, statuses: new Map(statuses), forwards: new Map(forwards) },
      contacts: {
        revision: 1,
        personal: new Map(people.flatMap(({ marks }, i) => marksOf(`u-${PEOPLE[i] ?? ''}`, marks))),
        shared: new Map(marksOf(anka.id, shared)),
      },
      locks: new Map(),
      calls: new Map(),
      spent: new Map(),
    };
  });

export const caller = fc.constantFrom('hidden', ...OUTSIDERS, '101', '103');

export function questionFrom(from: string, callee: string): Question {
  const inside = from.length === 3;
  return {
    leg: '7c0e1d52-0000-4000-8000-000000000001' as LegId,
    from: inside
      ? { kind: 'device', username: `${from}-desk`, domain: 'anka.example' }
      : { kind: 'trunk', address: '192.0.2.1' },
    callerNumber: from === 'hidden' ? '+46701111111' : from,
    callerName: '',
    callerHidden: from === 'hidden',
    dialled: inside ? callee : `+4681234560${Number(callee) - 100}`,
    again: undefined,
  };
}

const choice: fc.Arbitrary<Choice> = fc.oneof(
  fc.constantFrom<Choice>(
    { kind: 'message' },
    { kind: 'switchboard' },
    { kind: 'mobile' },
    { kind: 'recall' },
  ),
  destination.filter((to) => to.kind !== 'voicemail'),
);

const REASONS = ['busy', 'no-answer', 'unreachable'] as const;

const more = fc.record({
  forwards: fc.tuple(...REASONS.map(() => fc.option(destination, { nil: undefined }))),
  busy: fc.constantFrom<BusyRule>('ring', 'busy', 'spoken', 'forward', 'voicemail'),
  vipThroughBusy: fc.boolean(),
  calls: fc.constantFrom(0, 0, 1, 2),
  choices: fc.dictionary(fc.constantFrom('1', '2', '3'), choice),
  hasMobile: fc.boolean(),
  hasDesk: fc.boolean(),
});

const team = fc.record({
  members: fc.subarray([...PEOPLE, ALWAYS_THERE]),
  unanswered: fc.oneof(
    fc.constant<TeamUnanswered>({ kind: 'hang-up' }),
    fc
      .constantFrom(...PEOPLE, '199')
      .map((to): TeamUnanswered => ({ kind: 'voicemail', extension: to as Extension })),
    destination.filter((to) => to.kind !== 'voicemail'),
  ),
});

/** The same, with all that only the daemon knows: calls, rules for busy, every kind of forward, choices, any team. */
export const wholeCompany: fc.Arbitrary<World> = fc
  .tuple(company, fc.tuple(more, more, more, more), fc.boolean(), team)
  .map(([world, extras, hasSwitchboard, whole]): World => {
    const extraOf = ({ extension }: User) => extras[Number(extension) - 100];
    const [organisation] = world.directory.organisations.values();
    if (organisation === undefined) throw new Error('no organisation');
    const people = [...organisation.users.values()];
    const users = people.map((user): User => {
      const extra = extraOf(user);
      if (extra === undefined) return user;
      const { busy, vipThroughBusy, hasMobile, hasDesk } = extra;
      const choices = new Map(Object.entries(extra.choices));
      const rules: Rules = { ...user.rules, busy, vipThroughBusy, choices };
      const mobile = anna.devices.filter(({ kind }) => hasMobile && kind === 'mobile');
      // Who calls in these companies has a telephone.
      const desk = hasDesk || Number(user.extension) % 2 === 1 ? user.devices : [];
      return { ...user, rules, devices: [...desk, ...mobile] };
    });
    const forwards = people.map((user): [string, Forwards] => {
      const others = REASONS.flatMap((reason, i): [string, Forward][] => {
        const to = extraOf(user)?.forwards[i];
        return to === undefined
          ? []
          : [[reason, { to, endsAt: undefined, source: 'app', setAt: now }]];
      });
      return [user.id, { ...world.presence.forwards.get(user.id), ...Object.fromEntries(others) }];
    });
    return {
      ...world,
      directory: directoryOf({
        ...organisation,
        switchboard: hasSwitchboard ? ('103' as Extension) : undefined,
        teams: new Map([teamOf(TEAM, whole)]),
        users: new Map(users.map((user) => [user.extension, user])),
      }),
      presence: { ...world.presence, forwards: new Map(forwards) },
      calls: new Map(people.map((user) => [user.id, { busy: extraOf(user)?.calls ?? 0 }])),
    };
  });
