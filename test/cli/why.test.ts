import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { saveCallLegs } from '../../common/db/call-legs.ts';
import { copyDatabase } from '../../common/db/copy-database.ts';
import { migrate, MIGRATIONS } from '../../common/db/migrate.ts';
import { openDb } from '../../common/db/open.ts';
import { saveDecisions } from '../../common/db/decisions.ts';
import { epochMs, systemClock } from '../../common/time.ts';
import type { LegId } from '../../daemon/call/event.ts';
import { decisionRecord } from '../../daemon/decisions/record.ts';
import { whatWasSeen } from '../../daemon/decisions/seen.ts';
import { readWorld } from '../../daemon/read-world.ts';
import { route } from '../../daemon/routing/route.ts';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';

const LEG = '7c0e1d52-0000-4000-8000-000000000001';

t.test('a call is tried, explained, bundled and tested again', async (t) => {
  const { call, json, open } = vaxel(t.testdir());
  await json(...ANKA);
  await json(...ANNA);
  await json('user', 'add', '101', '--name', 'Björn Ek', '--number', '+46812345601');
  await json('device', 'add', '100', '--kind', 'desk', '--label', 'Desk');
  await json('device', 'add', '101', '--kind', 'desk', '--label', 'Board');
  await json('trunk', 'add', 'first', '--host', '192.0.2.1');

  const tried = await json('route', '--from', '070-111 11 11', '--to', '100');
  t.match(tried, { code: 0, data: { plan: { kind: 'ring' } } });
  t.match(tried.data['sentences'], [/\+46701111111 ringde Anna Berg\./, /bordstelefonen Desk/]);
  const supposed = await json('route', '--to', '100', '--set', '100=lunch', '--hidden');
  t.match(supposed.data, { plan: { kind: 'referral' }, sentences: [/hemligt nummer/, /Lunch/] });
  const off = await json('route', '--from', '101', '--to', '100', '--down', 'Desk');
  t.match(off.data, { plan: { kind: 'voicemail', mailbox: '100' } });
  t.match((await call(['route', '--to', '100', '--language', 'en'])).out, /was rung: desk phone/);

  const day = ['--day', '2026-12-24', '--from', '101', '--to', '100'];
  t.match((await call(['route', ...day])).out, /00:00 +24:00 +ring 100: Desk/);
  for (const [argv, message] of [
    [['route', '--to', '100', '--at', '25:00'], /is no time/],
    [['route', '--to', '100', '--day', '2026-02-30'], /is no date/],
    [['route', '--to', '100', '--set', '100=picnic'], /no activity picnic/],
    [['route', '--to', '100', '--set', '109=lunch'], /nobody has extension 109/],
    [['route', '--to', '100', '--down', 'Fax'], /no device Fax/],
    [['route', '--to', '100', '--from', 'Eva'], /neither an extension/],
    [['why', 'last'], /no such call/],
    [['why', LEG, '--for', '100'], /goes with last/],
    [['bundle', LEG], /no such call/],
    [['replay', '/nowhere/at-all'], /cannot be replayed/],
  ] as const) {
    const { code, err } = await call([...argv]);
    t.not(code, 0, argv.join(' '));
    t.match(err, message);
  }

  const db = open();
  const world = await readWorld(db);
  const at = systemClock();
  const question = {
    leg: LEG as LegId,
    from: { kind: 'trunk', address: '192.0.2.1' } as const,
    ...{ callerNumber: '+46701111111', callerName: 'Eva Lund', callerHidden: false },
    ...{ dialled: '0812345600', again: undefined },
  };
  const { plan, trace } = route(question, world, at);
  const seen = whatWasSeen(question, plan, world, at);
  await saveDecisions(db, [decisionRecord({ leg: LEG, at, question, plan, trace, seen })]);
  await saveCallLegs(db, [
    {
      ...{ leg: LEG, call: LEG, direction: 'in', deviceId: undefined, caller: '+46701111111' },
      ...{ dialled: '0812345600', startedAt: at, rangAt: undefined, answeredAt: undefined },
      ...{ endedAt: epochMs(at + 9_000), cause: 'ORIGINATOR_CANCEL', native: false, heard: [] },
    },
  ]);
  await db.destroy();

  const why = await json('why', 'last', '--for', '100');
  t.match(why.data['sentences'], [
    /Eva Lund \(\+46701111111\) ringde Anna Berg\.$/,
    'Det ringde hos Anna Berg: bordstelefonen Desk.',
    'Bordstelefonen Desk var inte ansluten och ringde därför inte.',
    /utan att besvaras/,
  ]);
  t.match((await call(['why', LEG, '--language', 'en'])).out, /called Anna Berg/);
  t.match((await call(['why', 'last', '--for', '101'])).err, /no such call/);

  const bundle = await call(['bundle', LEG]);
  t.notMatch(bundle.out, /Anna|Berg|Eva|Lund|701111111|812345600|anka\.example|192\.0\.2/);
  t.match(bundle.out, /NUMBER1/);
  const file = join(t.testdirName, 'bundle.json');
  await call(['bundle', LEG, '--out', file]);
  t.match(JSON.parse(readFileSync(file, 'utf8')), { decisions: [{ plan: { kind: 'ring' } }] });

  const since = new Date(at - 86_400_000).toISOString().slice(0, 10);
  t.match((await call(['backtest', '--since', since])).out, /^0 of 1 calls/);
  const changed = await json('backtest', '--since', since, '--set', '100=lunch');
  t.match(changed.data, {
    tried: 1,
    elsewhere: [{ leg: LEG, went: 'ring 100: Desk', goes: 'referral 100' }],
  });
});

