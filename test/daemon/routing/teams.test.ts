import t from 'tap';
import type { E164, Extension } from '../../../common/phone-number.ts';
import { seconds } from '../../../common/time.ts';
import type { ActivityId } from '../../../daemon/routing/activity.ts';
import type { TeamUnanswered, User } from '../../../daemon/routing/directory.ts';
import { type Choice, USUAL_RULES } from '../../../daemon/routing/rules.ts';
import type { World } from '../../../daemon/routing/world.ts';
import { anka, anna, bjorn, directoryOf, type SomeTeam, teamOf } from '../../support/office.ts';
import {
  asksAgain,
  decide,
  dials,
  fromOutside,
  type Known,
  lastSteps,
  OUTSIDE,
  today,
  type Today,
} from '../../support/office-today.ts';
import { worldOf } from '../../support/world.ts';

const MOBILE = '+46707654321' as E164;
const NOBODY_ANSWERS = { kind: 'refuse', sip: 480, say: 'refuse-no-answer', language: 'sv' };

type People = Readonly<Record<string, Today>>;

/** The office with a team at 200, which is called from outside by the number of Cecilia. */
function withTeam(
  team: SomeTeam = {},
  people: People = {},
  contacts: readonly Known[] = [],
): World {
  const front: Today = { numbers: [FRONT], forwards: { always: '200' } };
  return today({ '102': front, ...people }, contacts, { teams: new Map([teamOf('200', team)]) });
}

const FRONT = '+46812345602' as E164;
const OWN = '+46812345620' as E164;
const outsider = fromOutside({ dialled: FRONT });
/** Of a team that differs in what it shares with people. */
const userOf = (more: Partial<User>): User => ({ ...teamOf('200')[1].user, ...more });

/** Which devices ring where Cecilia calls the team. */
function rung(world: World, question = dials('102', '200')): readonly string[] {
  const { plan } = decide(question, world);
  return plan.kind === 'ring' ? plan.legs.map(({ device }) => device.id) : [plan.kind];
}

const members = (world: World): readonly string[] =>
  decide(dials('102', '200'), world)
    .trace.filter(({ rule }) => rule === 'member')
    .map(({ because }) => because);

const ANNAS = ['d-anna-app', 'd-anna-desk', 'd-anna-mobile'];
const BJORNS = ['d-bjorn-desk'];
const to = (extension: string) =>
  ({ kind: 'extension', extension: extension as Extension }) as const;

t.test('all devices of all members ring together, each leg its owner’s', async (t) => {
  const { plan } = decide(dials('102', '200'), withTeam());
  t.match(plan, {
    kind: 'ring',
    legs: [...anna.devices, ...bjorn.devices].map((device) => ({ device, after: 0 })),
    ringFor: 25,
    shown: { name: 'Cecilia Dahl', number: '102' },
    via: ['200'],
    asks: false,
    then: NOBODY_ANSWERS,
  });
  t.match(plan.kind === 'ring' && plan.legs.map(({ member }) => member), [
    ...ANNAS.map(() => 'Anna Berg'),
    'Björn Ek',
  ]);
  t.same(lastSteps(dials('102', '200'), withTeam({ members: ['101'] }), 3), [
    'number: 200 is Kundtjänst',
    'member: Björn Ek (101) is rung',
    'fork: desk Desk of Björn Ek, for 25 s',
  ]);
});

t.test('the order of the members is the order of the legs', async (t) => {
  t.same(rung(withTeam({ members: ['101', '100'] })), [...BJORNS, ...ANNAS]);
});

t.test('S043: an activity says whether the calls of teams ring, open or closed', async (t) => {
  t.same(rung(withTeam({}, { '100': { activity: 'lunch' } })), BJORNS, 'Lunch is closed to teams');
  t.same(rung(withTeam({}, { '100': { activity: 'home-office' } })), [...ANNAS, ...BJORNS]);
  t.same(members(withTeam({}, { '100': { activity: 'lunch' } })), [
    'Anna Berg (100) has Lunch, which no call to a team rings through',
    'Björn Ek (101) is rung',
  ]);
  const changed = (
    key: string,
    more: { readonly rings?: boolean; readonly teamsRing: boolean },
  ) => {
    const id = `a-${key}` as ActivityId;
    const activity = anka.activities.get(id);
    if (activity === undefined) throw new Error(`no ${key}`);
    const activities = new Map([...anka.activities, [id, { ...activity, ...more }]]);
    const teams = new Map([teamOf('200')]);
    return rung(today({ '100': { activity: key } }, [], { activities, teams }));
  };
  t.same(changed('lunch', { teamsRing: true }), [...ANNAS, ...BJORNS], 'closed, but not to teams');
  t.same(changed('home-office', { teamsRing: false }), BJORNS, 'open, but not to teams');
});

