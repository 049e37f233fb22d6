import fc from 'fast-check';
import t from 'tap';
import type { E164, Extension } from '../../../common/phone-number.ts';
import { type EpochMs, epochMs } from '../../../common/time.ts';
import { VaxelError } from '../../../common/errors.ts';
import { openLog } from '../../../common/log.ts';
import type { LegId } from '../../../daemon/call/event.ts';
import type { Question } from '../../../daemon/call/question.ts';
import { keepFallback, readDump } from '../../../daemon/freeswitch/fallback.ts';
import {
  callerTable,
  type FallbackTable,
  personTable,
  rulesTable,
} from '../../../daemon/freeswitch/fallback-table.ts';
import { type Contact, contactKey } from '../../../daemon/routing/contacts.ts';
import type { User } from '../../../daemon/routing/directory.ts';
import type { Plan } from '../../../daemon/routing/plan.ts';
import {
  type Destination,
  type Forwards,
  NOBODY_AWAY,
  type Status,
} from '../../../daemon/routing/presence.ts';
import { route } from '../../../daemon/routing/route.ts';
import { type BlockedRule, USUAL_RULES } from '../../../daemon/routing/rules.ts';
import type { World } from '../../../daemon/routing/world.ts';
import { anka, anna, directoryOf } from '../../support/office.ts';
import { fallbackOutcome } from '../../support/fallback-dialplan.ts';

const now = epochMs(Date.parse('2026-03-31T11:04:00Z'));
const OUTSIDERS = ['+46701111111', '+46702222222'] as const;
const PEOPLE = ['100', '101', '102', '103'] as const;

const soundOf = () => ['/p/name.wav', '/p/away.wav'];

const tableOf = ({ directory, presence, contacts }: World): FallbackTable =>
  new Map([
    ...rulesTable(directory),
    ...callerTable(contacts, directory),
    ...personTable(directory, presence, soundOf, now),
  ]);

/** Two that a caller cannot tell apart are the same. */
function outcomeOf(plan: Plan): string {
  switch (plan.kind) {
    case 'ring':
      return `ring ${plan.then.mailbox}`;
    case 'referral':
      return `told ${plan.then.mailbox}`;
    case 'voicemail':
      return `voicemail ${plan.mailbox}`;
    case 'out':
      return `out ${plan.to} by ${plan.trunks.join(',')}`;
    case 'refuse':
      return `refuse ${plan.sip}`;
    case 'silence':
    case 'unheard':
      return plan.kind;
    case 'announce':
    case 'pickup':
    case 'mailbox':
    case 'which-mailbox':
    case 'native':
      return `never ${plan.kind}`;
  }
}

/** Minutes before or after now; none: for ever. */
const end = fc.option(fc.integer({ min: -120, max: 240 }), { nil: undefined });
const endsAt = (minutes: number | undefined): EpochMs | undefined =>
  minutes === undefined ? undefined : epochMs(now + minutes * 60_000);

const destination: fc.Arbitrary<Destination> = fc.oneof(
  fc.constant<Destination>({ kind: 'voicemail' }),
  fc
    .constantFrom(...PEOPLE, '199')
    .map((extension): Destination => ({ kind: 'extension', extension: extension as Extension })),
  fc
    .constantFrom('+46812345601', '+46703333333')
    .map((number): Destination => ({ kind: 'number', number: number as E164 })),
);

const mark = fc.constantFrom('none', 'plain', 'vip', 'blocked');

const person = fc.record({
  activity: fc.option(fc.constantFrom(...anka.activities.keys()), { nil: undefined }),
  ends: end,
  forward: fc.option(fc.record({ to: destination, ends: end }), { nil: undefined }),
  blocked: fc.constantFrom<BlockedRule>('busy', 'spoken', 'silence', 'voicemail'),
  vipThroughForward: fc.boolean(),
  colleaguesThrough: fc.boolean(),
  marks: fc.tuple(mark, mark),
});

const contactOf = (marked: string): Contact => ({
  ...{ id: 'c', name: 'Eva Lund', company: '', favourite: false },
  vip: marked === 'vip',
  blocked: marked === 'blocked',
});

const marksOf = (owner: string, marks: readonly string[]): [string, Contact][] =>
  marks.flatMap((each, i): [string, Contact][] =>
    each === 'none' ? [] : [[contactKey(owner, (OUTSIDERS[i] ?? '') as E164), contactOf(each)]],
  );