t.test('past calls are routed under a changed copy before the change is made', async (t) => {
  const state = t.testdir({ ours: {}, copy: {}, old: {} });
  const ours = vaxel(join(state, 'ours'));
  await ours.json(...ANKA);
  await ours.json(...ANNA);
  await ours.json('user', 'add', '101', '--name', 'Björn Ek', '--number', '+46812345601');
  await ours.json('device', 'add', '100', '--kind', 'desk', '--label', 'Desk');
  const db = ours.open();
  const at = systemClock();
  const world = await readWorld(db);
  const trunk = { kind: 'trunk', address: '192.0.2.1' } as const;
  const records = ['0812345600', '0812345601'].map((dialled, n) => {
    const question = {
      ...{ leg: `${LEG.slice(0, -1)}${n}` as LegId, from: trunk, callerNumber: '+46701111111' },
      ...{ callerName: '', callerHidden: false, dialled, again: undefined },
    };
    const { plan, trace } = route(question, world, at);
    const seen = whatWasSeen(question, plan, world, at);
    return decisionRecord({ leg: question.leg, at, question, plan, trace, seen });
  });
  // Somebody was called whose phones are others now: no work of the change.
  await saveDecisions(db, records);
  await db.destroy();
  await ours.json('device', 'add', '100', '--kind', 'app', '--label', 'App');

  const [database, copy] = ['ours', 'copy'].map((name) => join(state, name, 'vaxel.db'));
  if (database === undefined || copy === undefined) throw new Error('no file');
  copyDatabase(database, copy);
  const since = new Date(at - 86_400_000).toISOString().slice(0, 10);
  const tried = (file: string) => ours.json('backtest', '--since', since, '--configuration', file);
  t.match((await tried(copy)).data, { tried: 2, elsewhere: [] }, 'nothing differs yet');

  const there = vaxel(join(state, 'copy'));
  await there.json('forward', 'set', '100', '--when', 'always', '--to', '101');
  const before = readFileSync(copy);
  t.match((await tried(copy)).data, {
    tried: 2,
    elsewhere: [{ went: 'ring 100: Desk, App', goes: /101/ }],
  });
  t.ok(readFileSync(copy).equals(before), 'the copy is only read');
  t.match(await ours.json('forward', 'show', '100'), { data: [] }, 'and ours is as it was');
  const told = await ours.call(['backtest', '--since', since, '--configuration', copy]);
  t.match(told.out, /^1 of 2 calls.*GOES NOW +WOULD GO/s);

  const backup = join(state, 'old', 'all.tar.gz');
  t.match(await there.json('backup', backup), { code: 0 });
  t.match((await tried(backup)).data, { tried: 2, elsewhere: [{ goes: /101/ }] }, 'or a backup');

  const old = join(state, 'old', 'vaxel.db');
  const older = openDb(old);
  const first = Object.fromEntries(Object.entries(MIGRATIONS).slice(0, 6));
  await migrate(older, first);
  await older.destroy();
  const refusals = [
    [old, /older vaxel, it lacks 0007-teams, .*: .*VAXEL_STATE=/],
    [join(state, 'nowhere.db'), /cannot be read/],
  ] as const;
  for (const [file, message] of refusals) {
    const { code, err } = await ours.call(['backtest', '--since', since, '--configuration', file]);
    t.not(code, 0);
    t.match(err, message);
  }
});

