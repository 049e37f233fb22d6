import t from 'tap';
import { epochMs } from '../../../common/time.ts';
import { trunkDialString } from '../../../daemon/esl/dial-string.ts';
import type { Diversion, Plan } from '../../../daemon/routing/plan.ts';
import type { ForwardReason } from '../../../daemon/routing/presence.ts';
import type { World } from '../../../daemon/routing/world.ts';
import { anka, anna, bjorn } from '../../support/office.ts';
import {
  asksAgain,
  decide,
  dials,
  fromOutside,
  lastSteps,
  now,
  OUTSIDE,
  today,
} from '../../support/office-today.ts';

const MOBILE = '+46707654321';

/** What each forward is told as to the network, and how a call comes to it. */
const FORWARDS: readonly (readonly [
  ForwardReason,
  Diversion['reason'],
  meet: (w: World) => Plan,
])[] = [
  ['always', 'unconditional', (world) => decide(fromOutside(), world).plan],
  ['busy', 'user-busy', (world) => unanswered(world, 'busy')],
  ['no-answer', 'no-answer', (world) => unanswered(world, 'no-answer')],
  ['unreachable', 'unavailable', (world) => unanswered(world, 'unreachable')],
];

const unanswered = (world: World, why: 'busy' | 'no-answer' | 'unreachable'): Plan =>
  decide(asksAgain(fromOutside(), '100', { kind: 'unanswered', why }), world).plan;

for (const [when, reason, meet] of FORWARDS) {
  const world = (to: string) => today({ '100': { forwards: { [when]: to } } });

  t.test(`S052: forward (${when}) to a colleague, whose call it becomes`, async (t) => {
    t.match(meet(world('101')), {
      kind: 'ring',
      legs: [{ device: { id: 'd-bjorn-desk' } }],
      shown: { number: OUTSIDE },
      via: ['100', '101'],
      then: { mailbox: '101' },
    });
  });

  t.test(
    `S052: forward (${when}) to a number keeps the caller’s, says why and by whom`,
    async (t) => {
      const plan = meet(world(MOBILE));
      t.match(plan, {
        kind: 'out',
        to: MOBILE,
        shown: { number: OUTSIDE, hidden: false },
        diversion: { number: '+46812345600', reason },
        payer: { user: anna.id },
      });
      const said =
        plan.kind === 'out' ? trunkDialString('first', plan.to, plan.diversion, plan.shown) : '';
      t.match(said, `[sip_h_Diversion=<sip:+46812345600@invalid>;reason=${reason}]`);
    },
  );

  t.test(`S052: forward (${when}) to voicemail is one’s own`, async (t) => {
    t.match(meet(world('voicemail')), { kind: 'voicemail', mailbox: '100', greeting: 'usual' });
  });

  t.test(`S052: forward (${when}) to a colleague’s public number stays inside`, async (t) => {
    t.match(meet(world('+46812345601')), { kind: 'ring', via: ['100', '101'] });
  });

  t.test(`S052: forward (${when}) holds until its end, to the millisecond`, async (t) => {
    const until = (end: number) =>
      meet(today({ '100': { forwards: { [when]: ['101', epochMs(end)] } } }));
    t.match(until(now + 1), { then: { mailbox: '101' } });
    const over = until(now);
    t.match('then' in over ? over.then : over, { mailbox: '100' });
  });
}

t.test('S052: a hidden caller is hidden where the call is sent to, too', async (t) => {
  const world = today({ '100': { forwards: { always: MOBILE } } });
  t.match(decide(fromOutside({ callerHidden: true }), world).plan, {
    kind: 'out',
    shown: { number: '', hidden: true },
    diversion: { number: '+46812345600' },
  });
});

t.test('S052: a colleague’s call is sent on under the colleague’s number', async (t) => {
  const world = today({ '100': { forwards: { always: MOBILE } } });
  t.match(decide(dials('101', '100'), world).plan, {
    shown: { number: '+46812345601' },
    diversion: { number: '+46812345600', reason: 'unconditional' },
  });
});

t.test('S052: who has no number sends on with the organisation’s', async (t) => {
  const forwards = { '102': { forwards: { always: MOBILE } } };
  t.match(decide(dials('101', '102'), today(forwards)).plan, {
    diversion: { number: '+46812345600' },
  });
  t.match(decide(dials('101', '102'), today(forwards, [], { mainNumber: undefined })).plan, {
    kind: 'out',
    diversion: undefined,
  });
});

t.test('S052: a forward of everything goes before activity and busy', async (t) => {
  const person = { forwards: { always: '101' }, activity: 'lunch', calls: 1 };
  const world = today({ '100': { ...person, rules: { busy: 'busy' } } });
  t.match(decide(fromOutside(), world).plan, { kind: 'ring', via: ['100', '101'] });
});

t.test('S052: while on the phone, the forward for busy goes before the rule', async (t) => {
  const person = { calls: 1, forwards: { busy: MOBILE }, rules: { busy: 'voicemail' } } as const;
  t.match(decide(fromOutside(), today({ '100': person })).plan, {
    kind: 'out',
    diversion: { reason: 'user-busy' },
  });
});

