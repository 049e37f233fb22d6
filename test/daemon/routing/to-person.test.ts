import t from 'tap';
import type { E164 } from '../../../common/phone-number.ts';
import { seconds } from '../../../common/time.ts';
import type { ActivityId } from '../../../daemon/routing/activity.ts';
import type { Choice, Rules } from '../../../daemon/routing/rules.ts';
import { anka, anna, cecilia } from '../../support/office.ts';
import {
  asksAgain,
  decide,
  dials,
  fromOutside,
  lastSteps,
  OUTSIDE,
  today,
  type Today,
} from '../../support/office-today.ts';

const MOBILE = '+46707654321';

const annas = (more: Today) => decide(fromOutside(), today({ '100': more })).plan;
const inACall = (rules: Partial<Rules>, more: Today = {}) => annas({ calls: 1, rules, ...more });
const hearsBusy = { kind: 'refuse', sip: 486, say: undefined };
const RINGS = { kind: 'ring', then: { mailbox: '100' } };

t.test('busy, ring: devices ring for as many calls at once as there may be', async (t) => {
  t.match(inACall({ busy: 'ring' }), RINGS);
  t.match(annas({ calls: 2, rules: { busy: 'ring' } }), hearsBusy, 'two are the usual most');
  t.match(annas({ calls: 2, rules: { busy: 'ring', callsAtOnce: 3 } }), RINGS);
  t.match(inACall({ busy: 'ring', callsAtOnce: 1 }), hearsBusy, 'one: no call waits');
  t.match(annas({ calls: 0, rules: { busy: 'ring', callsAtOnce: 1 } }), RINGS);
});

t.test('busy, busy: the caller hears busy, whichever device the person speaks on', async (t) => {
  t.match(inACall({ busy: 'busy' }), hearsBusy);
  t.same(lastSteps(fromOutside(), today({ '100': { calls: 1, rules: { busy: 'busy' } } })), [
    'busy: Anna Berg is in 1 call: the caller hears busy',
  ]);
});

t.test('busy, spoken: the caller hears who is on the phone, and may choose', async (t) => {
  const choices = new Map<string, Choice>([['1', { kind: 'message' }]]);
  t.match(inACall({ busy: 'spoken', choices }), {
    kind: 'referral',
    say: [
      { kind: 'name', text: 'Anna Berg', mailbox: '100' },
      { kind: 'text', text: 'är upptagen i telefon.' },
      { kind: 'text', text: 'Tryck ett för att lämna ett meddelande.' },
    ],
    choices: '1',
    display: '',
    then: { kind: 'voicemail', greeting: 'said' },
  });
});

t.test('busy, spoken: a colleague’s display shows it', async (t) => {
  const busy = today({ '100': { calls: 1, rules: { busy: 'spoken' } } });
  t.match(decide(dials('101', '100'), busy).plan, { display: 'Upptagen i telefon' });
});

t.test('busy, forward: the call goes where it is sent, and to a message if nowhere', async (t) => {
  t.match(inACall({ busy: 'forward' }, { forwards: { busy: '101' } }), { via: ['100', '101'] });
  t.match(inACall({ busy: 'forward' }), { kind: 'voicemail', mailbox: '100' });
});

t.test('busy, voicemail: a message is taken', async (t) => {
  t.match(inACall({ busy: 'voicemail' }), { kind: 'voicemail', mailbox: '100', greeting: 'usual' });
});

t.test('a VIP rings through busy where the rule says so, whatever busy means', async (t) => {
  for (const busy of ['ring', 'busy', 'spoken', 'forward', 'voicemail'] as const) {
    const world = (vipThroughBusy: boolean, vip: boolean) =>
      today(
        {
          '100': { calls: 2, rules: { busy, vipThroughBusy }, forwards: { busy: '101' } },
        },
        [{ of: '100', vip }],
      );
    t.match(decide(fromOutside(), world(true, true)).plan, RINGS, busy);
    t.match(decide(fromOutside(), world(false, true)).plan, { via: ['100', '101'] }, busy);
    t.match(decide(fromOutside(), world(true, false)).plan, { via: ['100', '101'] }, busy);
  }
});

