import fc from 'fast-check';
import t from 'tap';
import type { E164, Extension } from '../../common/phone-number.ts';
import type { Diverted } from '../../daemon/call/question.ts';
import { trunkDialString } from '../../daemon/esl/dial-string.ts';
import { readDiverted } from '../../daemon/esl/diverted.ts';
import { readQuestion } from '../../daemon/esl/route-question.ts';
import type { ForwardReason } from '../../daemon/routing/presence.ts';
import { route } from '../../daemon/routing/route.ts';
import { now, questionFrom, wholeCompany } from '../support/companies.ts';
import { anka, anna, bjorn, directoryOf } from '../support/office.ts';
import { worldOf } from '../support/world.ts';

const X = '+46703333333' as E164;

const written: readonly (readonly [
  name: string,
  diversion: string,
  history: string,
  read: Diverted | undefined,
])[] = [
  ['nobody', '', '', undefined],
  ['one', '<sip:+46703333333@a.example>;reason=user-busy', '', { by: [X], times: 1 }],
  [
    'several headers, as FreeSWITCH keeps them',
    'ARRAY::<sip:+46703333333@a.example>;reason=no-answer|:<sip:+46812345600@invalid>;reason=unconditional',
    '',
    { by: [X, '+46812345600'], times: 2 },
  ],
  [
    'several in one header, a comma in a name',
    '"Berg, Anna" <sip:0812345600@a.example;user=phone>;reason=unknown, <tel:+46-70-333 33 33>',
    '',
    { by: ['0812345600', X], times: 2 },
  ],
  [
    'one that stands for four',
    '<sip:+46703333333@a.example>;reason=deflection;counter=4;privacy=off',
    '',
    { by: [X], times: 4 },
  ],
  ['a counter of none is one', 'sip:%2B46703333333@a.example;counter=0', '', { by: [X], times: 1 }],
  [
    'number portability in the user part',
    '<sip:+46703333333;npdi;rn=+4600@a.example>',
    '',
    { by: [X], times: 1 },
  ],
  ['who is not named counts', '<sip:anonymous.invalid>', '', { by: [], times: 1 }],
  [
    'History-Info: the last is whom it is for now',
    '',
    '<sip:+46703333333@a.example?Reason=SIP%3Bcause%3D486>;index=1, <sip:+46812345600@b.example;cause=486>;index=1.1;mp=1',
    { by: [X], times: 1 },
  ],
  [
    'History-Info: a number that was routed twice was not sent on',
    '',
    '<sip:+46812345600@a.example>;index=1,<sip:+46812345600@b.example>;index=1.1;np=1',
    undefined,
  ],
  [
    'both tell of the same',
    '<sip:+46703333333@a.example>;reason=user-busy',
    '<sip:+46703333333@a.example>;index=1, <sip:+46812345600@b.example>;index=1.1',
    { by: [X], times: 1 },
  ],
  ['no sense at all', '<<>;,"', ',,<', { by: [], times: 2 }],
];

for (const [name, diversion, history, read] of written) {
  t.test(`who has sent a call on: ${name}`, async (t) => {
    t.strictSame(readDiverted(diversion, history), read);
  });
}

t.test('whatever a carrier writes is read within bounds', async () => {
  const letters = fc.string({ unit: fc.constantFrom(...'<>",;|:=sip@+46 counter5\\'.split('')) });
  fc.assert(
    fc.property(fc.oneof(letters, fc.string()), letters, (diversion, history) => {
      const read = readDiverted(diversion, history);
      return read === undefined || (read.times > 0 && read.by.every((user) => user !== ''));
    }),
    { numRuns: 1_000 },
  );
});

t.test('a trunk is believed about it, a device is not', async (t) => {
  const channel = (context: string) =>
    readQuestion(
      new Map([
        ['Unique-ID', '7c0e1d52-0000-0000-0000-000000000001'],
        ['Caller-Context', context],
        ['Caller-Destination-Number', '+46812345600'],
        ['variable_sip_auth_username', context === 'vaxel-devices' ? '101-desk' : ''],
        ['variable_sip_auth_realm', 'anka.example'],
        ['variable_sip_i_diversion', '%3Csip%3A%2B46703333333%40a.example%3E%3Breason%3Dunknown'],
      ]),
    );
  t.strictSame('diverted' in channel('vaxel-trunks') && channel('vaxel-trunks'), {
    leg: '7c0e1d52-0000-0000-0000-000000000001',
    from: { kind: 'trunk', address: '' },
    callerNumber: '',
    callerName: '',
    callerHidden: false,
    identity: { from: '' },
    diverted: { by: [X], times: 1 },
    dialled: '+46812345600',
    again: undefined,
  });
  t.notOk('diverted' in channel('vaxel-devices'));
});