t.test('S052: what a chain of forwards says is who sent the call out, and why', async (t) => {
  const world = today({
    '100': { forwards: { always: '101' } },
    '101': { calls: 1, forwards: { busy: MOBILE } },
  });
  const { plan, trace } = decide(fromOutside(), world);
  t.match(plan, {
    kind: 'out',
    shown: { number: OUTSIDE },
    diversion: { number: '+46812345601', reason: 'user-busy' },
    payer: { user: bjorn.id },
  });
  t.same(
    trace.slice(1).map(({ rule, because }) => `${rule}: ${because}`),
    [
      'forward: all calls are forwarded: from Anna Berg to Björn Ek',
      'busy: Björn Ek is in 1 call',
      `forward: forwarded when busy: from Björn Ek to ${MOBILE}`,
      `trunk: first, then second, as ${OUTSIDE}`,
    ],
  );
});

t.test('S052: whom a call is sent on to is asked how they have it', async (t) => {
  const to = (bjorns: object) =>
    decide(fromOutside(), today({ '100': { forwards: { always: '101' } }, '101': bjorns })).plan;
  t.match(to({ activity: 'lunch' }), { kind: 'referral', then: { mailbox: '101' } });
  t.match(to({ calls: 1, rules: { busy: 'busy' } }), { kind: 'refuse', sip: 486 });
  t.match(to({ forwards: { always: 'voicemail' } }), { kind: 'voicemail', mailbox: '101' });
  t.match(to({ forwards: { always: '102' } }), { kind: 'ring', via: ['100', '101', '102'] });
});

t.test('S052: whom they have blocked gets nowhere by a forward either', async (t) => {
  const forwards = { '100': { forwards: { always: '101' } } };
  const plan = decide(fromOutside(), today(forwards, [{ of: '101', blocked: true }])).plan;
  t.match(plan, { kind: 'refuse', sip: 486 });
});

t.test('S052: a circle of forwards ends with a message', async (t) => {
  const circle = today({
    '100': { forwards: { always: '101' } },
    '101': { forwards: { always: '102' } },
    '102': { forwards: { always: '100' } },
  });
  t.match(decide(fromOutside(), circle).plan, { kind: 'voicemail', mailbox: '102' });
  t.same(lastSteps(fromOutside(), circle), [
    'forward: all calls are forwarded: Anna Berg has had this call, so a message is taken',
  ]);
  const oneself = today({ '100': { forwards: { always: '+46812345600' } } });
  t.match(decide(fromOutside(), oneself).plan, { kind: 'voicemail', mailbox: '100' });
});

t.test('S052: a circle that takes a while to close ends as well', async (t) => {
  const world = today({
    '100': { forwards: { 'no-answer': '101' } },
    '101': { forwards: { 'no-answer': '100' } },
  });
  const why = { kind: 'unanswered', why: 'no-answer' } as const;
  const first = decide(asksAgain(fromOutside(), '100', why, ['100']), world).plan;
  t.match(first, { kind: 'ring', via: ['100', '101'], asks: true });
  const last = decide(asksAgain(fromOutside(), '101', why, ['100', '101']), world).plan;
  t.match(last, { kind: 'voicemail', mailbox: '101' });
});

t.test('S052: a call comes to five people and no more', async (t) => {
  const extensions = ['100', '101', '102', '103', '104', '105'] as const;
  const users = new Map(
    extensions.map((extension) => [
      extension as typeof anna.extension,
      { ...anna, id: `u-${extension}`, extension: extension as typeof anna.extension },
    ]),
  );
  const chain = (length: number) => {
    const { presence, directory, ...rest } = today();
    const organisation = { ...anka, users };
    const forwards = new Map(
      extensions.slice(0, length - 1).map((extension, at) => [
        `u-${extension}`,
        {
          always: {
            ...{ to: { kind: 'extension', extension: extensions[at + 1] } as never },
            ...({ endsAt: undefined, source: 'app', setAt: now } as const),
          },
        },
      ]),
    );
    return {
      ...rest,
      directory: {
        ...directory,
        organisations: new Map([[anka.domain, organisation]]),
        numbers: new Map([
          [anna.numbers[0] as never, { organisation, user: users.get(anna.extension) ?? anna }],
        ]),
      },
      presence: { ...presence, forwards },
    };
  };
  t.match(decide(fromOutside(), chain(5)).plan, { kind: 'ring', via: extensions.slice(0, 5) });
  t.match(decide(fromOutside(), chain(6)).plan, { kind: 'voicemail', mailbox: '104' });
  t.match(lastSteps(fromOutside(), chain(6)), [/would be one too many, so a message is taken/]);
});

t.test('S052: before a message stands the greeting for what kept the person', async (t) => {
  const greeting = (kind: 'busy' | 'no-answer') =>
    ({ id: `g-${kind}`, for: { kind }, endsAt: undefined }) as const;
  const greetings = [greeting('busy'), greeting('no-answer')];
  const hears = (kind: 'busy' | 'no-answer') => ({
    kind: 'voicemail',
    mailbox: '100',
    say: [{ kind: 'recording', greeting: `g-${kind}` }],
  });
  const noTrunk = { trunks: [] };
  for (const to of ['voicemail', '199', MOBILE, '+46812345600']) {
    const always = { greetings, forwards: { always: to } };
    t.match(
      decide(fromOutside(), today({ '100': always }, [], noTrunk)).plan,
      hears('no-answer'),
      to,
    );
    const busy = { greetings, calls: 1, forwards: { busy: to } };
    t.match(decide(fromOutside(), today({ '100': busy }, [], noTrunk)).plan, hears('busy'), to);
  }
});