t.test('a VIP rings through a forward of everything where the rule says so', async (t) => {
  const world = (vipThroughForward: boolean, more: Today = {}) =>
    today({ '100': { forwards: { always: MOBILE }, rules: { vipThroughForward }, ...more } }, [
      { of: '100', vip: true },
    ]);
  t.match(decide(fromOutside(), world(true)).plan, RINGS);
  t.match(decide(fromOutside(), world(true, { activity: 'lunch' })).plan, RINGS, 'and lunch');
  t.match(decide(fromOutside(), world(false)).plan, { kind: 'out', to: MOBILE });
  t.match(decide(fromOutside({ callerNumber: '+46702222222' }), world(true)).plan, { kind: 'out' });
});

t.test('the trace says what a VIP rang through', async (t) => {
  const rules = { vipThroughForward: true, vipThroughBusy: true };
  const person = { calls: 1, forwards: { always: MOBILE }, activity: 'lunch' };
  const world = today({ '100': { rules, ...person } }, [{ of: '100', vip: true }]);
  t.same(lastSteps(fromOutside(), world, 5).slice(0, 4), [
    'contact: Eva Lund, VIP (personal)',
    'forward: VIP rings through the forward of all calls',
    'activity: VIP rings through Lunch',
    'busy: Anna Berg is in 1 call, and VIP rings through',
  ]);
});

t.test('a VIP is one in any spelling, by a contact of the person or the company', async (t) => {
  for (const callerNumber of ['0701111111', '+46701111111', '0046701111111', '46701111111']) {
    for (const of of ['100', undefined]) {
      const world = today({ '100': { activity: 'lunch' } }, [{ ...(of && { of }), vip: true }]);
      t.match(decide(fromOutside({ callerNumber }), world).plan, RINGS, callerNumber);
    }
  }
});

t.test('who hides the number is never VIP, nor is who shows none', async (t) => {
  const world = today({ '100': { activity: 'lunch' } }, [{ of: '100', vip: true }]);
  t.match(decide(fromOutside({ callerHidden: true }), world).plan, { kind: 'referral' });
  t.match(decide(fromOutside({ callerNumber: '' }), world).plan, { kind: 'referral' });
});

t.test('a colleague’s VIP is nobody else’s', async (t) => {
  const world = today({ '100': { activity: 'lunch' } }, [{ of: '101', vip: true }]);
  t.match(decide(fromOutside(), world).plan, { kind: 'referral' });
});

t.test('colleagues ring through a closed activity where the rule says so', async (t) => {
  const world = (colleaguesThrough: boolean) =>
    today({ '100': { activity: 'lunch', rules: { colleaguesThrough } } });
  t.match(decide(dials('101', '100'), world(true)).plan, RINGS);
  t.match(decide(dials('101', '100'), world(false)).plan, { kind: 'referral' });
  t.match(decide(fromOutside(), world(true)).plan, { kind: 'referral' }, 'and nobody else');
  t.match(
    decide(fromOutside({ callerNumber: '+46812345601' }), world(true)).plan,
    { kind: 'referral' },
    'nor who shows a colleague’s number from outside',
  );
});

t.test('colleagues do not ring through busy, nor a forward', async (t) => {
  const rules = { colleaguesThrough: true, busy: 'busy' } as const;
  t.match(decide(dials('101', '100'), today({ '100': { rules, calls: 1 } })).plan, hearsBusy);
  const sent = today({ '100': { rules, forwards: { always: '102' } } });
  t.match(decide(dials('101', '100'), sent).plan, { via: ['100', '102'] });
});

