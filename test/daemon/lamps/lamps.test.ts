import t from 'tap';
import { openLog } from '../../../common/log.ts';
import { type EpochMs, epochMs, seconds } from '../../../common/time.ts';
import { VaxelError } from '../../../common/errors.ts';
import type { CallId, LampAsked, LegFacts, LegId } from '../../../daemon/call/event.ts';
import type { Lamp, LampState } from '../../../daemon/call/lamp.ts';
import { keepLamps, type Lamps } from '../../../daemon/lamps/keep-lamps.ts';
import { lampRows } from '../../../daemon/lamps/rows.ts';
import { personLamp } from '../../../daemon/lamps/shown.ts';
import type { LampActivity } from '../../../daemon/lamps/truth.ts';
import { createLines } from '../../../daemon/lines/lines.ts';
import type { LineState, Reach } from '../../../daemon/lines/line.ts';
import { anka, anna, bjorn, directoryOf, office } from '../../support/office.ts';

const rowsOf = (lamps: Lamps) => lampRows(lamps.entries(), (moment) => moment);

const LIT = { closed: 'lit', unreachable: 'lit' } as const;
const none = () => Promise.resolve(0);
const nobodyElse = { tell: () => Promise.resolve() };
const nobody = () => Promise.resolve(new Set<number>());
const DARK = { closed: 'dark', unreachable: 'dark' } as const;

// BelledonneCommunications/linphone-desktop#1006, tomek-o/tSIP#20, NethServer/dev#7050 and #7990.
t.test('#1006, #20: free is not away; #7050, #7990: closed is busy, there or not', async (t) => {
  const table: readonly (readonly [LineState, boolean, Reach, LampState, LampState])[] = [
    ['idle', false, 'reachable', 'off', 'off'],
    ['idle', true, 'reachable', 'busy', 'off'],
    ['idle', false, 'unreachable', 'busy', 'off'],
    ['idle', false, 'unknown', 'busy', 'off'],
    ['ringing', true, 'unreachable', 'ringing', 'ringing'],
    ['busy', false, 'reachable', 'busy', 'busy'],
    ['held', true, 'unknown', 'held', 'held'],
  ];
  for (const [state, closed, reach, lit, dark] of table) {
    const now = { line: { state, reach }, closed };
    t.equal(personLamp(now, LIT), lit, `${state}, ${closed ? 'closed' : 'open'}, ${reach}`);
    t.equal(personLamp(now, DARK), dark, 'the same where an organisation leaves it dark');
  }
});

const lampOf = (name: string, kind: Lamp['kind'] = 'vaxel'): Lamp => ({
  kind,
  name,
  domain: 'anka.example',
});

