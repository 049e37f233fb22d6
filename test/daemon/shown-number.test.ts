import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { E164, Extension } from '../../common/phone-number.ts';
import type { ShownNumber } from '../../common/shown-number.ts';
import { ANONYMOUS, forkDialString } from '../../daemon/esl/dial-string.ts';
import { planCommands } from '../../daemon/esl/plan-commands.ts';
import { whatWasSeen } from '../../daemon/decisions/seen.ts';
import { readQuestion } from '../../daemon/esl/route-question.ts';
import { contactKey } from '../../daemon/routing/contacts.ts';
import type { Device, Organisation, User } from '../../daemon/routing/directory.ts';
import type { Plan } from '../../daemon/routing/plan.ts';
import { route } from '../../daemon/routing/route.ts';
import { USUAL_RULES } from '../../daemon/routing/rules.ts';
import { readShownPrefix } from '../../daemon/routing/shown-number.ts';
import { now, questionFrom } from '../support/companies.ts';
import { anka, anna, bjorn, cecilia, directoryOf } from '../support/office.ts';
import { worldOf } from '../support/world.ts';

const shows = (user: User, shownNumber: ShownNumber): User => ({
  ...user,
  rules: { ...USUAL_RULES, shownNumber },
});

const worldWith = (...users: readonly User[]) => {
  const all = [anna, bjorn, cecilia, ...users].map((user) => [user.extension, user] as const);
  const organisation: Organisation = { ...anka, users: new Map(all) };
  return worldOf(directoryOf(organisation));
};

/** Björn, who shows that, dials. */
const dials = (dialled: string, usually: ShownNumber = 'own') =>
  route({ ...questionFrom('101', ''), dialled }, worldWith(shows(bjorn, usually)), now);

const OWN = { name: '', number: '+46812345601', hidden: false };
const MAIN = { name: '', number: '+46812345600', hidden: false };
const HIDDEN = { name: '', number: '', hidden: true, asserted: '+46812345601' };

const cases: readonly (readonly [dialled: string, usually: ShownNumber, shown: object])[] = [
  ['0701234567', 'own', OWN],
  ['0701234567', 'main', MAIN],
  ['0701234567', 'hidden', HIDDEN],
  ['*31#0701234567', 'own', HIDDEN],
  ['*31*0701234567', 'own', HIDDEN],
  ['*31*+46701234567', 'main', HIDDEN],
  ['*31#0701234567', 'hidden', HIDDEN],
  ['#31#0701234567', 'hidden', OWN],
  ['#31#0701234567', 'own', HIDDEN],
  ['#31#0701234567', 'main', HIDDEN],
];

for (const [dialled, usually, shown] of cases) {
  t.test(`who shows ${usually} and dials ${dialled}`, async (t) => {
    const { plan } = dials(dialled, usually);
    t.match(plan, { kind: 'out', to: '+46701234567' });
    t.strictSame('shown' in plan && plan.shown, shown);
  });
}

t.test('who has no number shows the organisation’s, and hides that', async (t) => {
  const from = (usually: ShownNumber) =>
    route(
      { ...questionFrom('102', '0701234567'), ...device('102-app') },
      worldWith(shows(cecilia, usually)),
      now,
    ).plan;
  t.match(from('own'), { shown: MAIN });
  t.match(from('hidden'), { shown: { hidden: true, asserted: '+46812345600' } });
});

const device = (username: string) => ({
  from: { kind: 'device', username, domain: 'anka.example' } as const,
});

t.test('a prefix is of a number, and of nothing else', async (t) => {
  for (const text of ['*31#', '#31#', '*31#*98', '*31#*23*1#', '*32#0701234567', '31#070']) {
    t.strictSame(readShownPrefix(text, 'own'), { dialled: text, shows: undefined }, text);
  }
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'*#31+07'.split('')) }), (text) => {
      const { dialled, shows } = readShownPrefix(text, 'own');
      return shows === undefined ? dialled === text : text.endsWith(dialled);
    }),
  );
});

t.test('112 is 112 behind a prefix, too, and is FreeSWITCH’s own', async (t) => {
  t.match(dials('*31#112'), { plan: { kind: 'native' }, trace: [{}, {}, { rule: 'emergency' }] });
});

t.test('colleagues see who calls, whoever is hidden outside', async (t) => {
  for (const dialled of ['100', '*31#100']) {
    const { plan } = dials(dialled, 'hidden');
    t.match(plan, {
      kind: 'ring',
      shown: { name: 'Björn Ek', number: '101', hidden: false },
      shownOnMobiles: HIDDEN,
    });
  }
});

