import fc from 'fast-check';
import t from 'tap';
import type { Extension } from '../../../common/phone-number.ts';
import { epochMs } from '../../../common/time.ts';
import type { LegId } from '../../../daemon/call/event.ts';
import type { CallerSide, GreetingAsks, MenuGreeting } from '../../../daemon/call/question.ts';
import { readMenu, writeMenu } from '../../../daemon/esl/menu-text.ts';
import { openedCommand } from '../../../daemon/esl/opened.ts';
import type { Greeting } from '../../../daemon/routing/greetings.ts';
import type { Routing } from '../../../daemon/routing/plan.ts';
import { route } from '../../../daemon/routing/route.ts';
import { now, today } from '../../support/office-today.ts';

const HER_PHONE: CallerSide = {
  ...{ kind: 'device', username: '100-desk', domain: 'anka.example' },
};
const OUTSIDE: CallerSide = { kind: 'trunk', address: '192.0.2.1' };

/** Somebody in the menu of Anna's greetings has pressed digits. */
function pressed(
  asked: GreetingAsks,
  digits: string,
  by: { from?: CallerSide; opened?: string; greetings?: readonly Greeting[] } = {},
): Routing {
  const { from = OUTSIDE, opened = '100@anka.example', greetings = [] } = by;
  return route(
    {
      ...{ leg: 'l-1' as LegId, callerNumber: '', callerName: '', callerHidden: false },
      ...{ from, dialled: 'menu', opened },
      again: {
        ...{ kind: 'menu', asked, digits, domain: 'anka.example' },
        extension: '100' as Extension,
      },
    },
    today({ '100': { greetings } }),
    now,
  );
}

const said = ({ plan }: Routing): string =>
  'say' in plan && typeof plan.say === 'object'
    ? plan.say.map((part) => ('name' in part ? part.name : Object.values(part).join(' '))).join(' ')
    : '';

t.test('whoever opened the mailbox is asked for which occasion', async (t) => {
  const begun = pressed({ for: 'greetings-open' }, '');
  t.match(begun.plan, { kind: 'menu', asks: { for: 'greetings' }, extension: '100' });
  t.match(said(begun), /^greetings-menu greetings-always number-1 greetings-busy number-2 /);
  const asked = (digits: string) => pressed({ for: 'greetings' }, digits).plan;
  t.match(asked('2'), { asks: { for: 'greeting', greeting: { occasion: 'busy' } } });
  t.match(asked('3'), { asks: { for: 'greeting', greeting: { occasion: 'no-answer' } } });
  t.match(asked(''), { kind: 'announce', say: [{ name: 'goodbye' }] });

  t.match(asked('4'), { asks: { for: 'greeting-activity' }, most: 2 });
  const which = said(pressed({ for: 'greetings' }, '4'));
  t.match(which, /text Lunch press number-1/);
  t.notMatch(which, /Tillgänglig/, 'an open one has no greeting');
  t.match(pressed({ for: 'greeting-activity' }, '1').plan, {
    asks: { for: 'greeting', greeting: { occasion: 'activity', activity: 'a-lunch' } },
  });
  for (const none of ['0', '77']) {
    t.match(said(pressed({ for: 'greeting-activity' }, none)), /^greetings-no-such /);
  }

  t.match(asked('5'), { asks: { for: 'greeting-end' }, least: 4, most: 12 });
  t.match(pressed({ for: 'greeting-end' }, '1500').plan, {
    asks: {
      greeting: { occasion: 'always', endsAt: epochMs(Date.parse('2026-03-31T13:00:00Z')) },
    },
  });
  t.match(pressed({ for: 'greeting-end' }, '20261224').plan, {
    asks: { greeting: { endsAt: epochMs(Date.parse('2026-12-23T23:00:00Z')) } },
  });
  t.match(said(pressed({ for: 'greeting-end' }, '9999')), /^greetings-no-such greetings-until/);
});