const company = fc
  .record({ people: fc.tuple(person, person, person, person), shared: fc.tuple(mark, mark) })
  .map(({ people, shared }): World => {
    const users = people.map((each, i): User => {
      const extension = PEOPLE[i] ?? '100';
      const { blocked, vipThroughForward, colleaguesThrough } = each;
      return {
        ...anna,
        id: `u-${extension}`,
        extension: extension as Extension,
        numbers: i === 3 ? [] : [`+4681234560${i}` as E164],
        devices: [
          {
            kind: 'desk',
            id: `d-${extension}`,
            user: `u-${extension}`,
            label: 'Desk',
            username: `${extension}-desk`,
          },
        ],
        rules: { ...USUAL_RULES, blocked, vipThroughForward, colleaguesThrough },
      };
    });
    const organisation = {
      ...anka,
      users: new Map(users.map((user) => [user.extension, user])),
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

const caller = fc.constantFrom('hidden', ...OUTSIDERS, '101', '103');

function questionFrom(from: string, callee: string): Question {
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

t.test('daemon and fallback agree on a thousand companies, at any later time', async (t) => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      company,
      caller,
      fc.constantFrom('100', '101', '102'),
      fc.integer({ min: 0, max: 300 }),
      (world, from, callee, minutes) => {
        const at = epochMs(now + minutes * 60_000);
        const decided = outcomeOf(route(questionFrom(from, callee), world, at).plan);
        const own = world.directory.accounts.get(`${from}-desk@anka.example`);
        const number = own
          ? (own.user.numbers[0] ?? own.organisation.mainNumber ?? '')
          : from === 'hidden'
            ? ''
            : from;
        const alone = fallbackOutcome(
          tableOf(world),
          { person: callee, domain: 'anka.example', number, ...(own && { home: 'anka.example' }) },
          at,
        );
        const kind = decided.split(' ')[0] ?? '';
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        return alone === decided ? true : (t.comment(`${decided} but ${alone}`), false);
      },
    ),
    { numRuns: 1_000 },
  );
  t.same(
    [...seen.keys()].sort(),
    ['out', 'refuse', 'ring', 'silence', 'told', 'unheard', 'voicemail'],
    'every outcome there is was compared',
  );
});

t.test('FreeSWITCH is told only what has changed, and learns what was forgotten', async (t) => {
  const held = new Map([['gone-1', 'x']]);
  const said: string[] = [];
  const tell = async (command: string): Promise<string> => {
    said.push(command);
    const [what = '', , key = '', ...value] = command.split('/');
    if (command.startsWith('hash_dump') && held.size === 0) {
      throw new VaxelError('ESL_COMMAND_FAILED', '-ERR no reply');
    }
    if (command.startsWith('hash_dump')) {
      return [...held].map(([name, text]) => `D/vaxel_${name}/${text}`).join('\n');
    }
    if (what === 'hash insert') held.set(key, value.join('/'));
    if (what === 'hash delete') held.delete(key);
    return '+OK';
  };
  let world = office(undefined);
  const fallback = keepFallback({
    world: () => world,
    soundOf,
    clock: () => now,
    tell: () => tell,
    log: openLog('test', 'silent'),
  });
  await fallback.renew();
  t.same([...held], [], 'what another daemon left is taken away');
  world = office(30);
  await fallback.renew();
  t.same(
    [...held],
    [['away-100@anka.example', `${now / 1000 + 1800}|answered|/p/name.wav!/p/away.wav`]],
  );
  const before = said.length;
  await fallback.renew();
  t.equal(said.length, before, 'nothing has changed, nothing is said');
  held.clear();
  fallback.again();
  await fallback.renew();
  t.equal(held.size, 1, 'a FreeSWITCH that has lost it is told again');
  world = office(undefined);
  await fallback.renew();
  t.equal(held.size, 0);
});

t.test('the dump is read whatever it holds', async (t) => {
  t.same(
    [...readDump('D/vaxel_a/1|/x/y.wav\nD/other_b/2\nL/vaxel_c/1/2\n')],
    [['a', '1|/x/y.wav']],
  );
});

let revision = 0;

/** Anna at lunch for so many minutes more; or not. */
function office(minutes: number | undefined): World {
  revision += 1;
  const lunch = [...anka.activities.values()].find(({ key }) => key === 'lunch');
  if (lunch === undefined) throw new Error('no lunch');
  const status = {
    ...{ activity: lunch.id, note: '', startedAt: now, endsAt: endsAt(minutes) },
    ...{ source: 'app' as const, setBy: undefined, version: 1 },
  };
  return {
    directory: directoryOf(anka),
    presence: {
      ...NOBODY_AWAY,
      revision,
      statuses: new Map(minutes === undefined ? [] : [['u-100', status]]),
    },
    contacts: { revision: 1, personal: new Map(), shared: new Map() },
    locks: new Map(),
    calls: new Map(),
    spent: new Map(),
  };
}