t.test('a VIP rings no member who is away: the call is the team’s', async (t) => {
  const people = { '100': { activity: 'lunch' } };
  const world = withTeam({}, people, [{ vip: true }, { of: '100', vip: true }]);
  t.same(rung(world, outsider), BJORNS);
});

t.test(
  'a busy member is rung where the own rule says so, for as many calls as may be',
  async (t) => {
    const busy = (more: Today) => rung(withTeam({}, { '100': more }));
    t.same(busy({ calls: 1 }), [...ANNAS, ...BJORNS], 'ring is usual');
    t.same(busy({ calls: 2 }), BJORNS, 'two are the usual most');
    for (const rule of ['busy', 'spoken', 'forward', 'voicemail'] as const) {
      t.same(busy({ calls: 1, rules: { busy: rule } }), BJORNS, rule);
      t.same(busy({ calls: 0, rules: { busy: rule } }), [...ANNAS, ...BJORNS], `${rule}, and free`);
    }
  },
);

t.test('S070: whom one member blocks the others hear of', async (t) => {
  const blocks = (contacts: readonly Known[], team: SomeTeam = {}) =>
    decide(outsider, withTeam(team, {}, contacts)).plan;
  t.same(rung(withTeam({}, {}, [{ of: '100', blocked: true }]), outsider), BJORNS);
  const everybody = [
    { of: '100', blocked: true },
    { of: '101', blocked: true },
  ];
  t.match(blocks(everybody), NOBODY_ANSWERS);
  const annasVoicemail = { kind: 'voicemail', extension: anna.extension } as const;
  t.match(
    blocks(everybody, { unanswered: annasVoicemail }),
    NOBODY_ANSWERS,
    'nor does who blocks the caller take the message of the team',
  );
});

t.test(
  'S070: whom the organisation blocks reaches no team, by the rule of those without one',
  async (t) => {
    // Cecilia herself knows the caller, and would let him through.
    const contacts = [{ blocked: true }, { of: '102' }];
    t.match(decide(outsider, withTeam({}, {}, contacts)).plan, { kind: 'refuse', sip: 486 });
    const user = userOf({ rules: { ...USUAL_RULES, blocked: 'silence' } });
    t.match(decide(outsider, withTeam({ user }, {}, contacts)).plan, { kind: 'silence' });
  },
);

t.test('no forward of a member takes the call, nor does its rule for no answer', async (t) => {
  for (const reason of ['always', 'busy', 'no-answer', 'unreachable'] as const) {
    const world = withTeam({}, { '100': { forwards: { [reason]: '102' } } });
    t.same(rung(world), [...ANNAS, ...BJORNS], reason);
    t.match(decide(dials('102', '200'), world).plan, { asks: false, then: NOBODY_ANSWERS });
  }
});

t.test('who calls, and who has had the call, is not rung', async (t) => {
  t.same(rung(withTeam({ members: ['100', '102'] })), ANNAS);
  const forwarded = withTeam({}, { '100': { forwards: { always: '200' } } });
  const { plan } = decide(fromOutside(), forwarded);
  t.match(plan, { kind: 'ring', via: ['100', '200'], legs: [{ device: { id: 'd-bjorn-desk' } }] });
  t.same(members(withTeam({ members: ['102', '101'] })), [
    'Cecilia Dahl (102) is the one who calls',
    'Björn Ek (101) is rung',
  ]);
});

t.test('a member’s ring plan holds; what would begin too late does not', async (t) => {
  const [app, desk, mobile] = anna.devices;
  if (app === undefined || desk === undefined || mobile === undefined) throw new Error('devices');
  const ringPlans = new Map([
    [
      undefined,
      [
        { device: desk.id, after: seconds(0) },
        { device: mobile.id, after: seconds(10) },
      ],
    ],
  ]);
  const world = (ringFor: number) =>
    withTeam(
      { members: ['100'], user: userOf({ ringFor: seconds(ringFor) }) },
      { '100': { rules: { ringPlans } } },
    );
  t.match(decide(dials('102', '200'), world(25)).plan, {
    ringFor: 25,
    legs: [
      { device: desk, after: 0 },
      { device: mobile, after: 10 },
    ],
  });
  t.same(rung(world(10)), [desk.id]);
});