for (const [blocked, plan] of [
  ['busy', hearsBusy],
  ['spoken', { kind: 'refuse', sip: 480, say: 'refuse-no-answer', language: 'sv' }],
  ['silence', { kind: 'silence' }],
  ['voicemail', { kind: 'unheard', mailbox: '100' }],
] as const) {
  t.test(`block, ${blocked}: before forward, activity, busy and devices`, async (t) => {
    for (const more of [{}, { activity: 'lunch' }, { calls: 1 }, { forwards: { always: '101' } }]) {
      for (const of of ['100', undefined]) {
        const rules = { blocked, colleaguesThrough: true, vipThroughForward: true };
        const world = today({ '100': { rules, ...more } }, [{ ...(of && { of }), blocked: true }]);
        const routing = decide(fromOutside(), world);
        t.match(routing.plan, plan, JSON.stringify(more));
        t.equal(routing.trace.at(-1)?.rule, 'block');
        t.same(routing.effects, []);
      }
    }
  });
}

t.test('a blocked colleague is blocked inside, too', async (t) => {
  const world = today({}, [{ of: '100', number: '+46812345601', blocked: true }]);
  t.match(decide(dials('101', '100'), world).plan, hearsBusy);
});

t.test('who shows the company’s number is not the one it belongs to', async (t) => {
  const annasNumber = { number: '+46812345600', name: 'Anna privat' };
  const blocked = today({}, [{ of: '101', ...annasNumber, blocked: true }]);
  t.match(decide(dials('102', '101'), blocked).plan, {
    kind: 'ring',
    shown: { name: 'Cecilia Dahl', number: '102' },
  });
  const vip = today({ '101': { activity: 'lunch' } }, [{ of: '101', ...annasNumber, vip: true }]);
  t.match(decide(dials('102', '101'), vip).plan, { kind: 'referral' });
});

const choice = (
  digit: string,
  what: Choice,
  others: Record<string, Today> = {},
  more: Today = {},
) => {
  const rules = { ...more.rules, choices: new Map([[digit, what]]) };
  const world = (extra = {}) =>
    today({ '100': { activity: 'lunch', ...more, rules }, ...others }, [], extra);
  const question = asksAgain(fromOutside(), '100', { kind: 'choice', digit });
  return {
    offer: (extra = {}) => decide(fromOutside(), world(extra)).plan,
    press: (extra = {}) => decide(question, world(extra)),
  };
};

t.test('S050: the caller may leave a message, and hears the tone at once', async (t) => {
  const { offer, press } = choice('1', { kind: 'message' });
  t.match(offer(), { kind: 'referral', choices: '1' });
  t.match(press().plan, { kind: 'voicemail', mailbox: '100', greeting: 'said' });
});

t.test('S050: the caller may reach a colleague, under the caller’s own number', async (t) => {
  const { offer, press } = choice('2', { kind: 'extension', extension: '101' as never });
  t.match(offer(), { say: [{}, {}, { text: 'Tryck två för Björn Ek.' }] });
  t.match(press().plan, { kind: 'ring', shown: { number: OUTSIDE }, via: ['100', '101'] });
});

t.test('S050: the chosen colleague’s own presence and rules hold', async (t) => {
  const to = { kind: 'extension', extension: '101' as never } as const;
  const pressed = (bjorns: Today) => choice('2', to, { '101': bjorns }).press().plan;
  t.match(pressed({ activity: 'meeting' }), {
    kind: 'referral',
    say: [{ text: 'Björn Ek' }, {}],
    then: { mailbox: '101' },
    via: ['100', '101'],
  });
  t.match(pressed({ calls: 1, rules: { busy: 'busy' } }), hearsBusy);
  t.match(pressed({ forwards: { always: '102' } }), { via: ['100', '101', '102'] });
  t.match(pressed({ forwards: { always: '100' } }), {
    kind: 'voicemail',
    mailbox: '101',
  });
});

t.test('S050: two who offer each other end with a message', async (t) => {
  const offers = (extension: string): Today => ({
    activity: 'lunch',
    rules: { choices: new Map([['2', { kind: 'extension', extension: extension as never }]]) },
  });
  const world = today({ '100': offers('101'), '101': offers('100') });
  const back = asksAgain(fromOutside(), '101', { kind: 'choice', digit: '2' }, ['100', '101']);
  t.match(decide(back, world).plan, { kind: 'voicemail', mailbox: '101', greeting: 'said' });
});

