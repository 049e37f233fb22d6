import t from 'tap';
import type { CallLeg } from '../../common/call-leg.ts';
import type { Extension } from '../../common/phone-number.ts';
import { type EpochMs, epochMs } from '../../common/time.ts';
import type { LegId } from '../../daemon/call/event.ts';
import type { Again, Question } from '../../daemon/call/question.ts';
import type { Decision } from '../../daemon/decisions/decision.ts';
import { whatWasSeen } from '../../daemon/decisions/seen.ts';
import { explain } from '../../daemon/explain/explain.ts';
import { outcomeOf } from '../../daemon/explain/outcome.ts';
import { type Contact, contactKey, NO_CONTACTS } from '../../daemon/routing/contacts.ts';
import { NOBODY_AWAY, type Forwards, type Status } from '../../daemon/routing/presence.ts';
import { route } from '../../daemon/routing/route.ts';
import type { World } from '../../daemon/routing/world.ts';
import { promptText } from '../../daemon/voice/prompt-text.ts';
import { anka, cecilia, directoryOf, office, teamOf } from '../support/office.ts';

/** A Tuesday, 13:04 in Stockholm. */
const now = epochMs(Date.parse('2026-03-31T11:04:00Z'));
const later = (seconds: number): EpochMs => epochMs(now + seconds * 1000);
const LEG = '7c0e1d52-0000-4000-8000-000000000001';
const CALLER = '+46701111111';

const world = (more: Partial<World> = {}): World => ({
  directory: office,
  presence: NOBODY_AWAY,
  contacts: NO_CONTACTS,
  locks: new Map(),
  calls: new Map(),
  spent: new Map(),
  ...more,
});

function asked(again?: Again, dialled = '+46812345600'): Question {
  return {
    leg: LEG as LegId,
    from: { kind: 'trunk', address: '192.0.2.1' },
    callerNumber: CALLER,
    callerName: '',
    callerHidden: false,
    dialled,
    again,
  };
}

function decide(question: Question, of: World, at = now): Decision {
  const { plan, trace } = route(question, of, at);
  return { leg: LEG, at, question, plan, trace, seen: whatWasSeen(question, plan, of, at) };
}

const activity = (key: string) => {
  const found = [...anka.activities.values()].find((each) => each.key === key);
  if (found === undefined) throw new Error(`no ${key}`);
  return found.id;
};

const lunch: Status = {
  activity: activity('lunch'),
  note: '',
  startedAt: later(-3_720),
  endsAt: later(1_560),
  source: 'app',
  setBy: undefined,
  version: 1,
};

const away = (status: Status = lunch, forwards: Forwards = {}) => ({
  presence: {
    ...NOBODY_AWAY,
    statuses: new Map([['u-100', status]]),
    forwards: new Map([['u-100', forwards]]),
  },
});

const contact = (more: Partial<Contact>) => ({
  contacts: {
    revision: 1,
    personal: new Map([
      [
        contactKey('u-100', CALLER as never),
        {
          ...{ id: 'c-1', name: 'Eva Lund', company: '', favourite: false },
          ...{ vip: false, blocked: false },
          ...more,
        },
      ],
    ]),
    shared: new Map(),
  },
});

const leg = (more: Partial<CallLeg>): CallLeg => ({
  leg: `leg-${more.deviceId ?? 'caller'}`,
  call: LEG,
  direction: 'out',
  deviceId: undefined,
  caller: CALLER,
  dialled: '',
  startedAt: later(0),
  rangAt: undefined,
  answeredAt: undefined,
  endedAt: later(30),
  cause: 'NO_ANSWER',
  native: false,
  heard: [],
  ...more,
});

const own = (more: Partial<CallLeg> = {}) => leg({ leg: LEG, direction: 'in', ...more });

function told(
  decisions: readonly Decision[],
  legs: readonly CallLeg[] = [],
  language: 'sv' | 'en' = 'sv',
): readonly string[] {
  const textOf = (name: string) => promptText(language, name);
  return explain({ decisions, legs }, 'Europe/Stockholm', language, textOf);
}

