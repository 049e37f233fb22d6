import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compare, type Logged, type Placed, readCallLog } from '../bench/soak/call-ledger.ts';
import { complaintsOf } from '../bench/soak/complaints.ts';
import { notFlat, type Trend } from '../bench/soak/gauges.ts';
import { saveCallLegs } from '../common/db/call-legs.ts';
import { migrate } from '../common/db/migrate.ts';
import { openDb } from '../common/db/open.ts';
import { epochMs } from '../common/time.ts';
import type { OutgoingCall } from './support/sip/outgoing-call.ts';

const at = epochMs(1_774_774_800_000);

/** A call whose INVITE ended so. */
const endedWith = (status: number) => ({ finalResponse: () => ({ status }) }) as OutgoingCall;

const placed = (more: Partial<Placed> = {}): Placed => ({
  ...{ at, caller: '100-app', callee: ['101'] },
  ...{ call: endedWith(200), takenBy: '101-desk' },
  ...more,
});

const logged = (more: Partial<Logged> = {}): Logged => ({
  ...{ leg: 'l-1', at: at + 40, caller: '100-app', callee: ['101'] },
  ...{ answered: true, cause: 'NORMAL_CLEARING', takenBy: ['101-desk'] },
  ...more,
});

t.test('a soak compares the log with SIP call by call', async (t) => {
  t.strictSame(compare([placed()], [logged()]), []);
  t.match(compare([placed(), placed()], [logged()]), [/100-app to 101 .* is not in the log/]);
  t.match(compare([placed()], [logged(), logged({ leg: 'l-2' })]), [/l-2 .* nobody placed it/]);
  const anothers = compare([placed()], [logged({ caller: '102-app' })]);
  t.match(anothers, [/is not in the log/, /nobody placed it/], 'as many, and another’s');
  t.match(compare([placed()], [logged({ callee: ['102'] })]), [/not in the log/, /nobody/]);
  t.match(compare([placed()], [logged({ at: at + 60_000 })]), [/not in the log/, /nobody/]);
  t.strictSame(compare([placed()], [logged({ callee: [] })]), [], 'one that names nobody');
  t.match(compare([placed()], [logged({ answered: false })]), [/ended with 200; .* not answered/]);
  t.match(compare([placed()], [logged({ takenBy: ['101-app'] })]), [
    /taken by 101-desk; .* 101-app/,
  ]);
  const up = { call: endedWith(487) };
  const cancelled = { answered: false, cause: 'ORIGINATOR_CANCEL', takenBy: [] };
  t.strictSame(
    compare([{ ...up, at, caller: '100-app', callee: ['101'] }], [logged(cancelled)]),
    [],
  );
  t.match(
    compare(
      [{ ...up, at, caller: '100-app', callee: ['101'] }],
      [logged({ ...cancelled, cause: 'NO_ANSWER' })],
    ),
    [/given up; the log says NO_ANSWER/],
  );
});

t.test('a soak knows of a call in the log whom it was for, and who took it', async (t) => {
  const file = join(t.testdir(), 'vaxel.db');
  const db = openDb(file);
  await migrate(db);
  const leg = {
    ...{ call: 'l-1', deviceId: undefined, startedAt: at, rangAt: at, endedAt: at },
    ...{ cause: 'NORMAL_CLEARING', native: false, heard: [] },
  };
  await saveCallLegs(db, [
    { ...leg, leg: 'l-1', direction: 'in', caller: '100-app', dialled: 'leave', answeredAt: at },
    { ...leg, leg: 'l-2', direction: 'out', caller: '100', dialled: '101-desk', answeredAt: at },
    {
      ...{ ...leg, leg: 'l-3', direction: 'out', caller: '100', dialled: '101-app' },
      answeredAt: undefined,
    },
  ]);
  await db.destroy();
  t.strictSame(readCallLog(file), [logged({ leg: 'l-1', at })]);
});

t.test('a soak judges handles always, and memory where a life was long enough', async (t) => {
  const trend = (more: Partial<Trend>): Trend => ({
    ...{ program: 'vaxel-daemon', fell: 0, residentMb: 100, mbPerMinute: 0, minutes: 5 },
    ...{ handles: [30, 31] },
    ...more,
  });
  t.strictSame(notFlat([trend({})]), []);
  t.match(notFlat([trend({ handles: [30, 41] })]), [
    /^vaxel-daemon has 41 files open, and had 30$/,
  ]);
  t.match(notFlat([trend({ mbPerMinute: 4 })]), [
    /^vaxel-daemon grew by 20\.0 MB in 5\.0 minutes$/,
  ]);
  t.strictSame(notFlat([trend({ mbPerMinute: 40, minutes: 1 })]), [], 'nothing can be told yet');
  const callers = { program: 'this caller', handles: [3, 99] as const, mbPerMinute: 99 };
  t.strictSame(notFlat([trend(callers)]), [], 'the callers are no part of vaxel');
});

t.test('a soak reads complaints, and lets those of its faults pass', async (t) => {
  const state = t.testdir({ log: { 'vaxel-provisioning.log': '' } });
  const says = (...lines: readonly (object | string)[]) => {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    writeFileSync(join(state, 'log', 'vaxel-daemon.log'), `${text.join('\n')}\n`);
    return complaintsOf(state);
  };
  t.strictSame(complaintsOf(state), ['vaxel-daemon has no log']);
  t.strictSame(says({ level: 30, msg: 'call routed' }, { level: 40, msg: 'out of reach' }), []);
  const lost = { message: 'gone', code: 'ESL_DISCONNECTED' };
  t.strictSame(says({ level: 50, msg: 'no answer', err: lost }), []);
  const full = { message: 'no room', code: 'DISK_FULL' };
  t.strictSame(says({ level: 50, msg: 'not written', err: full }), [
    'vaxel-daemon: not written: no room: DISK_FULL',
  ]);
  t.strictSame(says('[UnhandledPromiseRejection: x]'), [
    'vaxel-daemon: [UnhandledPromiseRejection: x]',
  ]);
});
