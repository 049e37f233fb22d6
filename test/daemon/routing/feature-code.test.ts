import fc from 'fast-check';
import t from 'tap';
import type { E164 } from '../../../common/phone-number.ts';
import { epochMs } from '../../../common/time.ts';
import type { ActivityId } from '../../../daemon/routing/activity.ts';
import type { LegId } from '../../../daemon/call/event.ts';
import type { CallerSide, MenuAsks, Question } from '../../../daemon/call/question.ts';
import { type Contact, contactKey, type Contacts } from '../../../daemon/routing/contacts.ts';
import { readFeatureCode } from '../../../daemon/routing/feature-code.ts';
import { callerName, findContact } from '../../../daemon/routing/find-contact.ts';
import { type Greeting, greetingFor, spokenName } from '../../../daemon/routing/greetings.ts';
import type { Routing } from '../../../daemon/routing/plan.ts';
import { route } from '../../../daemon/routing/route.ts';
import { anka, anna, directoryOf } from '../../support/office.ts';
import { decide, dials, fromOutside, now, today, type Today } from '../../support/office-today.ts';
import { worldOf } from '../../support/world.ts';

const set = (position: number, until?: string) =>
  until === undefined
    ? { kind: 'set-activity', position }
    : { kind: 'set-activity', position, until };
const slip = (of: string) => ({ kind: 'misdialled', of });
const to = (reason: string, number: string) => ({ kind: 'set-forward', reason, to: number });

const CODES: readonly (readonly [dialled: string, code: unknown])[] = [
  ['*23*1#', set(1)],
  ['*23*1', set(1)],
  ['*23*0#', set(0)],
  ['*23*11#', set(11)],
  ['*23*99', set(99)],
  ['*23*1*1300#', set(1, '1300')],
  ['*23*1*1300', set(1, '1300')],
  ['*23*7*1224#', set(7, '1224')],
  ['*23*100#', slip('activity')],
  ['*23*1*13#', slip('activity')],
  ['*23*1*13000#', slip('activity')],
  ['*23*1*#', slip('activity')],
  ['*23**1300#', slip('activity')],
  ['*23*+1#', slip('activity')],
  ['*23#', { kind: 'menu' }],
  ['*23', { kind: 'menu' }],
  ['*23*', { kind: 'menu' }],
  ['*23*#', { kind: 'menu' }],
  ['*230#', undefined],
  ['#23#', { kind: 'clear-activity' }],
  ['#23', { kind: 'clear-activity' }],
  ['#23*1#', slip('activity')],
  ['*#23#', slip('activity')],
  ['*21*101#', to('always', '101')],
  ['*21*0701234567#', to('always', '0701234567')],
  ['*21*+46701234567#', to('always', '+46701234567')],
  ['*21*0701234567', to('always', '0701234567')],
  ['*61*101#', to('no-answer', '101')],
  ['*67*101#', to('busy', '101')],
  ['*62*101#', to('unreachable', '101')],
  ['*21*101*11#', slip('forward')],
  ['*21#', slip('forward')],
  ['*21**#', slip('forward')],
  ['#21#', { kind: 'clear-forward', reason: 'always' }],
  ['#21', { kind: 'clear-forward', reason: 'always' }],
  ['#61#', { kind: 'clear-forward', reason: 'no-answer' }],
  ['#67#', { kind: 'clear-forward', reason: 'busy' }],
  ['#62#', { kind: 'clear-forward', reason: 'unreachable' }],
  ['#21*101#', slip('forward')],
  ['*#21#', { kind: 'ask-forward', reason: 'always' }],
  ['*#21', { kind: 'ask-forward', reason: 'always' }],
  ['*#61#', { kind: 'ask-forward', reason: 'no-answer' }],
  ['*#67#', { kind: 'ask-forward', reason: 'busy' }],
  ['*#21*101#', slip('forward')],
  ['*98', undefined],
  ['*98101', undefined],
  ['*31#0701234567', undefined],
  ['*22*101#', undefined],
  ['#21##', slip('forward')],
  ['*21*101##', slip('forward')],
  ['##21#', undefined],
  ['##61*101#', undefined],
  ['**21*101#', undefined],
  ['21*101#', undefined],
  ['101', undefined],
  ['112', undefined],
  ['', undefined],
];

t.test('a code is read whole, with its last # or without, or not at all', async (t) => {
  for (const [dialled, code] of CODES) t.strictSame(readFeatureCode(dialled), code, dialled);
});

t.test('the digits of each code are the organisation’s', async (t) => {
  const digits = {
    activity: '55',
    forward: { always: '711', busy: '72', 'no-answer': '73', unreachable: '74' },
  };
  for (const [dialled, code] of [
    ['*55*1#', set(1)],
    ['*55#', { kind: 'menu' }],
    ['*711*101#', to('always', '101')],
    ['*#72#', { kind: 'ask-forward', reason: 'busy' }],
    ['*23*1#', undefined],
    ['*21*101#', undefined],
  ] as const) {
    t.strictSame(readFeatureCode(dialled, digits), code, dialled);
  }
});

