import fc from 'fast-check';
import t from 'tap';
import type { Extension } from '../../common/phone-number.ts';
import { epochMs } from '../../common/time.ts';
import type { LegId } from '../../daemon/call/event.ts';
import type { Question } from '../../daemon/call/question.ts';
import type { Organisation } from '../../daemon/routing/directory.ts';
import { NO_CONTACTS } from '../../daemon/routing/contacts.ts';
import { NOBODY_AWAY } from '../../daemon/routing/presence.ts';
import { route } from '../../daemon/routing/route.ts';
import type { MailboxLocks, World } from '../../daemon/routing/world.ts';
import { anka, anna, bjorn, directoryOf, office } from '../support/office.ts';

const now = epochMs(1_774_774_800_000);
const nobodyLocked: MailboxLocks = new Map();

const fromDevice = (dialled: string, username = '101-desk'): Question => ({
  ...fromTrunk(dialled),
  from: { kind: 'device', username, domain: 'anka.example' },
  callerNumber: username,
});

function fromTrunk(dialled: string, number = '+46701111111', name = ''): Question {
  return {
    leg: '7c0e1d52-0000-0000-0000-000000000001' as LegId,
    from: { kind: 'trunk', address: '192.0.2.1' },
    callerNumber: number,
    callerName: name,
    callerHidden: false,
    dialled,
    again: undefined,
  };
}

const world = (directory = office, locks = nobodyLocked): World => ({
  directory,
  presence: NOBODY_AWAY,
  contacts: NO_CONTACTS,
  locks,
  calls: new Map(),
  spent: new Map(),
});

const decide = (question: Question, directory = office, locks = nobodyLocked) =>
  route(question, world(directory, locks), now);

t.test('an extension rings every device of the person, then takes a message', async (t) => {
  const { plan, trace } = decide(fromDevice('100'));
  t.match(plan, {
    kind: 'ring',
    domain: 'anka.example',
    legs: anna.devices.map((device) => ({ device, after: 0, shows: 'name' })),
    trunk: 'first',
    ringFor: 25,
    shown: { name: 'Björn Ek', number: '101', hidden: false },
    shownOnMobiles: { number: '+46812345601' },
    then: { kind: 'voicemail', mailbox: '100' },
  });
  t.same(
    trace.map(({ rule, because }) => `${rule}: ${because}`),
    [
      'caller: Björn Ek (101), desk Desk',
      'number: 100 is Anna Berg',
      'fork: app App, desk Desk, mobile Mobile, for 25 s',
    ],
  );
});

const spellings = ['08-123 456 00', '46812345600', '+46812345600', '0046812345600', '0812345600'];
for (const spelling of spellings) {
  t.test(`S003: a trunk that sends ${spelling} reaches its owner`, async (t) => {
    t.match(decide(fromTrunk(spelling)).plan, { kind: 'ring', then: { mailbox: '100' } });
  });
}

for (const spelling of ['0812345600', '+46812345600', '0046812345600', '12345600']) {
  t.test(`S004: a colleague's number dialled as ${spelling} stays inside`, async (t) => {
    t.match(decide(fromDevice(spelling)).plan, { kind: 'ring', then: { mailbox: '100' } });
  });
}

t.test('a number outside leaves by the trunks in turn, with the own number shown', async (t) => {
  t.match(decide(fromDevice('070-123 45 68')).plan, {
    kind: 'out',
    to: '+46701234568',
    trunks: ['first', 'second'],
    shown: { number: '+46812345601', name: '', hidden: false },
  });
});

t.test('who has no number shows the organisation’s, and hidden where there is none', async (t) => {
  t.match(decide(fromDevice('0701234568', '102-app')).plan, {
    shown: { number: '+46812345600', hidden: false },
  });
  const numberless: Organisation = { ...anka, mainNumber: undefined };
  t.match(decide(fromDevice('0701234568', '102-app'), directoryOf(numberless)).plan, {
    shown: { hidden: true },
  });
});

t.test('S041: ** takes what rings at a colleague, and nothing else', async (t) => {
  const ringing = { caller: 'c-1' as LegId, legs: ['l-1' as LegId, 'l-2' as LegId] };
  const calls: World['calls'] = new Map([['u-100', { busy: 1, ringing }]]);
  const pick = (question: Question, at = calls) =>
    route(question, { ...world(), calls: at }, now).plan;

  t.same(pick(fromDevice('**100')), { kind: 'pickup', caller: 'c-1', ringing: ['l-1', 'l-2'] });
  const nothing = { kind: 'refuse', sip: 480, say: 'refuse-not-ringing', language: 'sv' };
  t.same(pick(fromDevice('**102')), nothing);
  t.same(pick(fromDevice('**100'), new Map([['u-100', { busy: 1 }]])), nothing);
  t.match(pick(fromDevice('**199')), { kind: 'refuse', sip: 404 });
  t.match(pick(fromTrunk('**100')), { kind: 'refuse', sip: 404 }, 'nobody outside picks up');
});

