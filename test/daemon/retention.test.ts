import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import t, { type Test } from 'tap';
import { listActivities } from '../../common/db/activities.ts';
import { setCalendarEntry } from '../../common/db/calendar-entries.ts';
import { addStatusPlan, listStatusPlans } from '../../common/db/status-plans.ts';
import { addUser } from '../../common/db/users.ts';
import { openMessages } from '../../common/db/message-store.ts';
import { migrate } from '../../common/db/migrate.ts';
import { openDb } from '../../common/db/open.ts';
import { addOrganisation, listOrganisations } from '../../common/db/organisations.ts';
import { setSetting } from '../../common/db/settings.ts';
import { openLog } from '../../common/log.ts';
import { type EpochMs, epochMs } from '../../common/time.ts';
import { layoutOf } from '../../daemon/freeswitch/layout.ts';
import { forgetOld } from '../../daemon/retention/forget-old.ts';
import { keepRetention } from '../../daemon/retention/keep-retention.ts';
import { leaveMessage } from '../support/message-store.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = epochMs(Date.UTC(2026, 10, 24, 3));
const ago = (days: number): EpochMs => epochMs(NOW - days * DAY);

async function company(t: Test) {
  const state = t.testdir({});
  const db = openDb(join(state, 'vaxel.db'));
  t.teardown(() => db.destroy());
  await migrate(db);
  for (const domain of ['anka.example', 'gas.example']) {
    await addOrganisation(db, { domain, name: domain, areaCode: '08' }, NOW);
  }
  const ids = (await listOrganisations(db)).map(({ id }) => id) as [string, string];
  const logged: Record<string, unknown>[] = [];
  const to = new Writable({
    write(chunk: Buffer, _, done) {
      logged.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  const layout = layoutOf(state);
  const journal = join(state, 'journal');
  const deps = { db, layout, journal, log: openLog('test', 'info', to) };
  const call = async (leg: string, organisation: string | null, at: EpochMs) => {
    const text = { caller: '100', dialled: '101', question: '{}', plan: '{}', trace: '[]' };
    await db
      .insertInto('decision')
      .values({ leg, organisation_id: organisation, user_id: null, at, ...text })
      .execute();
    for (const each of [leg, `${leg}-rung`]) {
      const times = { started_at: at, rang_at: null, answered_at: null, ended_at: at };
      const rest = { device_id: null, caller: '', dialled: '', cause: '', native: 0 as const };
      await db
        .insertInto('call_leg')
        .values({ leg: each, call: leg, direction: 'in', heard: '[]', ...times, ...rest })
        .execute();
    }
  };
  const left = async () => {
    const decisions = await db.selectFrom('decision').select('leg').orderBy('leg').execute();
    const legs = await db.selectFrom('call_leg').select('leg').orderBy('leg').execute();
    return [decisions, legs].map((rows) => rows.map(({ leg }) => leg).join(' '));
  };
  return { state, db, ids, deps, layout, journal, logged, call, left };
}

t.test('each organisation’s calls are forgotten when it says', async (t) => {
  const { db, ids, deps, logged, call, left } = await company(t);
  const [anka, gas] = ids;
  t.match(await setSetting(db, gas, 'keep-calls-days', '0'), { kind: 'refused' });
  t.match(await setSetting(db, gas, 'keep-calls-days', '3651'), { kind: 'refused' });
  t.match(await setSetting(db, gas, 'keep-calls-days', '7'), { kind: 'set' });
  await call('a-old', anka, ago(91));
  await call('a-new', anka, ago(89));
  await call('g-old', gas, ago(8));
  await call('g-new', gas, ago(6));
  await call('n-old', null, ago(91));
  await call('n-new', null, ago(89));
  await forgetOld(deps, NOW);
  t.strictSame(await left(), [
    'a-new g-new n-new',
    'a-new a-new-rung g-new g-new-rung n-new n-new-rung',
  ]);
  t.match(
    logged.map(({ organisation, cause, count }) => [organisation, cause, count]),
    [
      ['anka.example', 'legs of calls', 2],
      ['anka.example', 'decisions', 1],
      ['gas.example', 'legs of calls', 2],
      ['gas.example', 'decisions', 1],
      [undefined, 'legs of calls', 2],
      [undefined, 'decisions', 1],
    ],
    'and it is written down how many',
  );
  await forgetOld(deps, NOW);
  t.equal(logged.length, 6, 'nothing is said of nothing');
});

t.test(
  'what a calendar said is forgotten when it is over, and no plan that a person made',
  async (t) => {
    const { db, ids, deps } = await company(t);
    const [organisation] = await listOrganisations(db);
    if (organisation === undefined) throw new Error('no company');
    const anna = await addUser(db, organisation, { extension: '100', name: 'Anna Berg' }, NOW);
    const [activity] = await listActivities(db, ids[0]);
    if (anna.kind !== 'added' || activity === undefined) throw new Error('nobody');
    const of = { organisationId: ids[0], userId: anna.user.id, activityId: activity.id };
    for (const [entry, over] of [
      ['old', 1.1],
      ['new', 0.9],
      [undefined, 400],
    ] as const) {
      const plan = { ...of, startsAt: ago(over + 0.1), endsAt: ago(over) };
      if (entry !== undefined) await setCalendarEntry(db, { ...plan, entry }, ago(over + 1));
      else await addStatusPlan(db, { ...plan, repeats: 'never' }, ago(over + 1));
    }
    await forgetOld(deps, NOW);
    t.strictSame(
      (await listStatusPlans(db)).map(({ entry }) => entry),
      [undefined, 'new'],
    );
  },
);

t.test('a year of calls goes in slices, between which calls are decided', async (t) => {
  const { db, ids, deps } = await company(t);
  const text = { caller: '100', dialled: '101', question: '{}', plan: '{}', trace: '[]' };
  const row = { organisation_id: ids[0], user_id: null, at: ago(400), ...text };
  for (let at = 0; at < 12; at += 1) {
    const rows = Array.from({ length: 400 }, (_, n) => ({ leg: `${at}-${n}`, ...row }));
    await db.insertInto('decision').values(rows).execute();
  }
  let turns = 0;
  const beat = setInterval(() => (turns += 1), 5);
  await forgetOld(deps, NOW);
  clearInterval(beat);
  t.strictSame(await db.selectFrom('decision').select('leg').execute(), []);
  t.ok(turns >= 9, `others had ${turns} turns`);
});

t.test('heard messages, what removed people left, and traces have their time', async (t) => {
  const { state, db, ids, deps, layout, journal, logged } = await company(t);
  const user = { language: null, voicemail_pin: null, created_at: 1 };
  await db
    .insertInto('user')
    .values({ id: 'u', organisation_id: ids[0], extension: '100', name: 'Anna', ...user })
    .execute();
  const seconds = (at: EpochMs) => at / 1_000;
  const left = { extension: '100', from: '101', at: seconds(ago(60)) };
  const heardLongAgo = leaveMessage(state, { ...left, readAt: seconds(ago(31)) });
  const heard = leaveMessage(state, { ...left, readAt: seconds(ago(29)) });
  const unheard = leaveMessage(state, left);
  const nobodys = leaveMessage(state, { ...left, extension: '109' });
  const strangers = leaveMessage(state, { ...left, domain: 'elsewhere.example' });
  const elsewhere = leaveMessage(state, { ...left, domain: 'gas.example', extension: '200' });
  const kept = leaveMessage(state, { ...left, domain: 'gas.example', readAt: seconds(ago(31)) });
  await db
    .insertInto('user')
    .values({ id: 'g', organisation_id: ids[1], extension: '100', name: 'Gåsa', ...user })
    .execute();
  t.match(await setSetting(db, ids[1], 'keep-messages-days', 'off'), { kind: 'set' });

  const file = (path: string, at: EpochMs) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'x');
    utimesSync(path, at / 1000, at / 1000);
    return path;
  };
  const old = [
    file(join(layout.greetings, 'nobody.wav'), ago(2)),
    file(join(journal, 'old.jsonl'), ago(15)),
    file(join(layout.cdr, 'unreadable', 'old.json'), ago(15)),
    file(join(layout.unheard, 'old.wav'), ago(31)),
    join(state, heardLongAgo.path),
    join(state, nobodys.path),
    join(state, elsewhere.path),
  ];
  await db
    .insertInto('greeting')
    .values({
      id: 'of-anna',
      user_id: 'u',
      organisation_id: ids[0],
      occasion: 'name',
      created_at: 1,
    })
    .execute();
  const young = [
    file(join(layout.greetings, 'of-anna.wav'), ago(2)),
    file(join(layout.greetings, 'just-coming.wav'), ago(0.5)),
    file(join(journal, 'new.jsonl'), ago(13)),
    file(join(layout.cdr, 'unreadable', 'new.json'), ago(13)),
    file(join(layout.cdr, 'new.cdr.json'), ago(99)),
    file(join(layout.unheard, 'new.wav'), ago(29)),
    ...[heard, unheard, strangers, kept].map(({ path }) => join(state, path)),
  ];
  await forgetOld(deps, NOW);
  t.strictSame(
    old.filter((path) => existsSync(path)),
    [],
  );
  t.strictSame(
    young.filter((path) => !existsSync(path)),
    [],
  );
  const store = openMessages(join(layout.voicemail, 'messages.db'), 0);
  const uuids = (domain: string, extension: string) =>
    store.list({ domain, extension }).map(({ uuid }) => uuid);
  t.strictSame(uuids('anka.example', '100').sort(), [heard.uuid, unheard.uuid].sort());
  t.strictSame(uuids('anka.example', '109'), []);
  t.strictSame(uuids('gas.example', '100'), [kept.uuid]);
  store.close();
  t.match(
    logged.map(({ cause, count }) => `${String(cause)}: ${String(count)}`),
    [
      'heard messages: 1',
      'what removed people left behind: 3',
      'journals: 1',
      'call records that could not be read: 1',
      'messages of blocked callers: 1',
    ],
  );
  t.strictSame(readdirSync(join(layout.voicemail, 'anka.example')), ['100']);
});

t.test('nothing is forgotten by a clock that is wrong', async (t) => {
  const { ids, deps, logged, call, left } = await company(t);
  let wall = NOW;
  let counted = 0;
  const clock = () => wall;
  const retention = keepRetention({ ...deps, clock, counted: () => counted });
  t.teardown(() => retention.stop());
  const pass = async (ms: number, jump = 0) => {
    wall = epochMs(wall + ms + jump);
    counted += ms;
    await retention.look();
    return (await left())[0];
  };
  await retention.look();
  await call('old', ids[0], ago(91));
  t.equal(await pass(9 * 60_000), 'old', 'not right after the start');
  t.equal(await pass(2 * 60_000), '', 'ten minutes later');
  await call('again', ids[0], ago(91));
  t.equal(await pass(HOUR), 'again', 'once a night');
  t.equal(await pass(DAY), '', 'and every night');

  await call('dear', ids[0], ago(10));
  t.equal(await pass(5 * 60_000, 4_000 * DAY), 'dear');
  t.match(logged.at(-1), { level: 40, count: 96_000, msg: /^the clock jumped/ });
  t.equal(await pass(23 * HOUR), 'dear');
  t.equal(await pass(5 * 60_000, -4_000 * DAY), 'dear', 'it was put right within a day');
  t.equal(await pass(2 * DAY), 'dear', 'and nothing is lost');
  await call('old', ids[0], ago(91));
  t.equal(await pass(DAY), 'dear', 'while what has had its time goes again');
});