t.test('a mobile that has had the call is not rung for it again', async (t) => {
  const diverted = { by: ['+46701234567'], times: 1 };
  t.same(rung(withTeam(), { ...outsider, diverted }), ['d-anna-app', 'd-anna-desk', ...BJORNS]);
});

t.test('nobody to ring is nobody who answers', async (t) => {
  const lunch = { '100': { activity: 'lunch' }, '101': { activity: 'lunch' } };
  const left = (unanswered: TeamUnanswered, people: People = lunch) =>
    decide(dials('102', '200'), withTeam({ unanswered }, people)).plan;
  t.match(left({ kind: 'hang-up' }), NOBODY_ANSWERS);
  t.match(left({ kind: 'voicemail', extension: bjorn.extension }), {
    kind: 'voicemail',
    mailbox: '101',
  });
  t.match(left({ kind: 'voicemail', extension: '999' as Extension }), NOBODY_ANSWERS);
  t.match(left(to('100')), { kind: 'referral', then: { mailbox: '100' } }, 'Anna’s own lunch');
  t.match(left({ kind: 'number', number: MOBILE }), {
    kind: 'out',
    to: MOBILE,
    payer: { user: 't-200' },
    diversion: { number: anka.mainNumber, reason: 'no-answer', times: 1 },
  });
  t.match(
    left({ kind: 'hang-up' }, { '100': { devices: [] }, '101': { devices: [] } }),
    NOBODY_ANSWERS,
  );
});

t.test('a team without anybody is one that nobody answers', async (t) => {
  for (const members of [[], ['999']]) {
    const left = (more: SomeTeam) =>
      decide(dials('102', '200'), withTeam({ members, ...more })).plan;
    t.match(left({}), NOBODY_ANSWERS, 'who has left is in it no longer');
    t.match(left({ unanswered: to('101') }), { kind: 'ring', via: ['200', '101'] });
  }
});

t.test('nobody answers: where the team says', async (t) => {
  const question = asksAgain(dials('102', '200'), '200', { kind: 'unanswered', why: 'no-answer' });
  const left = (unanswered: TeamUnanswered) => decide(question, withTeam({ unanswered })).plan;
  t.match(left({ kind: 'hang-up' }), NOBODY_ANSWERS);
  t.match(left({ kind: 'voicemail', extension: bjorn.extension }), { mailbox: '101' });
  t.match(left(to('101')), { kind: 'ring', via: ['200', '101'], then: { mailbox: '101' } });
  t.match(left({ kind: 'number', number: MOBILE }), { kind: 'out', to: MOBILE });
  for (const unanswered of [to('101'), { kind: 'number', number: MOBILE } as const]) {
    t.match(decide(dials('102', '200'), withTeam({ unanswered })).plan, {
      ...{ kind: 'ring', asks: true, then: NOBODY_ANSWERS },
    });
  }
  t.match(
    decide(
      dials('102', '200'),
      withTeam({ unanswered: { kind: 'voicemail', extension: bjorn.extension } }),
    ).plan,
    { kind: 'ring', asks: false, then: { kind: 'voicemail', mailbox: '101' } },
  );
});

t.test('what leads nowhere is told, and never a circle', async (t) => {
  const unanswered = (team: SomeTeam, via: readonly string[], people: People = {}) =>
    decide(
      asksAgain(fromOutside(), '200', { kind: 'unanswered', why: 'no-answer' }, via),
      withTeam(team, people),
    );
  const { plan, trace } = unanswered({ unanswered: to('100') }, ['100', '200']);
  t.match(plan, NOBODY_ANSWERS);
  t.match(
    trace.at(-1)?.because,
    'Anna Berg has had this call, so the caller hears that nobody answers',
  );
  t.match(unanswered({ unanswered: to('999') }, ['200']).plan, NOBODY_ANSWERS);
  t.match(
    unanswered({ unanswered: to('101') }, ['200'], { '101': { forwards: { always: '200' } } }).plan,
    { kind: 'voicemail', mailbox: '101' },
    'Björn’s forward leads back to it: his message',
  );
  const none = { ...USUAL_RULES, callsOut: { ...USUAL_RULES.callsOut, reach: 'none' as const } };
  const user = userOf({ rules: none });
  const out = unanswered({ user, unanswered: { kind: 'number', number: MOBILE } }, ['200']);
  t.match(out.plan, NOBODY_ANSWERS);
  t.match(out.trace.at(-1), { barred: 'none-outside' });
});