/** Lamps of the office, with a FreeSWITCH that notes what it is told. */
function begin() {
  const told: string[] = [];
  const late: number[] = [];
  const lines = createLines(office);
  lines.registered(['100-desk@anka.example', '101-desk@anka.example']);
  let now = epochMs(1_000_000);
  let mode: 'takes' | 'gone' | 'loses' = 'takes';
  let activity: LampActivity | undefined;
  let forwarded = false;
  let calls = 0;
  let parked = new Set<number>();
  const asks: string[] = [];
  const freeswitch = {
    send: (line: string, headers: Readonly<Record<string, string>> = {}) => {
      if (mode === 'loses') return Promise.reject(new VaxelError('ESL_DISCONNECTED', 'lost', {}));
      const to = headers['call-id'] ?? 'all';
      told.push(
        `${line} ${headers['proto'] ?? ''}+${headers['from'] ?? ''} ${headers['answer-state'] ?? ''} ${to}`,
      );
      return Promise.resolve('+OK');
    },
  };
  const lamps = keepLamps({
    directory: () => office,
    lines,
    activityOf: (user) => (user === anna.id ? activity : undefined),
    isForwarded: () => forwarded,
    newMessages: (mailbox) => Promise.resolve(mailbox === '101@anka.example' ? 2 : 0),
    parked: (domain) => {
      asks.push(domain);
      return Promise.resolve(mode === 'gone' ? undefined : parked);
    },
    control: () => (mode === 'gone' ? undefined : freeswitch),
    log: openLog('test', 'silent'),
    clock: () => now,
    orphans: nobodyElse,
    onTold: (ms) => late.push(ms),
  });
  const asked = (lamp: Lamp, subscription: string, expires = 600): LampAsked => ({
    ...{ kind: 'lamp-asked', at: now, lamp, subscription },
    ...{ watcher: '101-desk@anka.example', expires: seconds(expires) },
  });
  const leg: LegFacts = {
    ...{ leg: 'b' as LegId, call: 'a' as CallId, at: epochMs(1), direction: 'out' },
    ...{ from: { name: 'A & B <x>', number: '+46701234568' }, dialled: '', markers: {} },
    ...{ startedAt: undefined, answeredAt: undefined },
    owner: { user: anna.id, device: undefined, role: 'phone' },
  };
  return {
    told,
    late,
    lines,
    lamps,
    asked,
    at: (ms: EpochMs | number) => (now = epochMs(now + ms)),
    freeswitch: (is: typeof mode) => (mode = is),
    does: (what: LampActivity | undefined) => (activity = what),
    forwards: (is: boolean) => (forwarded = is),
    parks: (...slots: readonly number[]) => (parked = new Set(slots)),
    asks,
    rings: () => {
      lines.note({ kind: 'leg-ringing', media: false, ...leg, leg: `b${calls}` as LegId });
    },
    ends: () => {
      lines.note({ kind: 'leg-ended', cause: 'other', ...leg, leg: `b${calls}` as LegId });
      calls += 1;
    },
    /** What was told since the last time. */
    since: async (): Promise<readonly string[]> => {
      await new Promise(setImmediate);
      return told.splice(0).map((each) => each.replace('sendevent PRESENCE_IN ', ''));
    },
  };
}

// signalwire/freeswitch#2741, kamailio/kamailio#1489.
t.test(
  '#2741: who asks is told what all are shown, alone; #1489: who has gone is not',
  async (t) => {
    const { lamps, asked, since, rings, ends } = begin();
    lamps.asked(asked(lampOf('100'), 's1'));
    t.strictSame(await since(), ['vaxel+100@anka.example terminated all']);
    rings();
    t.strictSame(await since(), ['vaxel+100@anka.example early all']);
    lamps.asked(asked(lampOf('100'), 's2'));
    t.strictSame(await since(), ['vaxel+100@anka.example early s2'], 'with its Call-ID');
    rings();
    t.strictSame(await since(), [], 'what is shown already is not said again');
    ends();
    t.strictSame(await since(), ['vaxel+100@anka.example terminated all'], 'the end is an end');
    lamps.asked(asked(lampOf('100'), 's1', 0));
    lamps.asked(asked(lampOf('100'), 's2', 0));
    rings();
    t.strictSame(await since(), [], 'who has gone is not told');
    t.strictSame(lamps.counts(), { watched: 0, wrong: 0 });
  },
);

t.test('one id for each lamp, and nothing a caller typed (traps 1 and 2)', async (t) => {
  const { told, lamps, asked, since, rings } = begin();
  const sent: Readonly<Record<string, string>>[] = [];
  const lines = createLines(office);
  const own = keepLamps({
    ...{
      directory: () => office,
      lines,
      activityOf: () => undefined,
      isForwarded: () => false,
      newMessages: none,
      parked: nobody,
      clock: () => epochMs(1),
      orphans: nobodyElse,
    },
    log: openLog('test', 'silent'),
    control: () => ({
      send: (_: string, headers: Readonly<Record<string, string>> = {}) => {
        sent.push(headers);
        return Promise.resolve('+OK');
      },
    }),
  });
  own.asked(asked(lampOf('100'), 's1'));
  own.asked(asked(lampOf('100'), 's2'));
  await since();
  t.equal(new Set(sent.map((headers) => headers['unique-id'])).size, 1);
  t.match(sent[0]?.['unique-id'], /^\w+$/, 'no hyphen, and of no channel');
  lamps.asked(asked(lampOf('100'), 's1'));
  rings();
  await since();
  t.notMatch(told.join() + JSON.stringify(sent), /A & B|46701234568/);
});