/** To Björn, who sends everything on to a number outside. */
function forwarded(diverted: Diverted | undefined, reason: ForwardReason = 'always') {
  const quiet = worldOf(directoryOf(anka));
  const to = { kind: 'number', number: X } as const;
  const forward = { to, endsAt: undefined, source: 'code', setAt: now } as const;
  const forwards = new Map([[bjorn.id, { [reason]: forward }]]);
  return route(
    { ...questionFrom('+46701111111', '101'), ...(diverted && { diverted }) },
    { ...quiet, presence: { ...quiet.presence, forwards } },
    now,
  );
}

const circles: readonly (readonly [name: string, diverted: Diverted, because: RegExp])[] = [
  ['it was sent out by us before', { by: ['0812345600'], times: 1 }, /been here before, at \+468/],
  ['it was there', { by: ['+46 70 333 33 33'], times: 1 }, /\+46703333333 has had this call/],
  ['too many have', { by: [], times: 5 }, /sent on 5 times already/],
];

for (const [name, diverted, because] of circles) {
  t.test(`a call is not sent out again where ${name}: a message is taken`, async (t) => {
    const { plan, trace } = forwarded(diverted);
    t.match(plan, { kind: 'voicemail', mailbox: '101' });
    t.match(trace.at(-1), { rule: 'forward', because });
  });
}

t.test('others may have sent it on, and the next is told how often', async (t) => {
  const times = (diverted?: Diverted) => {
    const { plan } = forwarded(diverted);
    return plan.kind === 'out' ? plan.diversion?.times : plan.kind;
  };
  t.equal(times(), 1);
  t.equal(times({ by: ['+46709999999'], times: 1 }), 2);
  t.equal(times({ by: [], times: 4 }), 5);
  const told = (times: number) =>
    trunkDialString(
      'first',
      X,
      { number: bjorn.numbers[0] ?? X, reason: 'no-answer', hidden: false, times },
      { name: '', number: X, hidden: false },
    );
  t.equal(
    told(1),
    `[sip_h_Diversion=<sip:+46812345601@invalid>;reason=no-answer]sofia/gateway/first/${X}`,
  );
  t.match(told(3), /;reason=no-answer;counter=3\]/);
});

t.test('a mobile that sends its calls on to the office does not ring for them', async (t) => {
  const diverted = { by: ['070-123 45 67'], times: 1 };
  const ask = (devices = anna.devices) => {
    const users = new Map(anka.users).set('100' as Extension, { ...anna, devices });
    const question = { ...questionFrom('+46701111111', '100'), diverted };
    return route(question, worldOf(directoryOf({ ...anka, users })), now);
  };
  const { plan, trace } = ask();
  t.strictSame(plan.kind === 'ring' && plan.legs.map(({ device }) => device.kind), ['app', 'desk']);
  t.equal(trace.at(-2)?.because, 'the mobile has had this call, and is left out');
  const alone = ask(anna.devices.filter(({ kind }) => kind === 'mobile'));
  t.match(alone.plan, { kind: 'voicemail', mailbox: '100' });
});

t.test('a call that every network sends back to us ends, whatever of its way is told', async () => {
  /** What a carrier lets through: everybody, the newest alone, or the count alone. */
  const lets = fc.constantFrom('all', 'newest', 'count');
  fc.assert(
    fc.property(
      wholeCompany,
      fc.infiniteStream(fc.tuple(fc.constantFrom('100', '101', '102'), lets)),
      (world, ways) => {
        let diverted: Diverted | undefined;
        for (let rounds = 0; rounds <= 5; rounds += 1) {
          const [[callee, kept] = ['100', 'all']] = ways;
          const question = questionFrom('+46701111111', callee);
          const { plan } = route({ ...question, ...(diverted && { diverted }) }, world, now);
          if (plan.kind !== 'out') return true;
          const by = [plan.to, plan.diversion?.number ?? '', ...(diverted?.by ?? [])];
          const named = { all: by, newest: by.slice(0, 1), count: [] }[kept] ?? [];
          diverted = { by: named, times: (plan.diversion?.times ?? 0) + 1 };
        }
        return false;
      },
    ),
    { numRuns: 500 },
  );
});