t.test('a short number leaves as it was dialled', async (t) => {
  t.match(decide(fromDevice('1177')).plan, { kind: 'out', to: '1177' });
});

t.test('without a trunk, a call out is refused with a reason', async (t) => {
  const alone = directoryOf({ ...anka, trunks: [] });
  t.match(decide(fromDevice('0701234568'), alone).plan, {
    kind: 'refuse',
    sip: 503,
    say: 'refuse-no-trunk',
  });
});

for (const dialled of ['999', '*77', '0', '#']) {
  t.test(`${dialled} from a device is a 404 with a spoken reason`, async (t) => {
    t.match(decide(fromDevice(dialled)).plan, { kind: 'refuse', sip: 404, say: 'refuse-unknown' });
  });
}

t.test('from a trunk, neither an extension nor a foreign number leads anywhere', async (t) => {
  for (const dialled of ['100', '+46701234568', '*98', '112']) {
    t.match(decide(fromTrunk(dialled)).plan, { kind: 'refuse', sip: 404 }, dialled);
  }
});

t.test('a caller from outside is shown in E.164 with the name that came', async (t) => {
  t.match(decide(fromTrunk('+46812345600', '070-111 11 11', 'Åsa & Co')).plan, {
    shown: { number: '+46701111111', name: 'Åsa & Co', hidden: false },
  });
});

t.test('a caller who hides is hidden', async (t) => {
  t.match(decide({ ...fromTrunk('+46812345600'), callerHidden: true }).plan, {
    shown: { number: '', name: '', hidden: true },
    shownOnMobiles: { hidden: true },
  });
});

t.test('a person without a device gets a message taken', async (t) => {
  const deviceless = directoryOf({
    ...anka,
    users: new Map([[anna.extension, { ...anna, devices: [] }]]),
  });
  t.match(decide(fromTrunk('+46812345600'), deviceless).plan, {
    kind: 'voicemail',
    mailbox: '100',
  });
});

t.test('*98 from the own device opens the own mailbox without a PIN', async (t) => {
  t.match(decide(fromDevice('*98')).plan, { kind: 'mailbox', mailbox: '101', pin: 'waived' });
});

t.test('*98100 from a colleague’s device asks for its PIN', async (t) => {
  t.match(decide(fromDevice('*98100')).plan, { kind: 'mailbox', mailbox: '100', pin: 'asked' });
});

t.test('a mailbox that was guessed at is closed to those who come with a PIN', async (t) => {
  const locks = new Map([[bjorn.id, epochMs(now + 1)]]);
  const outside: Question = {
    ...fromTrunk('mailbox'),
    again: { kind: 'mailbox', domain: 'anka.example', extension: '101' as Extension },
  };
  t.match(decide(outside, office, locks).plan, { kind: 'refuse', say: 'refuse-locked' });
  t.match(decide(fromDevice('*98101', '102-app'), office, locks).plan, { say: 'refuse-locked' });
  t.match(
    decide(fromDevice('*98'), office, locks).plan,
    { kind: 'mailbox' },
    'but not to its owner',
  );
  const later = route(outside, world(office, locks), epochMs(now + 1));
  t.match(later.plan, { kind: 'mailbox', pin: 'asked' }, 'and no longer than said');
});

t.test('a mailbox that does not exist sounds like one that is locked', async (t) => {
  const { plan } = decide({
    ...fromTrunk('mailbox'),
    again: { kind: 'mailbox', domain: 'anka.example', extension: '999' as Extension },
  });
  t.match(plan, { kind: 'refuse', sip: 403, say: 'refuse-locked' });
});

t.test('an account that the directory does not know is left to FreeSWITCH', async (t) => {
  t.match(decide(fromDevice('100', 'stranger')).plan, { kind: 'native' });
});

for (const dialled of ['112', '90000', '0112', '00112', '+46112']) {
  t.test(`S058: ${dialled} is never decided here`, async (t) => {
    t.match(decide(fromDevice(dialled)).plan, { kind: 'native' });
  });
}

t.test('whatever is dialled by whomever, there is a plan and a reason', async () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.string(),
      fc.boolean(),
      (dialled, number, name, out) => {
        const question = out ? fromTrunk(dialled, number, name) : fromDevice(dialled);
        return decide(question).trace.length > 0;
      },
    ),
  );
});
