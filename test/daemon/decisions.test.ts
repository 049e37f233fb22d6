import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { legsOfCall } from '../../common/db/call-legs.ts';
import {
  type NewDecision,
  decisionsOfLeg,
  lastDecidedLeg,
  saveDecisions,
} from '../../common/db/decisions.ts';
import { migrate } from '../../common/db/migrate.ts';
import { type Db, openDb } from '../../common/db/open.ts';
import { openLog } from '../../common/log.ts';
import { epochMs } from '../../common/time.ts';
import type { LegId } from '../../daemon/call/event.ts';
import type { Question } from '../../daemon/call/question.ts';
import type { Decision } from '../../daemon/decisions/decision.ts';
import { keepDecisions } from '../../daemon/decisions/keep-decisions.ts';
import { leftCalls } from '../../daemon/decisions/left-calls.ts';
import { keepSpent } from '../../daemon/keep-spent.ts';
import { readDecision } from '../../daemon/decisions/record.ts';
import { recordDecisions, saveIn } from '../../daemon/decisions/recorder.ts';
import { whatWasSeen } from '../../daemon/decisions/seen.ts';
import { openSpool } from '../../daemon/decisions/spool.ts';
import { NO_CONTACTS } from '../../daemon/routing/contacts.ts';
import { NOBODY_AWAY } from '../../daemon/routing/presence.ts';
import { route } from '../../daemon/routing/route.ts';
import type { World } from '../../daemon/routing/world.ts';
import { callRecord } from '../support/call-record.ts';
import { eventually } from '../support/eventually.ts';
import { office } from '../support/office.ts';

const now = epochMs(1_774_774_800_000);
const log = openLog('test', 'silent');
const world: World = {
  directory: office,
  presence: NOBODY_AWAY,
  contacts: NO_CONTACTS,
  locks: new Map(),
  calls: new Map(),
  spent: new Map(),
};

const LEG = '7c0e1d52-0000-4000-8000-000000000001';
const question = (leg = LEG): Question => ({
  leg: leg as LegId,
  from: { kind: 'trunk', address: '192.0.2.1' },
  callerNumber: '0701111111',
  callerName: 'Åsa',
  callerHidden: false,
  dialled: '0812345600',
  again: undefined,
});

function decision(leg = LEG): Decision {
  const asked = question(leg);
  const { plan, trace } = route(asked, world, now);
  const seen = whatWasSeen(asked, plan, world, now);
  return { leg, at: now, question: asked, plan, trace, seen };
}

async function database(): Promise<Db> {
  const db = openDb(':memory:');
  await migrate(db);
  return db;
}

t.test('a decision comes back as it was made', async (t) => {
  const db = await database();
  const recorder = recordDecisions({ save: saveIn(db), log });
  const made = decision();
  recorder.note(made);
  await recorder.stop();
  const [record] = await decisionsOfLeg(db, LEG);
  t.match(record, { caller: '+46701111111', dialled: '0812345600', at: now });
  t.equal(record?.userId, undefined, 'nobody of that id is in this database');
  t.same(record && readDecision(record), JSON.parse(JSON.stringify(made)));
  t.match(made.seen, {
    calleeId: 'u-100',
    organisationId: 'o-anka',
    revisions: { directory: 1, presence: 0, contacts: 0 },
    people: [{ extension: '100', name: 'Anna Berg', calls: 0, forwards: [] }],
  });
  await db.destroy();
});

t.test('decisions are written beside the calls, in batches and in order', async (t) => {
  const db = await database();
  const sizes: number[] = [];
  const recorder = recordDecisions({
    save: async (records) => {
      sizes.push(records.length);
      await saveDecisions(db, records);
    },
    log,
    gatherMs: 5,
  });
  for (let i = 0; i < 60; i += 1) recorder.note(decision(`leg-${String(i).padStart(8, '0')}`));
  t.same(sizes, [], 'nothing is written while a call is decided');
  await eventually('all written', () => recorder.counts().waiting === 0);
  await recorder.stop();
  t.same(sizes, [25, 25, 10]);
  t.match(await decisionsOfLeg(db, 'leg-00000059'), [{ leg: 'leg-00000059' }]);
  await db.destroy();
});

t.test('a full disk loses nothing until memory runs short, and then the oldest', async (t) => {
  const db = await database();
  let full = true;
  const save = async (records: readonly NewDecision[]): Promise<void> => {
    if (full) throw new Error('no space left');
    await saveDecisions(db, records);
  };
  const recorder = recordDecisions({ save, log, most: 30, gatherMs: 1, retryMs: 20 });
  for (let i = 0; i < 40; i += 1) recorder.note(decision(`leg-${String(i).padStart(8, '0')}`));
  await recorder.flushed();
  t.same(recorder.counts(), { waiting: 30, lost: 10 });
  full = false;
  await eventually('written by itself', () => recorder.counts().waiting === 0);
  t.same(await decisionsOfLeg(db, 'leg-00000009'), [], 'the tenth was one too many');
  t.equal((await decisionsOfLeg(db, 'leg-00000010')).length, 1);
  t.equal((await decisionsOfLeg(db, 'leg-00000039')).length, 1);
  await recorder.stop();
  await db.destroy();
});