t.test('a number of its own leads to it, from wherever it is called', async (t) => {
  const world = withTeam(
    { user: userOf({ numbers: [OWN] }) },
    { '101': { forwards: { always: OWN } } },
  );
  const called = fromOutside({ dialled: '+46812345620' });
  t.match(decide(called, world).plan, {
    ...{ kind: 'ring', via: ['200'], shown: { number: OUTSIDE }, then: NOBODY_ANSWERS },
    shownOnMobiles: { number: OUTSIDE },
  });
  t.same(lastSteps(called, world, 4).slice(0, 1), ['number: +46812345620 is Kundtjänst (200)']);
  t.same(rung(world, dials('102', '0812345620')), [...ANNAS, ...BJORNS], 'by a colleague');
  t.match(
    decide(dials('102', '101'), world).plan,
    { kind: 'ring', via: ['101', '200'] },
    'forwarded',
  );
  t.match(decide(dials('102', '*21*0812345620#'), world).effects, [
    { to: { kind: 'extension', extension: '200' } },
  ]);
});

t.test('another organisation of the server reaches it by its number', async (t) => {
  const teams = new Map([teamOf('200', { user: userOf({ numbers: [OWN] }) })]);
  const ente = { ...anka, id: 'o-ente', domain: 'ente.example', teams, mainNumber: undefined };
  const owned = new Map(
    [...anka.users].map(([extension, user]) => [
      extension,
      { ...user, id: `e-${user.id}`, numbers: [] },
    ]),
  );
  const world = worldOf(directoryOf(anka, { ...ente, users: owned }));
  t.match(decide(dials('101', '0812345620'), world).plan, {
    ...{ kind: 'ring', domain: 'ente.example', shown: { number: '+46812345601', name: '' } },
  });
  t.same(rung(world, dials('101', '200')), ['refuse'], 'an extension is an organisation’s own');
});

t.test('what it sends on keeps the caller’s number, and names its own', async (t) => {
  const unanswered = { kind: 'number', number: MOBILE } as const;
  const world = withTeam({ unanswered, user: userOf({ numbers: [OWN] }) });
  const called = fromOutside({ dialled: OWN });
  t.match(decide(asksAgain(called, '200', { kind: 'unanswered', why: 'no-answer' }), world).plan, {
    kind: 'out',
    shown: { number: OUTSIDE },
    diversion: { number: OWN, reason: 'no-answer' },
  });
});

t.test('it is reached by a choice, as the switchboard, and by every forward', async (t) => {
  const choices = new Map<string, Choice>([
    ['2', to('200')],
    ['0', { kind: 'switchboard' }],
  ]);
  const teams = new Map([teamOf('200', { spokenName: 'Support' })]);
  const world = today({ '100': { activity: 'lunch', rules: { choices } } }, [], {
    teams,
    switchboard: '200' as Extension,
  });
  t.match(decide(fromOutside(), world).plan, {
    say: [{}, {}, {}, { text: 'två för Support.' }],
    choices: '02',
  });
  for (const digit of ['0', '2']) {
    const question = asksAgain(fromOutside(), '100', { kind: 'choice', digit });
    t.same(rung(world, question), BJORNS, 'Anna is at lunch');
    t.match(decide(question, world).plan, { via: ['100', '200'], shown: { number: OUTSIDE } });
  }
  for (const why of ['busy', 'no-answer', 'unreachable'] as const) {
    const forwards = withTeam({}, { '100': { forwards: { [why]: '200' } } });
    const question = asksAgain(fromOutside(), '100', { kind: 'unanswered', why });
    t.match(decide(question, forwards).plan, { kind: 'ring', via: ['100', '200'] }, why);
  }
});

t.test('*21*200# forwards to it', async (t) => {
  t.match(decide(dials('102', '*21*200#'), withTeam()).effects, [
    { kind: 'set-forward', reason: 'always', to: { kind: 'extension', extension: '200' } },
  ]);
});

t.test('a call that is picked up is taken from every member it rings at', async (t) => {
  const caller = 'caller' as never;
  const ringing = (leg: string) => ({ busy: 0, ringing: { caller, legs: [leg as never] } });
  const other = { busy: 0, ringing: { caller: 'other' as never, legs: ['x' as never] } };
  const calls = new Map([
    ['u-100', ringing('a')],
    ['u-101', ringing('b')],
    ['u-102', other],
  ]);
  t.match(decide(dials('102', '**100'), { ...withTeam(), calls }).plan, {
    kind: 'pickup',
    caller: 'caller',
    ringing: ['a', 'b'],
  });
});