const prompts = (...names: readonly string[]) => names.map((name) => ({ kind: 'prompt', name }));
const digits = (text: string) => Array.from(text, (digit) => `number-${digit}`);

for (const [reason, code] of [
  ['always', '21'],
  ['no-answer', '61'],
  ['busy', '67'],
  ['unreachable', '62'],
] as const) {
  const hears = (dialled: string, world = today()) => {
    const { plan, effects } = decide(dials('101', dialled), world);
    return { say: plan.kind === 'announce' ? plan.say : plan, effects };
  };

  t.test(`*${code}*<number># forwards (${reason}), and says where`, async (t) => {
    const set = hears(`*${code}*102#`);
    t.strictSame(set.say, prompts('forward-on', ...digits('102')));
    t.match(set.effects, [{ kind: 'set-forward', reason, user: { extension: '101' } }]);
    t.match(set.effects, [{ to: { kind: 'extension', extension: '102' } }]);
    for (const spelling of ['070-7654321', '0707654321', '+46707654321', '0046707654321']) {
      const dialled = spelling.replaceAll('-', '');
      const outside = hears(`*${code}*${dialled}#`);
      t.strictSame(outside.say, prompts('forward-on', ...digits('0046707654321')), dialled);
      t.match(outside.effects, [{ reason, to: { kind: 'number', number: '+46707654321' } }]);
    }
    t.match(hears(`*${code}*0812345600#`).effects, [{ to: { extension: '100' } }], 'a colleague');
  });

  t.test(
    `*${code}* refuses oneself, emergency, short and premium numbers, and nobody`,
    async (t) => {
      for (const to of ['101', '0812345601', '112', '0112', '118118', '09001234567', '199']) {
        t.strictSame(
          hears(`*${code}*${to}#`),
          { say: prompts('forward-refused'), effects: [] },
          to,
        );
      }
    },
  );

  t.test(`#${code}# ends it (${reason}), and says so`, async (t) => {
    for (const dialled of [`#${code}#`, `#${code}`]) {
      const cleared = hears(dialled);
      t.strictSame(cleared.say, prompts('forward-off'));
      t.match(cleared.effects, [{ kind: 'clear-forward', reason, user: { extension: '101' } }]);
      t.equal(cleared.effects.length, 1, 'and no other');
    }
  });

  t.test(`*#${code}# says where calls go (${reason}), and changes nothing`, async (t) => {
    const ask = (forwards: Today['forwards']) =>
      hears(`*#${code}#`, today({ '101': { forwards: forwards ?? {} } }));
    const on = (...to: readonly string[]) => ({ say: prompts('forward-on', ...to), effects: [] });
    const off = { say: prompts('forward-off'), effects: [] };
    t.strictSame(ask({}), off);
    t.strictSame(ask({ [reason]: '102' }), on(...digits('102')));
    t.strictSame(ask({ [reason]: '+46707654321' }), on(...digits('0046707654321')));
    t.strictSame(ask({ [reason]: 'voicemail' }), on('to-voicemail'));
    t.strictSame(ask({ [reason]: ['102', epochMs(now + 1)] }), on(...digits('102')));
    t.strictSame(ask({ [reason]: ['102', now] }), off, 'one that has ended');
    const another = reason === 'always' ? 'busy' : 'always';
    t.strictSame(ask({ [another]: '102' }), off, 'another is another');
  });
}

t.test('##21# is no code of ours: it is refused, and changes nothing', async (t) => {
  t.match(decide(dials('101', '##21#'), today()), {
    plan: { kind: 'refuse', sip: 404, say: 'refuse-unknown' },
    effects: [],
  });
});

t.test('*23*<n># sets, #23# ends, and each says what holds', async (t) => {
  const hears = (dialled: string) => decide(dials('101', dialled), today());
  const lunch = [...prompts('status-set'), { kind: 'text', text: 'Lunch' }];
  t.match(hears('*23*1*1330#'), {
    plan: { say: [...lunch, ...prompts('until', 'hour-13', 'minute-30')] },
    effects: [{ kind: 'set-status', activity: 'a-lunch', user: { extension: '101' } }],
  });
  t.match(hears('*23*1*1400#'), {
    plan: { say: [...lunch, ...prompts('until', 'hour-14')] },
  });
  t.match(hears('*23*10*1224#'), {
    plan: { say: [{}, { text: 'Semester' }, ...prompts('until', 'day-24', 'month-12')] },
    effects: [{ activity: 'a-holiday' }],
  });
  t.match(hears('#23#'), {
    plan: { say: [...prompts('status-set'), { kind: 'text', text: 'Tillgänglig' }] },
    effects: [{ activity: 'a-available', endsAt: undefined }],
  });
  for (const dialled of ['*23*77#', '*23*1*2575#']) {
    t.match(hears(dialled), { plan: { say: prompts('status-refused') }, effects: [] }, dialled);
  }
});

