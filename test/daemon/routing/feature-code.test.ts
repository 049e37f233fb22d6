import fc from 'fast-check';
import t from 'tap';
import type { E164 } from '../../../common/phone-number.ts';
import { epochMs } from '../../../common/time.ts';
import type { ActivityId } from '../../../daemon/routing/activity.ts';
import { type Contact, contactKey, type Contacts } from '../../../daemon/routing/contacts.ts';
import { readFeatureCode } from '../../../daemon/routing/feature-code.ts';
import { callerName, findContact } from '../../../daemon/routing/find-contact.ts';
import { type Greeting, greetingFor, spokenName } from '../../../daemon/routing/greetings.ts';

const set = (position: number, until?: string) =>
  until === undefined
    ? { kind: 'set-activity', position }
    : { kind: 'set-activity', position, until };
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
  ['*23*100#', undefined],
  ['*23*1*13#', undefined],
  ['*23*1*13000#', undefined],
  ['*23*1*#', undefined],
  ['*23**1300#', undefined],
  ['*23*+1#', undefined],
  ['*23#', undefined],
  ['*23', undefined],
  ['*23*', undefined],
  ['#23#', { kind: 'clear-activity' }],
  ['#23', { kind: 'clear-activity' }],
  ['#23*1#', undefined],
  ['*#23#', undefined],
  ['*21*101#', to('always', '101')],
  ['*21*0701234567#', to('always', '0701234567')],
  ['*21*+46701234567#', to('always', '+46701234567')],
  ['*21*0701234567', to('always', '0701234567')],
  ['*61*101#', to('no-answer', '101')],
  ['*67*101#', to('busy', '101')],
  ['*62*101#', to('unreachable', '101')],
  ['*21*101*11#', undefined],
  ['*21#', undefined],
  ['*21**#', undefined],
  ['#21#', { kind: 'clear-forward', reason: 'always' }],
  ['#21', { kind: 'clear-forward', reason: 'always' }],
  ['#61#', { kind: 'clear-forward', reason: 'no-answer' }],
  ['#67#', { kind: 'clear-forward', reason: 'busy' }],
  ['#62#', { kind: 'clear-forward', reason: 'unreachable' }],
  ['#21*101#', undefined],
  ['*#21#', { kind: 'ask-forward', reason: 'always' }],
  ['*#21', { kind: 'ask-forward', reason: 'always' }],
  ['*#61#', { kind: 'ask-forward', reason: 'no-answer' }],
  ['*#67#', { kind: 'ask-forward', reason: 'busy' }],
  ['*#21*101#', undefined],
  ['*98', undefined],
  ['*98101', undefined],
  ['*31#0701234567', undefined],
  ['*22*101#', undefined],
  ['#21##', undefined],
  ['*21*101##', undefined],
  ['**21*101#', undefined],
  ['21*101#', undefined],
  ['101', undefined],
  ['112', undefined],
  ['', undefined],
];

t.test('a code is read whole, with its last # or without, or not at all', async (t) => {
  for (const [dialled, code] of CODES) t.strictSame(readFeatureCode(dialled), code, dialled);
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

t.test('the digits of a code can be others', async (t) => {
  const digits = {
    activity: '27',
    forward: { always: '21', busy: '67', 'no-answer': '61', unreachable: '62' },
  };
  t.strictSame(readFeatureCode('*27*1#', digits), set(1));
  t.equal(readFeatureCode('*23*1#', digits), undefined);
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
