import fc from 'fast-check';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import t from 'tap';
import type { E164, Extension } from '../../common/phone-number.ts';
import { epochMs, HOUR_MS } from '../../common/time.ts';
import { OFFICE_HOURS } from '../../daemon/calendar/working-hours.ts';
import type { LegId } from '../../daemon/call/event.ts';
import type { Question } from '../../daemon/call/question.ts';
import { mayCall } from '../../daemon/freeswitch/may-call.ts';
import { keepSpent } from '../../daemon/keep-spent.ts';
import { barred } from '../../daemon/routing/barred.ts';
import { type ChargedKind, destinationClass } from '../../common/destination-class.ts';
import type { OutsideLimits } from '../../daemon/routing/directory.ts';
import { route } from '../../daemon/routing/route.ts';
import { type CallsAnHour, type CallsOut, USUAL_RULES } from '../../daemon/routing/rules.ts';
import { NOTHING_SPENT, type Spent } from '../../daemon/routing/spent.ts';
import { anka, bjorn, directoryOf } from '../support/office.ts';
import { worldOf } from '../support/world.ts';

/** A Tuesday at 13:04 in Stockholm, and the night after it. */
const now = epochMs(Date.parse('2026-03-31T11:04:00Z'));
const night = epochMs(Date.parse('2026-03-31T23:00:00Z'));

const NUMBERS = {
  free: ['+4620123456', '11414', '1177', '116117'],
  domestic: ['+46701234568', '+4687654321', '+46771234567', '+46101234567'],
  abroad: ['+4722123456', '+493012345678', '+12125550123', '+18765551234', '+5378301234'],
  premium: ['+46939100100', '+46900123456', '118118', '+447012345678', '+881612345678'],
} as const;

t.test('a number is free, domestic, abroad or premium', async (t) => {
  for (const kind of ['free', 'domestic', 'abroad', 'premium'] as const) {
    for (const number of NUMBERS[kind]) {
      const read = destinationClass(number, 'SE');
      t.equal(read.kind, kind, number);
    }
  }
  t.same(destinationClass('+18765551234', 'US'), { kind: 'abroad', country: 'JM' }, 'not the +1');
});

const ask = (
  to: string,
  rules: Partial<CallsOut> = {},
  limits: Partial<OutsideLimits> = {},
  spent: readonly [string, Spent][] = [],
  at = now,
) => {
  const callsOut = { ...USUAL_RULES.callsOut, ...rules };
  const user = { ...bjorn, hours: OFFICE_HOURS, rules: { ...USUAL_RULES, callsOut } };
  const organisation = { ...anka, callsOut: { ...anka.callsOut, ...limits } };
  return barred(
    destinationClass(to, organisation.country),
    { organisation, user },
    { spent: new Map(spent) },
    at,
  );
};

t.test('toll fraud: who may call what', async (t) => {
  t.equal(ask('+46701234568'), undefined);
  t.equal(ask('+4722123456'), undefined, 'a country the organisation calls');
  t.equal(ask('+5378301234'), 'country', 'and one it does not');
  t.equal(ask('+18765551234', {}, { countries: ['US'] }), 'country', 'Jamaica has +1, too');
  t.equal(ask('+5378301234', {}, { countries: 'all' }), undefined);
  for (const number of NUMBERS.premium) {
    t.equal(ask(number, {}, { countries: 'all' }), 'premium', number);
    t.equal(ask(number, { premium: true }, { countries: 'all' }), undefined, number);
  }
  t.equal(ask('+4722123456', { reach: 'domestic' }), 'domestic-only');
  t.equal(ask('118118', { reach: 'domestic', premium: true }), 'domestic-only');
  t.equal(ask('+46701234568', { reach: 'domestic' }), undefined);
  t.equal(ask('1177', { reach: 'none' }), 'none-outside');
});

t.test('toll fraud: outside working hours', async (t) => {
  const shut = { offHours: 'domestic' } as const;
  t.equal(ask('+4722123456', shut), undefined, 'the office is open');
  t.equal(ask('+4722123456', shut, {}, [], night), 'off-hours');
  t.equal(ask('+46701234568', shut, {}, [], night), undefined);
  t.equal(ask('+46701234568', { offHours: 'none' }, {}, [], night), 'off-hours');
});