t.test('S050: a colleague who is gone is a message, after the tone', async (t) => {
  const { offer, press } = choice('2', { kind: 'extension', extension: '199' as never });
  t.match(offer(), { choices: '' }, 'and is not offered');
  t.match(press().plan, { kind: 'voicemail', mailbox: '100', greeting: 'said' });
});

t.test('S050: the caller may reach the switchboard, where there is one', async (t) => {
  const { offer, press } = choice('9', { kind: 'switchboard' });
  t.match(offer(), { choices: '' });
  t.match(press().plan, { kind: 'voicemail', mailbox: '100', greeting: 'said' });
  const there = { switchboard: cecilia.extension };
  t.match(offer(there), { choices: '9', say: [{}, {}, { text: 'Tryck nio för växeln.' }] });
  t.match(press(there).plan, { kind: 'ring', via: ['100', '102'], shown: { number: OUTSIDE } });
});

t.test('S050: the caller may reach the person’s own mobile, and nothing else rings', async (t) => {
  const { offer, press } = choice('3', { kind: 'mobile' });
  t.match(offer(), { choices: '3' });
  const { plan } = press();
  t.match(plan, { kind: 'ring', shownOnMobiles: { number: OUTSIDE } });
  t.same(plan.kind === 'ring' && plan.legs.map(({ device }) => device.id), ['d-anna-mobile']);
  const without = choice('3', { kind: 'mobile' }, {}, { devices: anna.devices.slice(0, 2) });
  t.match(without.offer(), { choices: '' });
  t.match(without.press().plan, { kind: 'voicemail', mailbox: '100' });
});

t.test('S050: the caller may reach a number, which is told who sent the call', async (t) => {
  const number = choice('4', { kind: 'number', number: MOBILE as E164 });
  t.match(number.press().plan, {
    kind: 'out',
    to: MOBILE,
    shown: { number: OUTSIDE },
    diversion: { number: '+46812345600', reason: 'deflection' },
    payer: { user: anna.id },
  });
  t.match(
    number.press({ trunks: [] }).plan,
    { kind: 'voicemail', mailbox: '100', greeting: 'said' },
    'and leaves a message where no call can leave',
  );
});

t.test('S050: a digit that is not offered is a message', async (t) => {
  const { press } = choice('4', { kind: 'message' });
  t.match(press().trace.at(-1)?.rule, 'choice');
  const other = asksAgain(fromOutside(), '100', { kind: 'choice', digit: '7' });
  t.match(decide(other, today()).plan, { kind: 'voicemail', greeting: 'said' });
});

t.test('choices are spoken in the order of their digits', async (t) => {
  const choices = new Map<string, Choice>([
    ['2', { kind: 'mobile' }],
    ['0', { kind: 'recall' }],
    ['1', { kind: 'message' }],
  ]);
  t.match(annas({ activity: 'lunch', rules: { choices } }), { choices: '012' });
});

const [app, desk, mobile] = anna.devices;
if (app === undefined || desk === undefined || mobile === undefined) throw new Error('no devices');
const step = (device: typeof app, after: number) => ({ device: device.id, after: seconds(after) });

t.test('without a ring plan all devices ring at once', async (t) => {
  t.match(annas({}), {
    legs: [app, desk, mobile].map((device) => ({ device, after: 0 })),
    ringFor: 25,
  });
});

t.test('a ring plan says which devices ring, and each after how long', async (t) => {
  const ringPlans = new Map([[undefined, [step(desk, 0), step(mobile, 10)]]]);
  const plan = annas({ rules: { ringPlans } });
  t.match(plan, {
    legs: [
      { device: desk, after: 0 },
      { device: mobile, after: 10 },
    ],
    ringFor: 25,
  });
  t.equal(plan.kind === 'ring' && plan.legs.length, 2, 'and no other device');
  t.match(lastSteps(fromOutside(), today({ '100': { rules: { ringPlans } } })), [
    'fork: desk Desk, mobile Mobile after 10 s, for 25 s',
  ]);
});