t.test(
  'why a call met a referral: what held, until when, who set it, what was heard',
  async (t) => {
    const decisions = [decide(asked(), world(away()))];
    const legs = [
      own({ heard: [{ at: later(1), what: ['x'] }], endedAt: later(20), answeredAt: now }),
    ];
    t.same(told(decisions, legs), [
      '13:04 +46701111111 ringde Anna Berg.',
      'Anna Berg hade Lunch till 13:30 (satt i appen 12:02). Den som ringde är inte VIP.',
      'Samtalet fick hänvisning.',
      'Den som ringde hörde: ”Anna Berg är på lunch, åter klockan tretton och trettio.”',
      'Samtalet slutade 13:04, efter 20 s.',
    ]);
    t.match(
      told(decisions, legs, 'en')[1],
      /^Anna Berg had .* until 13:30 \(set in the app at 12:02\)/,
    );
    t.ok(
      told(decisions, [own({ endedAt: later(1) })]).includes(
        'Den som ringde lade på innan något hann sägas.',
      ),
    );
  },
);

t.test('a VIP rings through, and is told to have', async (t) => {
  const decisions = [decide(asked(), world({ ...away(), ...contact({ vip: true }) }))];
  t.same(told(decisions).slice(0, 2), [
    '13:04 Eva Lund (+46701111111) ringde Anna Berg.',
    'Anna Berg hade Lunch till 13:30 (satt i appen 12:02), men den som ringde är VIP och släpptes fram.',
  ]);
});

t.test('a status that a colleague set is told with the name', async (t) => {
  const by = (setBy: string) => {
    const status = { ...lunch, source: 'colleague', setBy: setBy as Extension } as const;
    return decide(asked(), world(away(status)));
  };
  t.equal(
    told([by('101')])[1],
    'Anna Berg hade Lunch till 13:30 (satt av Björn Ek 12:02). Den som ringde är inte VIP.',
  );
  t.match(told([by('101')], [], 'en')[1], /Lunch until 13:30 \(set by Björn Ek at 12:02\)/);
  t.match(told([by('199')])[1], /\(satt av 199 12:02\)/, 'one who has left since');
});

t.test('how each device ended', async (t) => {
  const decisions = [decide(asked(), world())];
  const legs = [
    own({ answeredAt: later(8), endedAt: later(200), cause: 'NORMAL_CLEARING' }),
    leg({ deviceId: 'd-anna-app', cause: 'LOSE_RACE', rangAt: later(1), endedAt: later(8) }),
    leg({
      deviceId: 'd-anna-desk',
      rangAt: later(1),
      answeredAt: later(8),
      endedAt: later(200),
      cause: 'NORMAL_CLEARING',
    }),
  ];
  t.same(told(decisions, legs).slice(1), [
    'Det ringde hos Anna Berg: appen App, bordstelefonen Desk, mobilen Mobile.',
    'Bordstelefonen Desk svarade 13:04, efter 8 s.',
    'Appen App slutade ringa när någon annan svarade.',
    'Mobilen Mobile var inte ansluten och ringde därför inte.',
    'Samtalet slutade 13:07, efter 3 min.',
  ]);
  const ends: readonly (readonly [Partial<CallLeg>, RegExp])[] = [
    [{ cause: 'NO_ANSWER', rangAt: later(1), endedAt: later(25) }, /ringde i 25 s utan svar/],
    [{ cause: 'NO_ANSWER' }, /kunde inte nås \(NO_ANSWER\)/],
    [{ cause: 'USER_BUSY' }, /var upptagen/],
    [{ cause: 'CALL_REJECTED', endedAt: later(3) }, /avvisade samtalet efter 3 s/],
    [{ cause: 'ORIGINATOR_CANCEL', endedAt: later(4) }, /ringde i 4 s, tills den som ringde/],
    [{ cause: 'UNREGED' }, /kunde inte nås \(UNREGED\)/],
  ];
  for (const [end, expected] of ends) {
    t.match(told(decisions, [own(), leg({ deviceId: 'd-anna-app', ...end })])[2], expected);
  }
});

