import fc from 'fast-check';
import t from 'tap';
import { epochMs } from '../../../common/time.ts';
import { TRUNK_TRUSTS, type TrunkTrust } from '../../../common/trunk-trust.ts';
import type { Question } from '../../../daemon/call/question.ts';
import { VaxelError } from '../../../common/errors.ts';
import { openLog } from '../../../common/log.ts';
import { keepFallback, readDump } from '../../../daemon/freeswitch/fallback.ts';
import {
  callerTable,
  type FallbackTable,
  personTable,
  rulesTable,
  trustTable,
} from '../../../daemon/freeswitch/fallback-table.ts';
import { type Plan, rungAt } from '../../../daemon/routing/plan.ts';
import { NOBODY_AWAY } from '../../../daemon/routing/presence.ts';
import { route } from '../../../daemon/routing/route.ts';
import { USUAL_RULES } from '../../../daemon/routing/rules.ts';
import type { World } from '../../../daemon/routing/world.ts';
import { caller, company, endsAt, now, questionFrom, TEAM } from '../../support/companies.ts';
import { anka, directoryOf, teamOf } from '../../support/office.ts';
import { fallbackOutcome } from '../../support/fallback-dialplan.ts';

const soundOf = () => ['/p/name.wav', '/p/away.wav'];

const tableOf = async ({ directory, presence, contacts }: World): Promise<FallbackTable> =>
  new Map([
    ...rulesTable(directory),
    ...trustTable(directory),
    ...callerTable(contacts, directory),
    ...(await personTable(directory, presence, soundOf, now)),
  ]);

/** The same company, with trunks that are trusted so far. */
function trusting(world: World, trust: TrunkTrust): World {
  const organisations = [...world.directory.organisations.values()].map((organisation) => ({
    ...organisation,
    trunks: organisation.trunks.map((trunk) => ({ ...trunk, trust })),
  }));
  return { ...world, directory: directoryOf(...organisations) };
}

const identified = (question: Question, asserted: boolean): Question => {
  const { from, callerNumber: number } = question;
  if (from.kind === 'device') return question;
  return { ...question, identity: { from: number, ...(asserted && { asserted: number }) } };
};

/** Two that a caller cannot tell apart are the same. */
function outcomeOf(plan: Plan): string {
  switch (plan.kind) {
    case 'ring':
      return `ring ${rungAt(plan)}`;
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
    case 'menu':
    case 'record':
    case 'pickup':
    case 'mailbox':
    case 'which-mailbox':
    case 'native':
      return `never ${plan.kind}`;
  }
}

t.test('daemon and fallback agree on a thousand companies, at any later time', async (t) => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      company,
      caller,
      fc.constantFrom('100', '101', '102'),
      fc.integer({ min: 0, max: 300 }),
      fc.constantFrom(undefined, ...TRUNK_TRUSTS),
      fc.boolean(),
      async (company, from, callee, minutes, trust, asserted) => {
        const at = epochMs(now + minutes * 60_000);
        const world = trust === undefined ? company : trusting(company, trust);
        const question = identified(questionFrom(from, callee), asserted);
        const decided = outcomeOf(route(question, world, at).plan);
        const own = world.directory.accounts.get(`${from}-desk@anka.example`);
        const number = own
          ? (own.user.numbers[0] ?? own.organisation.mainNumber ?? '')
          : question.callerNumber;
        const alone = fallbackOutcome(
          await tableOf(world),
          {
            person: callee,
            domain: 'anka.example',
            number,
            ...{ hidden: from === 'hidden', address: '192.0.2.1', asserted },
            ...(own && { home: 'anka.example', numberless: own.user.numbers.length === 0 }),
          },
          at,
        );
        const kind = decided === `ring ${TEAM}` ? 'ring a team' : (decided.split(' ')[0] ?? '');
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        return alone === decided ? true : (t.comment(`${decided} but ${alone}`), false);
      },
    ),
    { numRuns: 1_000 },
  );
  t.same(
    [...seen.keys()].sort(),
    ['out', 'refuse', 'ring', 'ring a team', 'silence', 'told', 'unheard', 'voicemail'],
    'every outcome there is was compared',
  );
});

t.test(
  'whom the organisation blocks meets at a team what holds for those without a rule',
  async (t) => {
    const user = {
      ...teamOf(TEAM)[1].user,
      rules: { ...USUAL_RULES, blocked: 'silence' as const },
    };
    const teams = new Map([teamOf(TEAM, { user })]);
    t.same(
      [...rulesTable(directoryOf({ ...anka, teams }))],
      [['rules-200@anka.example', 'silence|no|no']],
    );
  },
);

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