t.test('what was said for one call holds when it asks again, and is sent on', async (t) => {
  const { plan } = dials('*31#100');
  t.match(plan, { kind: 'ring', shows: 'hidden' });
  const commands = (plan: Plan) =>
    plan.kind === 'ring' ? planCommands(LEG, '100', plan, { dial: 'x' }).join('\n') : '';
  t.match(commands(plan), /;vx_shows=hidden;/);
  t.notMatch(commands(dials('100').plan), /vx_shows/);

  const asked = readQuestion(
    new Map([
      ['Unique-ID', LEG],
      ['Caller-Context', 'vaxel-again'],
      ['Caller-Destination-Number', 'unanswered'],
      ['variable_sip_auth_username', '101-desk'],
      ['variable_sip_auth_realm', 'anka.example'],
      ['variable_vx_question', 'unanswered'],
      ['variable_vx_mailbox', '100'],
      ['variable_vx_domain', 'anka.example'],
      ['variable_vx_via', '100'],
      ['variable_vx_shows', 'hidden'],
    ]),
  );
  if ('kind' in asked) throw new Error(asked.why);
  const to = { kind: 'number', number: '+46703333333' as E164 } as const;
  const forward = { to, endsAt: undefined, source: 'code', setAt: now } as const;
  const world = worldWith();
  const forwards = new Map([[anna.id, { 'no-answer': forward }]]);
  const sentOn = route(asked, { ...world, presence: { ...world.presence, forwards } }, now);
  t.match(sentOn.plan, { kind: 'out', shown: HIDDEN });
});

const LEG = '7c0e1d52-0000-0000-0000-000000000001' as Parameters<typeof planCommands>[0];

t.test('who sends a call on has a Diversion with the number they show', async (t) => {
  const to = { kind: 'number', number: '+46703333333' as E164 } as const;
  const forward = { to, endsAt: undefined, source: 'code', setAt: now } as const;
  const diversion = (usually: ShownNumber) => {
    const world = worldWith(shows(bjorn, usually));
    const forwards = new Map([[bjorn.id, { always: forward }]]);
    const presence = { ...world.presence, forwards };
    const { plan } = route(questionFrom('+46701111111', '101'), { ...world, presence }, now);
    const commands = plan.kind === 'out' ? planCommands(LEG, '1', plan, {}) : [];
    return /Diversion=([^\]]*)\]/.exec(commands.join('').replaceAll('\\', ''))?.[1];
  };
  t.equal(diversion('own'), '<sip:+46812345601@invalid>;reason=unconditional');
  t.equal(diversion('main'), '<sip:+46812345600@invalid>;reason=unconditional');
  t.equal(diversion('hidden'), '<sip:+46812345601@invalid>;reason=unconditional;privacy=full');
});

const EVA = '+46812345700' as E164;
/** Björn, who shows that, calls Eva of another organisation; she has a contact under a number, with marks. */
const callsEva = (
  usually: ShownNumber,
  contact: { readonly number?: string; readonly vip?: boolean; readonly blocked?: boolean },
  dialled = '0812345700',
) => {
  const { number = OWN.number, ...marks } = contact;
  const eva = { ...anna, id: 'u-eva', numbers: [EVA], devices: [] };
  const ente: Organisation = {
    ...{ ...anka, id: 'o-ente', domain: 'ente.example', mainNumber: undefined },
    users: new Map([['100' as Extension, eva]]),
  };
  const known = {
    ...{ id: 'c-1', name: 'Kund', company: '', favourite: false, vip: false, blocked: false },
    ...marks,
  };
  const users = new Map(anka.users).set('101' as Extension, shows(bjorn, usually));
  const world = worldOf(directoryOf({ ...anka, users }, ente), {
    contacts: {
      revision: 1,
      personal: new Map([[contactKey('u-eva', number as E164), known]]),
      shared: new Map(),
    },
  });
  const question = { ...questionFrom('101', ''), dialled };
  const { plan, trace } = route(question, world, now);
  const seen = whatWasSeen(question, plan, world, now).caller;
  return { plan, contact: trace.find(({ rule }) => rule === 'contact')?.because, seen };
};

t.test(
  'who hides from another organisation is no VIP of theirs, and blocked all the same',
  async (t) => {
    t.match(callsEva('own', { blocked: true }).plan, { kind: 'refuse', sip: 486 });
    t.match(callsEva('hidden', { blocked: true }).plan, { kind: 'refuse', sip: 486 });
    t.equal(callsEva('own', { vip: true }).contact, 'Kund, VIP (personal)');
    t.equal(callsEva('hidden', { vip: true }).contact, undefined);
    t.match(callsEva('hidden', { vip: true }).plan, { kind: 'voicemail' });
  },
);

t.test('another organisation knows who calls by the number it is shown', async (t) => {
  t.equal(callsEva('main', {}).contact, undefined, 'the own number is not shown');
  t.equal(callsEva('main', { number: MAIN.number }).contact, 'Kund (personal)');
  t.match(callsEva('main', { blocked: true }).plan, { sip: 486 }, 'to keep out, any is enough');
});