t.test(
  'the last call of somebody is one that rang there, too: for a team, or sent on',
  async (t) => {
    const { call, json, open } = vaxel(t.testdir());
    await json(...ANKA);
    await json(...ANNA);
    for (const [extension, name] of [
      ['101', 'Björn Ek'],
      ['102', 'Cecilia Dahl'],
    ] as const) {
      await json('user', 'add', extension, '--name', name);
      await json('device', 'add', extension, '--kind', 'desk', '--label', 'Desk');
    }
    await json('device', 'add', '100', '--kind', 'desk', '--label', 'Desk');
    await json(
      ...['team', 'add', '200', '--name', 'Kundtjänst', '--members', '101,102'],
      ...['--number', '+46812345620'],
    );
    const db = open();
    t.teardown(() => db.destroy());
    let at = systemClock();
    const called = async (leg: string, dialled: string) => {
      at = epochMs(at + 1_000);
      const world = await readWorld(db);
      const question = {
        ...{ leg: leg as LegId, from: { kind: 'trunk', address: '192.0.2.1' } as const },
        ...{ callerNumber: '+46701111111', callerName: '', callerHidden: false },
        ...{ dialled, again: undefined },
      };
      const { plan, trace } = route(question, world, at);
      const seen = whatWasSeen(question, plan, world, at);
      await saveDecisions(db, [decisionRecord({ leg, at, question, plan, trace, seen })]);
    };
    const last = async (extension: string): Promise<unknown> =>
      (await json('why', 'last', '--for', extension)).data['leg'];

    await called('to-anna', '0812345600');
    t.equal(await last('100'), 'to-anna');
    await json('activity', 'set', '102', 'lunch');
    await called('to-team', '0812345620');
    t.equal(await last('200'), 'to-team');
    t.equal(await last('101'), 'to-team');
    t.match((await call(['why', 'last', '--for', '102'])).err, /no such call/, 'not rung');
    t.equal(await last('100'), 'to-anna', 'not in it');
    await json('forward', 'set', '100', '--when', 'always', '--to', '101');
    await called('sent-on', '0812345600');
    t.equal(await last('100'), 'sent-on');
    t.equal(await last('101'), 'sent-on');
    t.equal(await last('200'), 'to-team');
    t.match(await json('why', 'last', '--for', '999'), {
      code: 1,
      data: { error: { code: 'unknown-user' } },
    });

    await json('user', 'forget', '101', '--yes');
    t.same(await db.selectFrom('decision_rung').selectAll().execute(), [], 'who is forgotten is');
    await json('team', 'remove', '200');
    t.equal((await json('why', 'to-team')).data['leg'], 'to-team');
  },
);

t.test('route says where a call would go at another time', async (t) => {
  const { call, json } = vaxel(t.testdir());
  await json(...ANKA);
  await json(...ANNA);
  await json('device', 'add', '100', '--kind', 'desk', '--label', 'Desk');
  const day = `${new Date().getFullYear() + 1}-03-02`;
  await json(
    ...['activity', 'schedule', '100', 'utbildning'],
    ...['--from', `${day} 10:00`, '--until', `${day} 12:00`],
  );
  const at = async (time: string) => {
    const { code, data } = await json('route', '--to', '100', '--at', time);
    return { code, ...(data['plan'] as unknown as { kind: string }) };
  };
  t.match(await at(`${day}T09:59`), { code: 0, kind: 'ring' });
  t.match(await at(`${day}T10:00`), { code: 0, kind: 'referral' });
  t.match(await at(`${day} 11:59`), { code: 0, kind: 'referral' });
  t.match(await at(`${day}T12:00`), { code: 0, kind: 'ring' });
  const told = await call(['route', '--to', '100', '--at', `${day}T11:00`, '--language', 'en']);
  t.match(told.out, /Anna Berg had Training until 12:00 \(set by the schedule/);
  const { data } = await json('route', '--to', '100', '--at', `${day}T11:00`);
  t.equal(
    new Date(Number(data['at'])).toLocaleString('sv-SE', { timeZone: 'Europe/Stockholm' }),
    `${day} 11:00:00`,
    'by the clock of the organisation',
  );

  await json('activity', 'set', '100', 'lunch', '--until', '+1h');
  const soon = new Date(Date.now() + 3 * 3_600_000);
  const later = soon.toLocaleString('sv-SE', { timeZone: 'Europe/Stockholm' }).slice(0, 16);
  t.match(await json('route', '--to', '100'), { data: { plan: { kind: 'referral' } } });
  t.match(await at(later), { kind: 'ring' }, 'when it has ended');
  const tried = await json('route', '--to', '100', '--at', later, '--set', '100=möte');
  t.match(tried.data, { plan: { kind: 'referral' } }, 'what is supposed holds then');
});
