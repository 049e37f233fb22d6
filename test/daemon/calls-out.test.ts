import fc from 'fast-check';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import t from 'tap';
import type { E164, Extension } from '../../common/phone-number.ts';
import { epochMs, HOUR_MS } from '../../common/time.ts';
import { OFFICE_HOURS } from '../../daemon/calendar/working-hours.ts';
import type { LegId } from '../../daemon/call/event.ts';
import { mayCall } from '../../daemon/freeswitch/may-call.ts';
import { keepSpent } from '../../daemon/keep-spent.ts';
import { barred } from '../../daemon/routing/barred.ts';
import { destinationClass } from '../../common/destination-class.ts';
import type { OutsideLimits } from '../../daemon/routing/directory.ts';
import { route } from '../../daemon/routing/route.ts';
import { type CallsOut, USUAL_RULES } from '../../daemon/routing/rules.ts';
import type { Spent } from '../../daemon/routing/spent.ts';
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

t.test('toll fraud: how many at once, and how many abroad in an hour', async (t) => {
  const calls = (live: number, ...minutesAgo: readonly number[]): Spent => ({
    live,
    dear: minutesAgo.map((minutes) => epochMs(now - minutes * 60_000)),
  });
  const own = (spent: Spent): [string, Spent][] => [[bjorn.id, spent]];
  const all = (spent: Spent): [string, Spent][] => [[anka.id, spent]];
  const home = '+46701234568';
  const norway = '+4722123456';
  t.equal(ask(home, { atOnce: 2 }, {}, own(calls(1))), undefined);
  t.equal(ask(home, { atOnce: 2 }, {}, own(calls(2))), 'at-once');
  t.equal(ask(home, { atOnce: undefined }, {}, own(calls(999))), undefined);
  t.equal(ask(home, {}, { atOnce: 5 }, all(calls(5))), 'all-at-once');
  t.equal(ask(norway, { abroadAnHour: 2 }, {}, own(calls(0, 50, 10))), 'abroad-an-hour');
  t.equal(ask(norway, { abroadAnHour: 2 }, {}, own(calls(0, 61, 10))), undefined, 'by the hour');
  t.equal(ask(home, { abroadAnHour: 2 }, {}, own(calls(0, 50, 10))), undefined, 'home is free');
  t.equal(ask(norway, {}, { abroadAnHour: 1 }, all(calls(0, 1))), 'all-abroad-an-hour');
});

t.test('who may not call is told so, and why is kept', async (t) => {
  const rules = { ...USUAL_RULES, callsOut: { ...USUAL_RULES.callsOut, reach: 'none' as const } };
  const users = new Map(anka.users).set('101' as Extension, { ...bjorn, rules });
  const directory = directoryOf({ ...anka, users });
  const ask = (dialled: string) =>
    route(
      {
        ...{ leg: 'l-1' as LegId, callerNumber: '101', callerName: '', callerHidden: false },
        ...{ from: { kind: 'device', username: '101-desk', domain: 'anka.example' } },
        ...{ dialled, again: undefined },
      },
      worldOf(directory),
      now,
    );
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
  t.match(call(norway).plan, { kind: 'out', payer: { user: bjorn.id, dear: true } });
  const { plan, trace } = call(cuba);
  t.match(plan, { kind: 'voicemail', mailbox: '101' });
  t.equal(trace.at(-1)?.barred, 'country');
});

t.test('calls outside are counted while they go on, and abroad for an hour', async (t) => {
  const live = new Set<LegId>();
  const payer = { user: 'u-101', organisation: 'o-1', dear: true };
  const leg = (n: number) => `l-${n}` as LegId;
  const later = (ms: number) => epochMs(now + ms);
  const earlier = [{ leg: leg(0), at: epochMs(now - 1_000_000), payer }];
  const spent = keepSpent(earlier, (id) => live.has(id));
  const own = (ms: number) => spent.at(later(ms)).get('u-101');
  t.match(own(0), { live: 0, dear: { length: 1 } }, 'what was before the start is known');

  spent.left({ leg: leg(1), at: now, payer });
  t.equal(own(10)?.live, 1, 'before FreeSWITCH has told of the leg');
  live.add(leg(1));
  spent.left({ leg: leg(2), at: now, payer: { ...payer, dear: false } });
  live.add(leg(2));
  t.match(own(20_000), { live: 2, dear: { length: 2 } });
  t.match(spent.at(later(20_001)).get('o-1'), { live: 2, dear: { length: 2 } });

  live.delete(leg(1));
  spent.legEnded(leg(1));
  t.equal(own(20_010)?.live, 1, 'at once');
  live.delete(leg(2));
  t.equal(own(30_000)?.live, 0, 'an end that nobody heard of is seen too');
  t.equal(own(HOUR_MS + 6_000), undefined, 'and an hour later nothing is known');
});

t.test('without a daemon FreeSWITCH lets out what the daemon would', async (t) => {
  const rules: fc.Arbitrary<CallsOut> = fc.record({
    reach: fc.constantFrom('anywhere', 'domestic', 'none'),
    premium: fc.boolean(),
    offHours: fc.constant('anywhere'),
    atOnce: fc.constant(undefined),
    abroadAnHour: fc.constant(undefined),
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