t.test('a device that begins late is heard for ten seconds all the same', async (t) => {
  const ringPlans = new Map([[undefined, [step(desk, 0), step(mobile, 20)]]]);
  t.match(annas({ rules: { ringPlans } }), { ringFor: 30 });
});

t.test(
  'under an activity devices ring as long as it says, else as the person has it',
  async (t) => {
    const home = anka.activities.get('a-home-office' as ActivityId);
    if (home === undefined) throw new Error('no such activity');
    const ringFor = (length: number, more: Today = {}) => {
      const activities = new Map([
        ...anka.activities,
        [home.id, { ...home, ringFor: seconds(length) }],
      ]);
      const office = today({ '100': { activity: 'home-office', ...more } }, [], { activities });
      return decide(fromOutside(), office).plan;
    };
    t.match(ringFor(45), { ringFor: 45 });
    t.match(ringFor(5), { ringFor: 5 }, 'shorter, too');
    t.match(ringFor(45, { activity: 'available' }), { ringFor: 25 });
    const ringPlans = new Map([[undefined, [step(desk, 0), step(mobile, 20)]]]);
    t.match(ringFor(5, { rules: { ringPlans } }), { ringFor: 30 }, 'a late device is still heard');
  },
);

t.test('the ring plan of an activity goes before the person’s own', async (t) => {
  const ringPlans = new Map([
    [undefined, [step(desk, 0)]],
    ['a-home-office' as ActivityId, [step(app, 0), step(mobile, 5)]],
  ]);
  const legs = (more: Today, vip = false) => {
    const world = today({ '100': { ...more, rules: { ringPlans } } }, [{ of: '100', vip }]);
    const { plan } = decide(fromOutside(), world);
    return plan.kind === 'ring' ? plan.legs.map(({ device, after }) => [device.id, after]) : [];
  };
  t.same(legs({}), [[desk.id, 0]]);
  t.same(legs({ activity: 'home-office' }), [
    [app.id, 0],
    [mobile.id, 5],
  ]);
  t.same(legs({ activity: 'lunch' }, true), [[desk.id, 0]], 'a VIP at lunch');
});

t.test('a ring plan of devices that are gone rings nobody, and takes a message', async (t) => {
  const ringPlans = new Map([[undefined, [{ device: 'd-gone', after: seconds(0) }]]]);
  t.match(annas({ rules: { ringPlans } }), { kind: 'voicemail', mailbox: '100' });
});

t.test('S044: each device shows the name or the number first, as it has it', async (t) => {
  const shows = (rules: Partial<Rules>, ...each: readonly (undefined | 'name' | 'number')[]) => {
    const devices = [app, desk].map((device, at) => {
      const own = each[at];
      return device.kind === 'mobile' || own === undefined ? device : { ...device, shows: own };
    });
    const plan = annas({ devices, rules });
    return plan.kind === 'ring' ? plan.legs.map((leg) => leg.shows) : [];
  };
  t.same(shows({}), ['name', 'name']);
  t.same(shows({}, 'name', 'number'), ['name', 'number']);
  t.same(shows({ shows: 'number' }), ['number', 'number']);
  t.same(shows({ shows: 'number' }, undefined, 'name'), ['number', 'name']);
});

t.test('S044: a caller has the name the person wrote down, else the company’s', async (t) => {
  const own = { of: '100', name: 'Evas mobil' };
  const shown = (...contacts: Parameters<typeof today>[1] & object[]) =>
    decide(fromOutside({ callerName: 'LUND E' }), today({}, contacts)).plan;
  t.match(shown(own, { name: 'Lund AB' }), { shown: { name: 'Evas mobil', number: OUTSIDE } });
  t.match(shown({ name: 'Lund AB' }), { shown: { name: 'Lund AB' } });
  t.match(shown(), { shown: { name: 'LUND E' } });
});

t.test('S036: a colleague’s display shows what holds, and no outsider’s does', async (t) => {
  const world = today({ '100': { activity: 'lunch' } });
  t.match(decide(dials('101', '100'), world).plan, { kind: 'referral', display: 'Lunch' });
  t.match(decide(fromOutside(), world).plan, { kind: 'referral', display: '' });
});