t.test('toll fraud: how many at once, and how many of each class in an hour', async (t) => {
  const begun = (kind: ChargedKind, ...minutesAgo: readonly number[]): Spent => ({
    live: 0,
    began: { ...NOTHING_SPENT.began, [kind]: minutesAgo.map((one) => epochMs(now - one * 60_000)) },
  });
  const calls = (live: number) => ({ ...NOTHING_SPENT, live });
  const own = (spent: Spent): [string, Spent][] => [[bjorn.id, spent]];
  const all = (spent: Spent): [string, Spent][] => [[anka.id, spent]];
  const home = '+46701234568';
  t.equal(ask(home, { atOnce: 2 }, {}, own(calls(1))), undefined);
  t.equal(ask(home, { atOnce: 2 }, {}, own(calls(2))), 'at-once');
  t.equal(ask(home, { atOnce: undefined }, {}, own(calls(999))), undefined);
  t.equal(ask(home, {}, { atOnce: 5 }, all(calls(5))), 'all-at-once');

  const of = { domestic: home, abroad: '+4722123456', premium: '+46939100100' } as const;
  const none: CallsAnHour = { domestic: undefined, abroad: undefined, premium: undefined };
  for (const kind of CHARGED) {
    const mine = { premium: true, anHour: { ...none, [kind]: 2 } };
    t.equal(ask(of[kind], mine, {}, own(begun(kind, 50, 10))), `${kind}-an-hour`);
    t.equal(ask(of[kind], mine, {}, own(begun(kind, 61, 10))), undefined, 'by the hour');
    const everybodys = { anHour: { ...none, [kind]: 1 } };
    const free = { premium: true, anHour: none };
    t.equal(ask(of[kind], free, everybodys, all(begun(kind, 1))), `all-${kind}-an-hour`);
    t.equal(ask(of[kind], free, everybodys, own(begun(kind, 1))), undefined, 'of somebody else');
    t.equal(ask('1177', mine, everybodys, own(begun(kind, 50, 10))), undefined, 'free of charge');
    for (const other of CHARGED) {
      if (other === kind) continue;
      t.equal(ask(of[other], mine, {}, own(begun(kind, 50, 10))), undefined, `${other} is apart`);
    }
  }
});

t.test('112 is never counted and never refused, whatever is spent and allowed', async (t) => {
  const most = fc.option(fc.nat(2), { nil: undefined });
  const anHour = fc.record({ domestic: most, abroad: most, premium: most });
  const callsOut: fc.Arbitrary<CallsOut> = fc.record({
    reach: fc.constantFrom('anywhere', 'domestic', 'none'),
    offHours: fc.constantFrom('anywhere', 'domestic', 'none'),
    premium: fc.boolean(),
    ...{ atOnce: most, anHour },
  });
  const limits: fc.Arbitrary<OutsideLimits> = fc.record({
    countries: fc.constantFrom<OutsideLimits['countries']>('all', []),
    ...{ atOnce: most, anHour },
  });
  const began = fc.array(fc.nat(HOUR_MS).map((ms) => epochMs(now - ms)));
  const spent: fc.Arbitrary<Spent> = fc.record({
    live: fc.nat(3),
    began: fc.record({ domestic: began, abroad: began, premium: began }),
  });
  const dialled = fc.constantFrom('112', '90000', '1 12');
  let refused = 0;
  fc.assert(
    fc.property(dialled, callsOut, limits, spent, spent, (number, own, all, mine, everybodys) => {
      const user = { ...bjorn, rules: { ...USUAL_RULES, callsOut: own } };
      const users = new Map(anka.users).set('101' as Extension, user);
      const quiet = worldOf(directoryOf({ ...anka, users, callsOut: all }));
      const world = {
        ...quiet,
        spent: new Map([
          [bjorn.id, mine],
          [anka.id, everybodys],
        ]),
      };
      if (route(fromBjorn('0701234568'), world, now).plan.kind === 'refuse') refused += 1;
      // A plan that counts names who pays.
      const { plan, trace } = route(fromBjorn(number), world, now);
      return plan.kind === 'native' && trace.every((step) => step.barred === undefined);
    }),
  );
  t.ok(refused > 30, `another number was refused ${refused} times of 100`);
});

/** Björn dials on his own phone. */
const fromBjorn = (dialled: string): Question => ({
  ...{ leg: 'l-1' as LegId, callerNumber: '101', callerName: '', callerHidden: false },
  ...{ from: { kind: 'device', username: '101-desk', domain: 'anka.example' } },
  ...{ dialled, again: undefined },
});

const CHARGED = ['domestic', 'abroad', 'premium'] as const satisfies readonly ChargedKind[];

t.test('who may not call is told so, and why is kept', async (t) => {
  const rules = { ...USUAL_RULES, callsOut: { ...USUAL_RULES.callsOut, reach: 'none' as const } };
  const users = new Map(anka.users).set('101' as Extension, { ...bjorn, rules });
  const directory = directoryOf({ ...anka, users });
  const ask = (dialled: string) => route(fromBjorn(dialled), worldOf(directory), now);
  t.match(ask('0701234568'), {
    plan: { kind: 'refuse', sip: 403, say: 'refuse-not-allowed' },
    trace: [{}, {}, { rule: 'calls out', barred: 'none-outside' }],
  });
  t.match(ask('100').plan, { kind: 'ring' }, 'inside is another matter');
  t.match(ask('112').plan, { kind: 'native' }, 'and so is 112');
  const refused = ask('*21*0701234568#');
  t.match(refused, { plan: { say: [{ name: 'forward-refused' }] } }, 'nor forward there');
  t.strictSame(refused.effects, []);
  t.match(refused.trace.at(-1)?.because, /Björn Ek may not call there: none-outside/);
  t.match(ask('*21*100#').effects, [{ kind: 'set-forward' }]);
});