t.test('2600hz/kazoo#388: what FreeSWITCH did not take is told when it looks again', async (t) => {
  const { lamps, late, asked, since, rings, ends, freeswitch, at } = begin();
  lamps.asked(asked(lampOf('100'), 's1'));
  await since();
  for (const how of ['gone', 'loses'] as const) {
    freeswitch(how);
    rings();
    t.strictSame(await since(), []);
    t.match(rowsOf(lamps), [{ told: 'off', true: 'ringing' }], how);
    at(2_500);
    t.strictSame(lamps.counts(), { watched: 1, wrong: 1 }, 'counted after two seconds');
    freeswitch('takes');
    await lamps.reconcile();
    t.strictSame(await since(), ['vaxel+100@anka.example early all']);
    t.strictSame(lamps.counts(), { watched: 1, wrong: 0 });
    ends();
    await since();
  }
  await lamps.reconcile();
  t.strictSame(await since(), [], 'only differences are sent');
  t.strictSame(late, [2_500, 0, 2_500, 0], 'and how late each was is told');
});

// fusionpbx/fusionpbx#2035, asterisk/asterisk#793, chan-sccp/chan-sccp#324.
t.test('#2035, #793, #324: after a restart all is told anew, what is lit first', async (t) => {
  const { lamps, asked, since, rings, at } = begin();
  for (const name of ['101', '102']) lamps.asked(asked(lampOf(name), `s-${name}`));
  rings();
  await since();
  const lasts = 600_000;
  await lamps.again([
    { lamp: lampOf('101'), subscription: 's-101', watcher: '101-desk@anka.example', lasts },
    { lamp: lampOf('100'), subscription: 's-100', watcher: '101-desk@anka.example', lasts },
  ]);
  const all = await since();
  t.equal(all.length, 3);
  t.ok(
    all.findIndex((each) => each.startsWith('vaxel+100')) <
      all.findIndex((each) => each.startsWith('vaxel+101')),
  );
  at(700_000);
  await lamps.reconcile();
  t.strictSame(lamps.counts(), { watched: 0, wrong: 0 }, 'who has not renewed is forgotten');
});

t.test('what our own subscription reads, and is not true, is told anew', async (t) => {
  const { lamps, asked, since, rings, at } = begin();
  const lamp = lampOf('100');
  lamps.asked(asked(lamp, 's1'));
  lamps.asked({ ...asked(lamp, 'own'), watcher: 'vaxel-canary@anka.example' });
  t.strictSame((await since()).toSorted(), [
    'vaxel+100@anka.example terminated all',
    'vaxel+100@anka.example terminated own',
  ]);
  t.equal(rowsOf(lamps).length, 1, 'ours is no phone');
  lamps.saw(lamp, 'off');
  rings();
  await since();
  lamps.confirm([lamp]);
  t.strictSame(await since(), [], 'what is on its way is waited for');
  lamps.saw(lamp, 'ringing');
  at(10_000);
  lamps.confirm([lamp]);
  t.strictSame(lamps.counts(), { watched: 1, wrong: 0 });
  lamps.saw(lamp, 'off');
  t.match(rowsOf(lamps), [{ told: 'ringing', true: 'ringing', seen: 'off' }]);
  at(400);
  lamps.confirm([lamp]);
  t.strictSame(await since(), ['vaxel+100@anka.example early all']);
  t.equal(lamps.healed(), 1);
  at(1_700);
  t.strictSame(lamps.counts(), { watched: 1, wrong: 1 }, 'told is not seen');
  lamps.saw(lamp, 'ringing');
  t.strictSame(lamps.counts(), { watched: 1, wrong: 0 });
  lamps.saw(lamp, 'off');
  lamps.saw(lamp, undefined);
  at(5_000);
  lamps.confirm([lamp]);
  t.strictSame(await since(), [], 'what is no longer looked at says nothing');
  t.strictSame(lamps.counts(), { watched: 1, wrong: 0 });
});