t.test('what is told of a call says no more of the caller than was shown', async (t) => {
  t.match(callsEva('own', {}).seen, { number: OWN.number, name: 'Kund', hidden: false });
  t.equal(callsEva('own', {}).seen.extension, undefined, 'an extension of somebody else’s');
  for (const seen of [
    callsEva('hidden', { vip: true }).seen,
    callsEva('own', { vip: true }, '*31#0812345700').seen,
  ]) {
    t.strictSame(seen, { number: '', name: '', hidden: true });
  }
});

t.test('a leg that hides has nobody in From, and vouches for the number', async (t) => {
  const { plan } = dials('*31#0701234567');
  const commands = plan.kind === 'out' ? planCommands(LEG, '1', plan, {}).join('\n') : '';
  t.match(commands, `vx_dial_1=[${ANONYMOUS}]sofia/gateway/first/+46701234567;`);
  t.match(commands, /effective_caller_id_number=\+46812345601;/);
  t.notMatch(commands, 'vx_privacy', 'the leg that calls hides nothing');

  const { plan: ring } = dials('*31#100');
  const dial = ring.kind === 'ring' ? forkDialString(ring, new Map()) : '';
  t.match(dial, `,${ANONYMOUS},origination_caller_id_number=+46812345601,`);
  t.match(
    readFileSync('freeswitch-conf/dialplan/native.xml', 'utf8'),
    `vx_anonymous=[${ANONYMOUS}]`,
    'and so it is with the daemon dead',
  );
});

const MOBILE = '+46701234999';
/** Björn with a mobile, and trunks that take its number or do not. */
const withMobile = (verified: boolean, taken: readonly boolean[]) => {
  const mobile: Device = {
    kind: 'mobile',
    ...{ id: 'd-m', user: bjorn.id, label: 'Mobile', to: MOBILE as E164, verified },
  };
  const user = { ...shows(bjorn, 'mobile'), devices: [...bjorn.devices, mobile] };
  const trunks = anka.trunks.map((trunk, i) => ({ ...trunk, showsMobiles: taken[i] === true }));
  const users = new Map(anka.users).set(bjorn.extension, user);
  return worldOf(directoryOf({ ...anka, users, trunks }));
};
const outBy = (world: ReturnType<typeof worldWith>, dialled = '0701234567') => {
  const { plan, trace } = route({ ...questionFrom('101', ''), dialled }, world, now);
  const told = trace.flatMap(({ rule, because }) => (rule === 'shown number' ? [because] : []));
  return { shown: 'shown' in plan ? plan.shown : undefined, told };
};

t.test('a mobile’s number is shown where it is verified and every trunk takes it', async (t) => {
  t.same(outBy(withMobile(true, [true, true])), { shown: { ...OWN, number: MOBILE }, told: [] });
  t.same(outBy(withMobile(false, [true, true])), {
    shown: OWN,
    told: ['the mobile’s is not shown: none is verified as theirs'],
  });
  t.same(outBy(withMobile(true, [true, false])), {
    shown: OWN,
    told: ['the mobile’s is not shown: a trunk does not take it'],
  });
  t.match(outBy(withMobile(true, [true, true]), '*31#0701234567').shown, HIDDEN);
});

t.test('what a contact is shown is remembered, and said otherwise for one call', async (t) => {
  const contact = {
    ...{ id: 'c', name: 'Eva Lund', company: '', favourite: false, vip: false, blocked: false },
  };
  const knowing = (showAs: ShownNumber, usually: ShownNumber, owner = bjorn.id) => {
    const key = contactKey(owner, '+46701234567' as E164);
    const known = new Map([[key, { ...contact, showAs }]]);
    const [personal, shared] = owner === bjorn.id ? [known, new Map()] : [new Map(), known];
    return { ...worldWith(shows(bjorn, usually)), contacts: { revision: 1, personal, shared } };
  };
  t.same(outBy(knowing('hidden', 'own')), { shown: HIDDEN, told: ['for Eva Lund: hidden'] });
  t.match(outBy(knowing('main', 'hidden')).shown, MAIN);
  t.match(outBy(knowing('own', 'hidden', anka.id)).shown, OWN, 'the organisation’s contact');
  t.match(outBy(knowing('own', 'own'), '*31#0701234567'), {
    shown: HIDDEN,
    told: ['for this call: hidden'],
  });
  t.match(outBy(knowing('hidden', 'own'), '0701111111'), { shown: OWN, told: [] }, 'no other');
  t.match(outBy(knowing('mobile', 'own')), {
    shown: OWN,
    told: ['for Eva Lund: mobile', 'the mobile’s is not shown: none is verified as theirs'],
  });
});