t.test('a blocked caller, and a forward with who set it', async (t) => {
  t.match(told([decide(asked(), world(contact({ blocked: true })))]), [
    /Eva Lund/,
    'Numret är blockerat: den som ringde avvisades, och ingen telefon ringde.',
  ]);
  const forwards: Forwards = {
    always: {
      to: { kind: 'extension', extension: '101' as Extension },
      endsAt: later(86_400),
      source: 'code',
      setAt: later(-60),
    },
  };
  const presence = { ...NOBODY_AWAY, forwards: new Map([['u-100', forwards]]) };
  t.same(told([decide(asked(), world({ presence }))]).slice(1), [
    'Anna Berg har medflyttning av alla samtal till Björn Ek till onsdag 1 april 13:04 (satt med en kod på telefonen 13:03).',
    'Det ringde hos Björn Ek: bordstelefonen Desk.',
  ]);
});

t.test('busy is told with how many calls there were', async (t) => {
  const busy = world({ calls: new Map([['u-100', { busy: 2 }]]) });
  t.same(told([decide(asked(), busy)]).slice(1), [
    'Anna Berg satt redan i 2 samtal.',
    'Den som ringde fick upptaget.',
  ]);
});

t.test('what the caller chose and what came of it follow', async (t) => {
  const again: Again = {
    kind: 'choice',
    digit: '9',
    domain: 'anka.example',
    extension: '100' as Extension,
    via: [],
  };
  const decisions = [
    decide(asked(), world(away())),
    decide(asked(again), world(away()), later(65)),
  ];
  t.same(told(decisions).slice(3), [
    'Den som ringde tryckte 9 13:05.',
    'Samtalet gick till röstbrevlådan hos Anna Berg.',
  ]);
  const nobody: Again = { ...again, kind: 'unanswered', why: 'no-answer' };
  t.same(told([decide(asked(), world()), decide(asked(nobody), world(), later(25))]).slice(2), [
    'Ingen svarade hos Anna Berg.',
    'Samtalet gick till röstbrevlådan hos Anna Berg.',
  ]);
});

t.test('a call without a daemon is told as one', async (t) => {
  t.same(told([], [own({ native: true, heard: [{ at: later(26), what: ['message'] }] })]), [
    'Växelns styrning var borta: FreeSWITCH kopplade samtalet själv.',
    'Den som ringde kom till röstbrevlådan.',
    'Samtalet slutade 13:04 utan att besvaras.',
  ]);
});

