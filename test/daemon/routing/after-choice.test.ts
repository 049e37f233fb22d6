import t from 'tap';
import type { Extension } from '../../../common/phone-number.ts';
import { planCommands } from '../../../daemon/esl/plan-commands.ts';
import type { Plan, VoicemailPlan } from '../../../daemon/routing/plan.ts';
import type { Choice } from '../../../daemon/routing/rules.ts';
import { spokenAhead } from '../../../daemon/routing/spoken-ahead.ts';
import { anka } from '../../support/office.ts';
import { asksAgain, decide, fromOutside, now, today } from '../../support/office-today.ts';

const COLLEAGUE: Choice = { kind: 'extension', extension: '101' as Extension };
const choices = new Map<string, Choice>([
  ['1', { kind: 'message' }],
  ['2', COLLEAGUE],
  ['4', { kind: 'mobile' }],
]);

function messageOf(plan: Plan): VoicemailPlan {
  const message = 'then' in plan ? plan.then : plan;
  if (message.kind !== 'voicemail') throw new Error(`no message: ${plan.kind}`);
  return message;
}

t.test('whatever leads to a message offers what the person offers', async (t) => {
  const offers = {
    digits: '24',
    say: [
      { kind: 'text', text: 'Tryck två för Björn Ek,' },
      { kind: 'text', text: 'fyra för mobiltelefonen.' },
    ],
    via: ['100'],
  };
  const rules = { choices, busy: 'voicemail' } as const;
  const rings = decide(fromOutside(), today({ '100': { rules } }));
  t.equal(rings.plan.kind, 'ring');
  t.strictSame(messageOf(rings.plan).offers, offers, 'where nobody answers');
  const busy = decide(fromOutside(), today({ '100': { rules, calls: 1 } }));
  t.equal(busy.plan.kind, 'voicemail');
  t.strictSame(messageOf(busy.plan).offers, offers, 'where the line is busy');
  const lunch = decide(fromOutside(), today({ '100': { rules, activity: 'lunch' } }));
  t.match(lunch.plan, { kind: 'referral', choices: '124', then: { greeting: 'said', offers } });
  const again = asksAgain(fromOutside(), '100', { kind: 'unanswered', why: 'no-answer' });
  t.match(decide(again, today({ '100': { rules } })).plan, { kind: 'voicemail', offers });
});

t.test('what leads nowhere, or to the message itself, is not offered', async (t) => {
  for (const some of [new Map(), new Map<string, Choice>([['1', { kind: 'message' }]])]) {
    const { plan } = decide(fromOutside(), today({ '100': { rules: { choices: some } } }));
    t.notOk('offers' in messageOf(plan));
  }
  const gone = new Map<string, Choice>([['0', { kind: 'switchboard' }]]);
  const { plan } = decide(fromOutside(), today({ '100': { rules: { choices: gone } } }));
  t.notOk('offers' in messageOf(plan), 'there is no switchboard');
});

t.test('the words of it have a sound before anybody calls', async (t) => {
  const { presence, directory } = today({ '100': { rules: { choices } } });
  const organisation = directory.organisations.get('anka.example') ?? anka;
  const user = [...organisation.users.values()].find(({ extension }) => extension === '100');
  if (user === undefined) throw new Error('no Anna');
  t.same(
    spokenAhead(organisation, user, presence, now).map(({ text }) => text),
    ['Tryck två för Björn Ek,', 'fyra för mobiltelefonen.'],
  );
});

t.test('a key pressed at the mailbox is what it is after a referral', async (t) => {
  const pressed = asksAgain(fromOutside(), '100', { kind: 'choice', digit: '2' });
  const world = (lunch: boolean) =>
    today({ '100': { rules: { choices } }, '101': lunch ? { activity: 'lunch' } : {} });
  const free = decide(pressed, world(false));
  t.match(free.plan, { kind: 'ring', via: ['100', '101'], shown: { number: '+46701111111' } });
  t.match(decide(pressed, world(true)).plan, { kind: 'referral', then: { mailbox: '101' } });
});

t.test('FreeSWITCH is told the keys, their sound, and whose call it was', async (t) => {
  const { leg } = fromOutside();
  const { plan } = decide(
    fromOutside(),
    today({ '100': { rules: { choices, busy: 'voicemail' }, calls: 1 } }),
  );
  if (plan.kind === 'native') throw new Error('no plan');
  const told = (offer: readonly string[]) => planCommands(leg, '100', plan, { offer }).join('\n');
  t.match(told(['/a.wav', '/b.wav']), /vx_offer=24;vx_offer_sound=\/a\.wav!\/b\.wav;/);
  t.match(told([]), /vx_offer_sound=silence_stream:\/\/100;/, 'a sound that is not there yet');
  t.match(told([]), /vx_via=100;/);
  const plain = decide(fromOutside(), today({ '100': { rules: { busy: 'voicemail' }, calls: 1 } }));
  if (plain.plan.kind === 'native') throw new Error('no plan');
  t.match(planCommands(leg, '100', plain.plan, {}).join('\n'), /vx_offer=none;/);
});