t.test('toll fraud: whose forward leads out must be allowed to call there', async (t) => {
  const cuba = { kind: 'number', number: '+5378301234' as E164 } as const;
  const norway = { kind: 'number', number: '+4722123456' as E164 } as const;
  const call = (to: typeof cuba | typeof norway) => {
    const forward = { to, endsAt: undefined, source: 'code', setAt: now } as const;
    const quiet = worldOf(directoryOf(anka));
    const forwards = new Map([[bjorn.id, { always: forward }]]);
    return route(
      {
        ...{ leg: 'l-1' as LegId, callerNumber: '+46701234568', callerName: '' },
        ...{ callerHidden: false, from: { kind: 'trunk', address: '192.0.2.1' } },
        ...{ dialled: '+46812345601', again: undefined },
      },
      { ...quiet, presence: { ...quiet.presence, forwards } },
      now,
    );
  };
  t.match(call(norway).plan, { kind: 'out', payer: { user: bjorn.id, class: 'abroad' } });
  const { plan, trace } = call(cuba);
  t.match(plan, { kind: 'voicemail', mailbox: '101' });
  t.equal(trace.at(-1)?.barred, 'country');
});

t.test(
  'calls outside are counted while they go on, and those charged for an hour by class',
  async (t) => {
    const live = new Set<LegId>();
    const payer = { user: 'u-101', organisation: 'o-1', class: 'abroad' } as const;
    const leg = (n: number) => `l-${n}` as LegId;
    const later = (ms: number) => epochMs(now + ms);
    const earlier = [{ leg: leg(0), at: epochMs(now - 1_000_000), payer }];
    const spent = keepSpent(earlier, (id) => live.has(id));
    const own = (ms: number) => spent.at(later(ms)).get('u-101');
    t.match(
      own(0),
      { live: 0, began: { abroad: { length: 1 } } },
      'what was before the start is known',
    );

    spent.left({ leg: leg(1), at: now, payer });
    t.equal(own(10)?.live, 1, 'before FreeSWITCH has told of the leg');
    live.add(leg(1));
    spent.left({ leg: leg(2), at: now, payer: { ...payer, class: 'domestic' } });
    live.add(leg(2));
    spent.left({ leg: leg(3), at: now, payer: { ...payer, class: 'free' } });
    live.add(leg(3));
    const began = { domestic: { length: 1 }, abroad: { length: 2 }, premium: { length: 0 } };
    t.match(own(20_000), { live: 3, began });
    t.match(spent.at(later(20_001)).get('o-1'), { live: 3, began });

    live.delete(leg(1));
    spent.legEnded(leg(1));
    t.equal(own(20_010)?.live, 2, 'at once');
    live.delete(leg(2));
    live.delete(leg(3));
    t.equal(own(30_000)?.live, 0, 'an end that nobody heard of is seen too');
    t.equal(own(HOUR_MS + 6_000), undefined, 'and an hour later nothing is known');
  },
);

t.test('without a daemon FreeSWITCH lets out what the daemon would', async (t) => {
  const rules: fc.Arbitrary<CallsOut> = fc.record({
    reach: fc.constantFrom('anywhere', 'domestic', 'none'),
    premium: fc.boolean(),
    offHours: fc.constant('anywhere'),
    atOnce: fc.constant(undefined),
    anHour: fc.constant(USUAL_RULES.callsOut.anHour),
  });
  const limits = fc.oneof(
    fc.constant<OutsideLimits['countries']>('all'),
    fc.subarray(['SE', 'NO', 'DE', 'DK', 'FI', 'GB', 'IT', 'EE'], { minLength: 1 }),
  );
  const subscribers = getCountries()
    .filter((country) => !SMALL.includes(country))
    .flatMap((country) => getExampleNumber(country, examples)?.number ?? []);
  const numbers = fc.constantFrom(
    ...Object.values(NUMBERS)
      .flat()
      .filter((number) => !number.startsWith('+44')),
    ...subscribers,
  );
  let open = 0;
  fc.assert(
    fc.property(numbers, rules, limits, (number, callsOut, countries) => {
      const native = new RegExp(mayCall('SE', { ...anka.callsOut, countries }, callsOut), 'u');
      const decided = ask(number, callsOut, { countries }) === undefined;
      if (decided) open += 1;
      // What FreeSWITCH is stricter about: all of +1 and +7, and codes of which not every country is allowed.
      const stricter = countries !== 'all' && /^\+[17]/.test(number);
      return native.test(number) === (decided && !stricter);
    }),
    { numRuns: 3_000 },
  );
  t.ok(open > 300, `${open} of 3,000 were let out`);
});

/** They share the code of a larger neighbour. */
const SMALL = ['GG', 'IM', 'JE', 'SJ', 'AX', 'VA'];