t.test('every plan has an outcome and a sentence in both languages', async (t) => {
  for (const dialled of ['+46812345600', '+46812345699', '112']) {
    const decision = decide(asked(undefined, dialled), world());
    t.match(outcomeOf(decision.plan), /\w/);
    for (const language of ['sv', 'en'] as const) {
      for (const line of told([decision], [own()], language)) {
        t.match(line, /^[\p{Lu}\d].*[.”]$/u, line);
        t.notMatch(line, /undefined|NaN|\[object/);
      }
    }
  }
});

t.test('a team that rings somebody else comes to something else', async (t) => {
  const rings = (members: readonly string[]) => {
    const teams = new Map([teamOf('200', { members })]);
    return outcomeOf(
      decide(ceciliaCalls, world({ directory: directoryOf({ ...anka, teams, users: desks }) }))
        .plan,
    );
  };
  const desks = new Map(
    [...anka.users].map(([extension, user]) => [
      extension,
      {
        ...user,
        devices: user.devices.map((device) => ({ ...device, label: 'Desk' })).slice(0, 1),
      },
    ]),
  );
  t.equal(rings(['100']), 'ring 200: Desk of Anna Berg');
  t.equal(rings(['101']), 'ring 200: Desk of Björn Ek');
});

const team = (people: Partial<World> = {}): World =>
  world({
    directory: directoryOf({
      ...anka,
      teams: new Map([
        teamOf('200', { members: ['100', '101', '102'], unanswered: voicemailOf('101') }),
      ]),
    }),
    ...people,
  });

const voicemailOf = (extension: string) =>
  ({ kind: 'voicemail', extension: extension as Extension }) as const;

const ceciliaCalls: Question = {
  ...asked(undefined, '200'),
  from: { kind: 'device', username: '102-app', domain: anka.domain },
};

t.test('why a team’s members rang or not, and whose device answered', async (t) => {
  const decisions = [decide(ceciliaCalls, team(away()))];
  const legs = [
    own({ answeredAt: later(5), endedAt: later(25) }),
    leg({ deviceId: 'd-bjorn-desk', rangAt: later(1), answeredAt: later(5), endedAt: later(25) }),
  ];
  t.same(told(decisions, legs), [
    '13:04 Cecilia Dahl (102) ringde Kundtjänst.',
    'Anna Berg hade Lunch till 13:30, och då ringer inga gruppsamtal.',
    'Det var Cecilia Dahl som ringde.',
    'Det ringde hos Kundtjänst: Björn Ek.',
    'Bordstelefonen Desk (Björn Ek) svarade 13:04, efter 5 s.',
    'Samtalet slutade 13:04, efter 20 s.',
  ]);
  t.same(told(decisions, legs, 'en').slice(1, 5), [
    'Anna Berg had Lunch until 13:30, in which no calls to teams ring.',
    'It was Cecilia Dahl who called.',
    'Kundtjänst was rung: Björn Ek.',
    'Desk phone Desk (Björn Ek) answered at 13:04, after 5 s.',
  ]);
  t.equal(decisions[0]?.seen.calleeId, undefined, 'a team is no person');
});

t.test('why nobody of a team rang', async (t) => {
  const calls = new Map([['u-101', { busy: 2 }]]);
  const decisions = [decide(ceciliaCalls, team({ ...away(), calls }))];
  t.same(told(decisions), [
    '13:04 Cecilia Dahl (102) ringde Kundtjänst.',
    'Anna Berg hade Lunch till 13:30, och då ringer inga gruppsamtal.',
    'Björn Ek satt redan i 2 samtal: det ringde inte där.',
    'Det var Cecilia Dahl som ringde.',
    'Samtalet gick till röstbrevlådan hos Björn Ek.',
  ]);
  t.equal(told(decisions, [], 'en')[2], 'Björn Ek was already in 2 calls: nothing rang there.');
});

t.test('why a member did not ring, in both languages', async (t) => {
  const blocks = { personal: new Map(), shared: new Map(), revision: 1 };
  const known = contact({ blocked: true }).contacts.personal;
  const forwards: Forwards = {
    always: {
      ...{ to: { kind: 'extension', extension: '200' as Extension }, endsAt: undefined },
      ...{ source: 'app', setAt: later(-60) },
    },
  };
  const presence = { ...NOBODY_AWAY, forwards: new Map([['u-101', forwards]]) };
  const deviceless = { ...cecilia, devices: [] };
  const users = new Map([...anka.users, [deviceless.extension, deviceless]]);
  const teams = new Map([teamOf('200', { members: ['100', '101', '102'] })]);
  const directory = directoryOf({ ...anka, users, teams });
  const of = world({ directory, presence, contacts: { ...blocks, personal: known } });
  const decisions = [decide(asked(undefined, '+46812345601'), of)];
  t.same(told(decisions).slice(1), [
    'Björn Ek har medflyttning av alla samtal till Kundtjänst (satt i appen 13:03).',
    'Anna Berg har blockerat numret: det ringde inte där.',
    'Samtalet hade redan varit hos Björn Ek, och ringde inte där igen.',
    'Cecilia Dahl har ingen telefon som kunde ringa.',
    'Den som ringde fick höra att ingen svarar.',
  ]);
  t.same(told(decisions, [], 'en').slice(2, 5), [
    'Anna Berg has blocked the number: nothing rang there.',
    'The call had been with Björn Ek already, and did not ring there again.',
    'Cecilia Dahl has no phone that could ring.',
  ]);
});