t.test('FreeSWITCH’s records are taken in once, whenever they come', async (t) => {
  const db = await database();
  const folder = t.testdir();
  const spool = openSpool({ folder, db, log, clock: () => epochMs(Date.parse('2030-01-01')) });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
  };
  const at = now;
  const caller = callRecord(LEG, {
    startedAt: at,
    endedAt: at + 30_000,
    variables: { vx_native: 'true', hangup_cause: 'NORMAL%5FCLEARING' },
    heard: [
      ['set', 'x=y.wav', at],
      ['playback', 'file_string:///p/sv/a.wav!/p/sv/made/b.wav', at + 1_000],
      ['voicemail', 'default anka.example 100', at + 5_000],
    ],
  });
  const desk = callRecord('8c0e1d52-0000-4000-8000-000000000002', {
    startedAt: at + 100,
    endedAt: at + 9_000,
    variables: {
      direction: 'outbound',
      originating_leg_uuid: LEG,
      call_uuid: '8c0e1d52-0000-4000-8000-000000000002',
      presence_data: 'vaxel/u-100/d-anna-desk',
      progress_uepoch: `${at + 300}000`,
      hangup_cause: 'NO_ANSWER',
    },
  });
  write(`a_${LEG}.cdr.json`, caller);
  write('8c0e1d52-0000-4000-8000-000000000002.cdr.json', desk);
  write('half.cdr.json', desk.slice(0, 200));
  write('readme', 'not a record');
  t.equal(await spool.take(), 2);
  write(`a_${LEG}.cdr.json`, caller);
  t.equal(await spool.take(), 1, 'taken again');
  const legs = await legsOfCall(db, LEG);
  t.equal(legs.length, 2, 'and known once');
  t.match(legs, [
    {
      leg: LEG,
      direction: 'in',
      native: true,
      deviceId: undefined,
      cause: 'NORMAL_CLEARING',
      heard: [
        { at: at + 1_000, what: ['a', 'b'] },
        { at: at + 5_000, what: ['message'] },
      ],
    },
    { direction: 'out', deviceId: 'd-anna-desk', rangAt: at + 300, cause: 'NO_ANSWER' },
  ]);
  t.same(readdirSync(folder).sort(), ['readme', 'unreadable']);
  t.same(readdirSync(join(folder, 'unreadable')), ['half.cdr.json']);
  await db.destroy();
});

t.test('a record that is still being written is left in peace', async (t) => {
  const db = await database();
  const folder = t.testdir({ 'new.cdr.json': '{"variables":' });
  const file = join(folder, 'new.cdr.json');
  utimesSync(file, new Date(now), new Date(now));
  const spool = openSpool({ folder, db, log, clock: () => epochMs(now + 1_000) });
  t.equal(await spool.take(), 0);
  t.ok(existsSync(file));
  await db.destroy();
});

t.test('a call that FreeSWITCH took by itself is remembered too', async (t) => {
  const db = await database();
  const keeper = keepDecisions({ db, spool: t.testdir(), log, clock: () => now });
  keeper.native(LEG, 'FreeSWITCH, or another daemon, was first', world);
  keeper.routed(question('leg-00000001'), route(question(), world, now), world, now);
  await keeper.settle();
  await keeper.stop();
  const [record] = await decisionsOfLeg(db, LEG);
  t.match(record && readDecision(record), { plan: { kind: 'native' }, question: undefined });
  t.equal(await lastDecidedLeg(db, 'o-anka', undefined), 'leg-00000001');
  await db.destroy();
});

t.test('what left in the last hour is counted by its class after a restart, too', async (t) => {
  const db = await database();
  t.teardown(() => db.destroy());
  const recorder = recordDecisions({ save: saveIn(db), log });
  for (const [leg, dialled] of [
    ['leg-00000001', '0701234568'],
    ['leg-00000002', '004722123456'],
    ['leg-00000003', '1177'],
    ['leg-00000004', '112'],
  ] as const) {
    const from = { kind: 'device', username: '101-desk', domain: 'anka.example' } as const;
    const asked = { ...question(leg), from, dialled };
    const { plan, trace } = route(asked, world, now);
    const seen = whatWasSeen(asked, plan, world, now);
    recorder.note({ leg, at: now, question: asked, plan, trace, seen });
  }
  await recorder.stop();
  const spent = keepSpent(await leftCalls(db, now), () => false).at(now);
  const began = { domestic: [now], abroad: [now], premium: [] };
  t.strictSame(
    [...spent.values()],
    [
      { live: 3, began },
      { live: 3, began },
    ],
  );
});

t.test('calls that left before an upgrade are nobody’s to count, and stop no start', async (t) => {
  const db = await database();
  t.teardown(() => db.destroy());
  const blank = { organisation_id: null, user_id: null, caller: '', dialled: '' };
  const row = { ...blank, at: now, question: '{}', trace: '[]' };
  const payer = { user: 'anna', organisation: 'anka', class: 'abroad' };
  await db
    .insertInto('decision')
    .values([
      { ...row, leg: 'old', plan: JSON.stringify({ kind: 'out', to: '+46701111111' }) },
      {
        ...{ ...row, leg: 'older' },
        plan: JSON.stringify({
          kind: 'out',
          payer: { user: 'anna', organisation: 'anka', dear: true },
        }),
      },
      { ...row, leg: 'new', plan: JSON.stringify({ kind: 'out', payer }) },
    ])
    .execute();
  t.strictSame(await leftCalls(db, now), [{ leg: 'new', at: now, payer }]);
});