t.test('a code is no code from outside', async (t) => {
  for (const dialled of ['*21*101#', '*23*1#', '#21#', '*#21#']) {
    t.match(decide(fromOutside({ dialled }), today()), {
      plan: { kind: 'refuse', sip: 404 },
      effects: [],
    });
  }
});

t.test('the voice menu offers what one may set, sets it, and asks until when', async (t) => {
  const world = worldOf(directoryOf(anka));
  const ask = (more: Partial<Question>) =>
    route(
      {
        ...{ leg: 'l-1' as LegId, callerNumber: '101', callerName: '', callerHidden: false },
        ...{ from: { kind: 'device', username: '101-desk', domain: 'anka.example' } },
        ...{ dialled: '*23#', again: undefined, ...more },
      },
      world,
      now,
    );
  const pressed = (asked: MenuAsks, digits: string, from?: CallerSide) =>
    ask({
      dialled: 'menu',
      ...(from && { from }),
      again: { kind: 'menu', asked, digits, domain: 'anka.example', extension: anna.extension },
    });
  const words = (routing: Routing) =>
    'say' in routing.plan && typeof routing.plan.say === 'object'
      ? routing.plan.say.map((part) => (part.kind === 'text' ? part.text : JSON.stringify(part)))
      : [];

  const menu = ask({});
  t.match(menu.plan, { kind: 'menu', asks: { for: 'activity' }, extension: '101' });
  t.equal(words(menu).length, 1 + 3 * 12, 'twelve, each with what to press');
  t.same(words(menu)[4], 'Lunch');

  const chosen = pressed({ for: 'activity' }, '1');
  t.match(chosen.effects, [{ kind: 'set-status', by: 'menu', activity: 'a-lunch' }]);
  t.equal(chosen.effects[0]?.user.extension, '101', 'of whoever calls, not whom the channel names');
  t.match(chosen.plan, { kind: 'menu', asks: { for: 'end', position: 1 } });
  t.ok(words(chosen).includes('Lunch'), 'confirmed before the question');
  t.match(pressed({ for: 'activity' }, '0').plan, { kind: 'announce' }, 'which has no end');

  const ended = pressed({ for: 'end', position: 1 }, '1300');
  t.match(ended, { plan: { kind: 'announce' }, effects: [{ by: 'menu', activity: 'a-lunch' }] });
  t.match(pressed({ for: 'end', position: 1 }, '9999'), {
    plan: { say: [{ name: 'status-refused' }] },
    effects: [],
  });
  t.match(pressed({ for: 'activity' }, '77'), {
    plan: { say: [{ name: 'status-refused' }] },
    effects: [],
  });
  t.match(pressed({ for: 'activity' }, ''), { plan: { say: [{ name: 'goodbye' }] }, effects: [] });
  const trunk = { kind: 'trunk', address: '192.0.2.1' } as const;
  t.match(pressed({ for: 'activity' }, '1', trunk), { plan: { kind: 'refuse' }, effects: [] });
});

t.test('who gets no answer hears the greeting for that, and who is busy the other', async (t) => {
  const greeting = (kind: 'busy' | 'no-answer'): Greeting => ({
    ...{ id: `g-${kind}`, for: { kind }, endsAt: undefined },
  });
  const callAnna = (greetings: readonly Greeting[], why?: 'busy' | 'no-answer' | 'unreachable') => {
    const users = new Map(anka.users).set(anna.extension, { ...anna, greetings });
    const again = {
      kind: 'unanswered',
      domain: 'anka.example',
      extension: anna.extension,
    } as const;
    return route(
      {
        ...{ leg: 'l-1' as LegId, callerNumber: '101', callerName: '', callerHidden: false },
        ...{ from: { kind: 'device', username: '101-desk', domain: 'anka.example' } },
        ...{ dialled: '100', again: why && { ...again, why, via: [anna.extension] } },
      },
      worldOf(directoryOf({ ...anka, users })),
      now,
    ).plan;
  };
  const both = [greeting('busy'), greeting('no-answer')];
  const say = (kind: string) => [{ kind: 'recording', greeting: `g-${kind}` }];
  t.match(callAnna(both), { kind: 'ring', asks: true, then: { say: say('no-answer') } });
  t.match(callAnna(both, 'busy'), { kind: 'voicemail', say: say('busy') });
  t.match(callAnna(both, 'no-answer'), { kind: 'voicemail', say: say('no-answer') });
  t.match(callAnna(both, 'unreachable'), { kind: 'voicemail', say: say('no-answer') });
  t.match(callAnna([greeting('busy')]), { asks: true, then: { say: undefined } });
  const always: Greeting = { id: 'g-always', for: { kind: 'always' }, endsAt: undefined };
  t.match(callAnna([always]), { asks: false, then: { say: say('always') } }, 'one for both');
  t.match(callAnna([], 'busy'), { kind: 'voicemail', say: undefined });
});