t.test('a phone of another organisation is told nothing, neither at first nor later', async (t) => {
  const { lamps, asked, since, rings, ends, at } = begin();
  const lamp = lampOf('100');
  const stranger = { ...asked(lamp, 'theirs'), watcher: '200-desk@gran.example' };
  lamps.asked(asked(lamp, 's1'));
  lamps.asked(asked(lamp, 's2'));
  lamps.asked({ ...asked(lamp, 'own'), watcher: 'vaxel-canary@anka.example' });
  await since();
  lamps.asked(stranger);
  t.strictSame(await since(), []);
  const each = (state: string) =>
    ['s1', 's2', 'own'].map((to) => `vaxel+100@anka.example ${state} ${to}`);
  rings();
  t.strictSame(await since(), each('early'), 'all but that one');
  ends();
  t.strictSame(await since(), each('terminated'));
  t.equal(rowsOf(lamps).length, 2);

  at(700_000);
  await lamps.reconcile();
  for (const to of ['s1', 's2']) lamps.asked(asked(lamp, to));
  await since();
  rings();
  t.strictSame(await since(), ['vaxel+100@anka.example early all'], 'once it has gone');

  const lasts = 600_000;
  const row = { lamp, subscription: 's1', watcher: '101-desk@anka.example', lasts };
  await lamps.again([
    row,
    { ...row, subscription: 's2' },
    { ...row, subscription: 'own', watcher: 'vaxel-canary@anka.example' },
    { ...row, subscription: 'theirs', watcher: '200-desk@gran.example' },
  ]);
  t.strictSame(await since(), each('early'), 'after a restart too');

  const byAddress = begin();
  byAddress.lamps.asked(byAddress.asked(lamp, 's1'));
  byAddress.lamps.asked({
    ...byAddress.asked({ ...lamp, domain: '127.0.0.1' }, 'theirs'),
    watcher: '200-desk@gran.example',
  });
  await byAddress.since();
  byAddress.rings();
  t.strictSame(
    await byAddress.since(),
    ['vaxel+100@anka.example early s1'],
    'under FreeSWITCH’s own address neither',
  );
});

// fusionpbx/fusionpbx#2194, 2600hz/kazoo#3236, FreePBX/issue-tracker#268, chan-sccp/chan-sccp#317.
t.test('#2194, #3236, #268, #317: an absence reaches the lamp, and ends', async (t) => {
  const { lamps, asked, since, does, rings } = begin();
  for (const kind of ['vaxel', 'activity', 'dnd', 'voicemail', 'night'] as const) {
    lamps.asked(asked(lampOf('100', kind), kind));
  }
  await since();
  does({ closed: true, label: 'Lunch' });
  lamps.look([anna.id, bjorn.id]);
  t.strictSame(await since(), [
    'vaxel+100@anka.example confirmed all',
    'activity+100@anka.example confirmed all',
    'dnd+100@anka.example confirmed all',
  ]);
  rings();
  t.strictSame(
    await since(),
    ['vaxel+100@anka.example early all'],
    'a call that rings all the same can be picked up',
  );
  does({ closed: false, label: 'Home office' });
  lamps.look([anna.id]);
  t.strictSame(await since(), ['dnd+100@anka.example terminated all']);
});

// NethServer/dev#8122, OpenSIPS/opensips#380: there one NOTIFY too many that was not answered ended it all.
t.test(
  '#8122, #380: a dead phone is forgotten in its time, and back it is told at once',
  async (t) => {
    const { lamps, asked, since, rings, ends, at } = begin();
    lamps.asked(asked(lampOf('100'), 'dead'));
    lamps.asked(asked(lampOf('100'), 's2'));
    await since();
    at(300_000);
    lamps.asked(asked(lampOf('100'), 's2'));
    await lamps.reconcile();
    t.equal(rowsOf(lamps).length, 2, 'until then it counts');
    await since();
    at(400_000);
    await lamps.reconcile();
    t.equal(rowsOf(lamps).length, 1);
    rings();
    await since();
    lamps.asked(asked(lampOf('100'), 'alive again'));
    t.strictSame(await since(), ['vaxel+100@anka.example early alive again']);
    ends();
    t.strictSame(await since(), ['vaxel+100@anka.example terminated all']);
  },
);