t.test('what is there is heard and removed; a new one is recorded, heard, kept', async (t) => {
  const busy: MenuGreeting = { occasion: 'busy' };
  const greetings: readonly Greeting[] = [
    { id: 'g-new', for: { kind: 'busy' }, endsAt: undefined },
    { id: 'g-old', for: { kind: 'busy' }, endsAt: undefined },
    { id: 'g-while', for: { kind: 'busy' }, endsAt: epochMs(now + 60_000) },
    { id: 'g-all', for: { kind: 'always' }, endsAt: undefined },
  ];
  const deed = (digits: string, there = greetings) =>
    pressed({ for: 'greeting', greeting: busy }, digits, { greetings: there });
  t.match(said(pressed({ for: 'greetings' }, '2', { greetings })), /greeting-remove number-3/);
  t.notMatch(said(pressed({ for: 'greetings' }, '2')), /greeting-remove/);
  t.match(deed('2').plan, { say: [{ kind: 'recording', greeting: 'g-new' }] });
  const removed = deed('3');
  t.match(removed.effects, [{ kind: 'remove-greetings', ids: ['g-new', 'g-old'] }]);
  t.match(said(removed), /^deleted greetings-menu/);
  t.match(deed('3', []).effects, [], 'nothing is there to remove');

  t.match(deed('1').plan, { kind: 'record', asks: { for: 'recorded', greeting: busy } });
  const recorded = (seconds: string) => pressed({ for: 'recorded', greeting: busy }, seconds);
  t.match(said(recorded('0')), /^too-short greeting-record/);
  t.match(recorded('4').plan, { asks: { for: 'take', greeting: busy } });
  const take = (digits: string) => pressed({ for: 'take', greeting: busy }, digits, { greetings });
  t.match(take('1').plan, { say: [{ kind: 'take', leg: 'l-1' }], asks: { for: 'take' } });
  t.match(take('2'), {
    effects: [{ kind: 'keep-greeting', take: 'l-1', greeting: busy, replaces: ['g-new', 'g-old'] }],
  });
  t.match(said(take('2')), /^saved greetings-menu/);
  t.match(take('3').plan, { kind: 'record' });
  t.strictSame(take('0').effects, [], 'thrown away');
  t.strictSame(take('').effects, []);
});

t.test('nobody else is let in, whatever they press', async (t) => {
  for (const opened of ['', '101@anka.example', '100@other.example']) {
    const by = { opened, from: OUTSIDE };
    t.match(pressed({ for: 'greetings-open' }, '', by).plan, { kind: 'refuse', sip: 403 });
    t.match(pressed({ for: 'take', greeting: { occasion: 'always' } }, '2', by).effects, []);
  }
  const colleague = { ...HER_PHONE, username: '101-desk' };
  const by = { opened: '101@anka.example', from: colleague };
  t.match(pressed({ for: 'greetings-open' }, '', by).plan, { kind: 'refuse' });
  t.match(pressed({ for: 'greetings-open' }, '', { opened: '', from: HER_PHONE }).plan, {
    kind: 'menu',
  });
});

t.test('a login is written on the call; a failure and what is no mailbox are not', async (t) => {
  const login = {
    kind: 'mailbox-login',
    leg: 'l-1' as LegId,
    ...{ at: now, waived: false, user: '100', domain: 'anka.example' },
  } as const;
  t.equal(openedCommand({ ...login, success: true }), 'uuid_setvar l-1 vx_opened 100@anka.example');
  t.equal(openedCommand({ ...login, success: false }), undefined);
  t.equal(openedCommand({ ...login, success: true, user: 'x y' }), undefined);
  t.equal(openedCommand({ ...login, success: true, leg: '' as LegId }), undefined);
});

t.test('what a menu asks for comes back from the channel as it was', async (t) => {
  const greeting = fc.record(
    {
      occasion: fc.constantFrom('always', 'busy', 'no-answer', 'activity'),
      activity: fc.stringMatching(/^[0-9a-z]{1,13}$/),
      endsAt: fc.integer({ min: 1, max: 4e12 }).map(epochMs),
    },
    { requiredKeys: ['occasion'] },
  );
  const asks = fc.oneof(
    fc.record({ for: fc.constantFrom('activity', 'greetings-open', 'greetings') }),
    fc.record({ for: fc.constantFrom('greeting-activity', 'greeting-end') }),
    fc.record({ for: fc.constant('end'), position: fc.integer({ min: 0, max: 99 }) }),
    fc.record({ for: fc.constantFrom('greeting', 'recorded', 'take'), greeting }),
  );
  fc.assert(
    fc.property(asks, (one) => {
      t.same(readMenu(writeMenu(one)), one);
    }),
  );
  t.strictSame(readMenu('take_sometimes__'), { for: 'activity' });
});