t.test('no text is too odd to be no code', async () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^[*#0-9+]{0,24}$/), (odd, dialled) => {
      readFeatureCode(odd);
      const code = readFeatureCode(dialled);
      return code?.kind !== 'set-forward' || dialled.includes(`*${code.to}`);
    }),
  );
});

const number = '+46701234567' as E164;
const contact = (name: string, marks: Partial<Contact> = {}): Contact => ({
  id: name,
  name,
  company: '',
  favourite: false,
  vip: false,
  blocked: false,
  ...marks,
});
const contacts = (personal?: Contact, shared?: Contact): Contacts => ({
  revision: 1,
  personal: new Map(personal && [[contactKey('u-100', number), personal]]),
  shared: new Map(shared && [[contactKey('o-anka', number), shared]]),
});

t.test('what a person wrote down comes before what the organisation did', async (t) => {
  const [own, ours] = [contact('Kalle'), contact('Karl Ek AB', { blocked: true })];
  const find = (known: Contacts, user: string | undefined, who: E164 | undefined = number) =>
    findContact(known, 'o-anka', user, who);
  t.strictSame(find(contacts(own, ours), 'u-100'), { contact: own, whose: 'personal' });
  t.strictSame(find(contacts(own, ours), 'u-101'), { contact: ours, whose: 'organisation' });
  t.strictSame(find(contacts(own, ours), undefined), { contact: ours, whose: 'organisation' });
  t.equal(find(contacts(own), 'u-101'), undefined, 'a colleague’s own are none of theirs');
  t.equal(findContact(contacts(own, ours), 'o-bolt', 'u-900', number), undefined);
  t.equal(find(contacts(own, ours), 'u-100', '+46812345600' as E164), undefined);
  t.equal(
    findContact(contacts(own, ours), 'o-anka', 'u-100', undefined),
    undefined,
    'a hidden caller is nobody’s contact',
  );
});

t.test('a caller is named by the one who knows best', async (t) => {
  const own = { contact: contact('Kalle'), whose: 'personal' } as const;
  const ours = { contact: contact('Karl Ek AB'), whose: 'organisation' } as const;
  for (const [name, found, colleague, told] of [
    ['Kalle', own, 'Björn Ek', 'EK K'],
    ['Björn Ek', ours, 'Björn Ek', 'EK K'],
    ['Karl Ek AB', ours, undefined, 'EK K'],
    ['EK K', undefined, undefined, 'EK K'],
    ['', undefined, undefined, ''],
  ] as const) {
    t.equal(callerName(found, colleague, told), name);
  }
});

t.test(
  'a greeting is the one made for the occasion, and a temporary one while it lasts',
  async (t) => {
    const lunch = 'a-lunch' as ActivityId;
    const greeting = (id: string, what: Greeting['for'], endsAt?: number): Greeting => ({
      id,
      for: what,
      endsAt: endsAt === undefined ? undefined : epochMs(endsAt),
    });
    const all = [
      greeting('newer', { kind: 'always' }),
      greeting('summer', { kind: 'always' }, 500),
      greeting('older', { kind: 'always' }),
      greeting('lunch', { kind: 'activity', activity: lunch }),
      greeting('busy', { kind: 'busy' }, 500),
      greeting('name', { kind: 'name' }),
    ];
    const heard = (now: number, occasion: Parameters<typeof greetingFor>[1]) =>
      greetingFor(all, occasion, epochMs(now))?.id;
    t.equal(heard(0, { kind: 'activity', activity: lunch }), 'lunch');
    t.equal(heard(0, { kind: 'activity', activity: 'a-trip' as ActivityId }), 'summer');
    t.equal(heard(499, { kind: 'busy' }), 'busy');
    t.equal(heard(500, { kind: 'busy' }), 'newer', 'both temporary ones are over');
    t.equal(heard(0, { kind: 'no-answer' }), 'summer');
    t.equal(greetingFor([], { kind: 'busy' }, epochMs(0)), undefined);
    t.equal(
      greetingFor(all.slice(5), { kind: 'busy' }, epochMs(0)),
      undefined,
      'a name is no greeting',
    );
    t.equal(spokenName(all, epochMs(0))?.id, 'name');
    t.equal(spokenName(all.slice(0, 5), epochMs(0)), undefined);
  },
);