t.test('a forward of everything lights its lamp, whoever set or ended it', async (t) => {
  const { lamps, asked, since, forwards } = begin();
  lamps.asked(asked(lampOf('100', 'forward'), 's'));
  await since();
  forwards(true);
  await lamps.reconcile();
  t.strictSame(await since(), ['forward+100@anka.example confirmed all']);
  forwards(false);
  await lamps.reconcile();
  t.strictSame(await since(), ['forward+100@anka.example terminated all']);
});

t.test('an organisation may leave lamps dark', async (t) => {
  const directory = directoryOf({ ...anka, lamps: DARK });
  const lines = createLines(directory);
  const lamps = keepLamps({
    ...{
      directory: () => directory,
      lines,
      newMessages: none,
      parked: nobody,
      control: () => undefined,
      orphans: nobodyElse,
    },
    ...{ activityOf: () => ({ closed: true, label: 'Lunch' }), isForwarded: () => false },
    clock: () => epochMs(1),
    log: openLog('test', 'silent'),
  });
  lamps.asked({
    ...{ kind: 'lamp-asked', at: epochMs(1), lamp: lampOf('100'), subscription: 's' },
    ...{ watcher: '101-desk@anka.example', expires: seconds(60) },
  });
  lamps.asked({
    ...{ kind: 'lamp-asked', at: epochMs(1), lamp: lampOf('999'), subscription: 's9' },
    ...{ watcher: '101-desk@anka.example', expires: seconds(60) },
  });
  t.strictSame(
    [...lamps.entries()].map((entry) => entry.true),
    ['off', 'off'],
    'a lamp of nobody too',
  );
});

t.test(
  'S051: a key of a colleague’s mailbox, from its first moment to its last message',
  async (t) => {
    const { lamps, asked, since } = begin();
    lamps.asked(asked(lampOf('101', 'voicemail'), 's1'));
    t.strictSame(await since(), [
      'voicemail+101@anka.example terminated all',
      'voicemail+101@anka.example confirmed all',
    ]);
    lamps.messages('101@anka.example', 1);
    t.strictSame(await since(), [], 'one of two heard');
    lamps.messages('101@anka.example', 0);
    t.strictSame(await since(), ['voicemail+101@anka.example terminated all']);
  },
);

t.test('a place in which a call waits is lit, for as long as it does', async (t) => {
  const { lamps, asked, since, parks, asks, freeswitch } = begin();
  parks(7);
  lamps.asked(asked(lampOf('7', 'slot'), 's1'));
  t.strictSame(await since(), [
    'slot+7@anka.example terminated all',
    'slot+7@anka.example confirmed all',
  ]);
  for (const name of ['8', '0', '100', 'x']) lamps.asked(asked(lampOf(name, 'slot'), name));
  await since();
  asks.splice(0);
  parks(8);
  await lamps.reconcile();
  t.strictSame((await since()).toSorted(), [
    'slot+7@anka.example terminated all',
    'slot+8@anka.example confirmed all',
  ]);
  t.strictSame(asks, ['anka.example'], 'one question, however many keys');
  parks(7);
  asks.splice(0);
  await lamps.parkingChanged('other.example');
  t.strictSame([asks, await since()], [[], []], 'nobody watches there');
  await lamps.parkingChanged('anka.example');
  t.strictSame(asks, ['anka.example']);
  t.strictSame((await since()).toSorted(), [
    'slot+7@anka.example confirmed all',
    'slot+8@anka.example terminated all',
  ]);
  parks(8);
  await lamps.reconcile();
  await since();
  freeswitch('gone');
  await lamps.reconcile();
  t.match(
    rowsOf(lamps).find(({ name }) => name === '8'),
    { true: 'busy' },
    'what cannot be asked is as it was',
  );
});
