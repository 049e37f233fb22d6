import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { listActivities, seedMissingActivities } from '../../common/db/activities.ts';
import { addDevice } from '../../common/db/devices.ts';
import { migrate } from '../../common/db/migrate.ts';
import { type Db, openDb } from '../../common/db/open.ts';
import { addOrganisation } from '../../common/db/organisations.ts';
import { readRevision, bumpRevision } from '../../common/db/revision.ts';
import { setCalendarEntry } from '../../common/db/calendar-entries.ts';
import { addStatusPlan, removeStatusPlan } from '../../common/db/status-plans.ts';
import { clearForwards, listForwards, setForward } from '../../common/db/forwards.ts';
import { clearStatus, listStatusLog, setStatus } from '../../common/db/statuses.ts';
import { addUser, findUser, removeUser } from '../../common/db/users.ts';
import { openLog } from '../../common/log.ts';
import type { Extension } from '../../common/phone-number.ts';
import { secretBox } from '../../common/secret-box.ts';
import { type EpochMs, epochMs, systemClock } from '../../common/time.ts';
import { dateOf, dayOf } from '../../daemon/calendar/calendar-date.ts';
import { localTime, momentOf } from '../../daemon/calendar/local-time.ts';
import { loadDirectory } from '../../daemon/directory.ts';
import { openPresence } from '../../daemon/presence-store.ts';
import type { FeaturePress } from '../../daemon/call/event.ts';
import { keepFeatureKeys } from '../../daemon/feature-keys/keep-feature-keys.ts';
import { peopleOf } from '../../daemon/http/people.ts';
import { keepTime, type StatusChanged } from '../../daemon/presence/timekeeper.ts';
import { watchForwards } from '../../daemon/presence/watch-forwards.ts';
import { type ActivityId, activityAt } from '../../daemon/routing/activity.ts';
import { nextOccurrence, occurrenceAt } from '../../daemon/routing/planned-status.ts';
import { presentStatus } from '../../daemon/routing/present-status.ts';
import {
  NOBODY_AWAY,
  type PlannedStatus,
  type Presence,
  type Repetition,
  type Status,
} from '../../daemon/routing/presence.ts';
import { anka, anna, directoryOf } from '../support/office.ts';
import { PATIENCE_MS } from '../support/patience.ts';

const ZONE = anka.zone;

t.test('what was set holds until its end, to the millisecond', async (t) => {
  const lunch = set('lunch', '2026-11-23 12:00', '2026-11-23 13:00');
  const presence = away(lunch, []);
  t.equal(told(presence, '2026-11-23 12:00'), 'lunch to 13:00, then available 11-23 13:00');
  const end = at('2026-11-23 13:00');
  t.equal(presentStatus(anna, anka, presence, epochMs(end - 1)).activity.key, 'lunch');
  t.equal(presentStatus(anna, anka, presence, end).activity.key, 'available');
  t.match(presentStatus(anna, anka, presence, end), { endsAt: undefined, source: undefined });
  t.equal(told(NOBODY_AWAY, '2026-11-23 12:00'), 'available');
});

t.test('what comes next is what will hold then', async (t) => {
  const training = plan('training', '2026-11-23 10:00', '2026-11-23 14:00', 'daily');
  const meeting = plan('meeting', '2026-11-23 11:00', '2026-11-23 11:30');
  const lunch = set('lunch', '2026-11-23 12:00', '2026-11-23 13:00');
  const free = set('available', '2026-11-23 12:15');
  const busy = set('busy', '2026-11-23 09:00');
  const here = set('available', '2026-11-23 09:30', '2026-11-23 12:00');
  const cases: readonly [Presence, now: string, expected: string][] = [
    [away(undefined, [training]), '11-23 09:59', 'available, then training 11-23 10:00'],
    [away(undefined, [training]), '11-23 10:00', 'training to 14:00, then available 11-23 14:00'],
    [away(undefined, [training]), '11-23 14:00', 'available, then training 11-24 10:00'],
    // The later begun of two goes first, and the other on after it.
    [
      away(undefined, [training, meeting]),
      '11-23 10:30',
      'training to 14:00, then meeting 11-23 11:00',
    ],
    [
      away(undefined, [meeting, training]),
      '11-23 11:00',
      'meeting to 11:30, then training 11-23 11:30',
    ],
    // A person's own word goes before the plan, and the plan on after it.
    [away(lunch, [training]), '11-23 12:30', 'lunch to 13:00, then training 11-23 13:00'],
    [away(lunch, [training]), '11-23 13:00', 'training to 14:00, then available 11-23 14:00'],
    // Who says that he is available is so until the next plan begins.
    [away(free, [training]), '11-23 12:30', 'available, then training 11-24 10:00'],
    [away(free, [training]), '11-24 10:00', 'training to 14:00, then available 11-24 14:00'],
    // Who says for how long has it so.
    [away(here, [training]), '11-23 10:30', 'available to 12:00, then training 11-23 12:00'],
    // What has no end ends with the next word only.
    [away(busy, [training]), '11-24 10:30', 'busy'],
  ];
  for (const [presence, now, expected] of cases) {
    t.equal(told(presence, `2026-${now}`), expected, now);
  }
});

t.test('manual goes before the calendar, the calendar before what is planned', async (t) => {
  const calendar = (key: string, from: string, until: string): PlannedStatus => ({
    ...plan(key, `2026-11-23 ${from}`, `2026-11-23 ${until}`),
    source: 'calendar',
  });
  const training = plan('training', '2026-11-23 10:00', '2026-11-23 14:00', 'daily');
  const meeting = calendar('meeting', '09:00', '12:00');
  const lunch = set('lunch', '2026-11-23 11:00', '2026-11-23 11:30');
  const free = set('available', '2026-11-23 09:30');
  const cases: readonly [Presence, now: string, expected: string, source: string][] = [
    [
      away(undefined, [training, meeting]),
      '09:00',
      'meeting to 12:00, then training 11-23 12:00',
      'calendar',
    ],
    [
      away(undefined, [meeting, training]),
      '10:30',
      'meeting to 12:00, then training 11-23 12:00',
      'calendar',
    ],
    [
      away(undefined, [meeting, training]),
      '12:00',
      'training to 14:00, then available 11-23 14:00',
      'schedule',
    ],
    [away(lunch, [training, meeting]), '11:15', 'lunch to 11:30, then meeting 11-23 11:30', 'app'],
    [
      away(lunch, [training, meeting]),
      '11:30',
      'meeting to 12:00, then training 11-23 12:00',
      'calendar',
    ],
    // Rid of the meeting, and not of what begins in its course.
    [away(free, [training, meeting]), '09:40', 'available, then training 11-23 10:00', 'app'],
    [
      away(free, [training, meeting]),
      '10:00',
      'training to 14:00, then available 11-23 14:00',
      'schedule',
    ],
    // Of two meetings the later begun, and then the other on.
    [
      away(undefined, [meeting, calendar('busy', '10:00', '11:00')]),
      '10:00',
      'busy to 11:00, then meeting 11-23 11:00',
      'calendar',
    ],
  ];
  for (const [presence, now, expected, source] of cases) {
    t.equal(told(presence, `2026-11-23 ${now}`), expected, now);
    t.equal(presentStatus(anna, anka, presence, at(`2026-11-23 ${now}`)).source, source, now);
  }
});

t.test('an activity that was removed goes on, one that nobody knows does not', async (t) => {
  const lunch = anka.activities.get('a-lunch' as ActivityId);
  if (lunch === undefined) throw new Error('no lunch');
  const removed = { ...lunch, isRemoved: true };
  const activities = new Map([...anka.activities, [lunch.id, removed]]);
  const presence = away(set('lunch', '2026-11-23 12:00'), []);
  const now = at('2026-11-23 12:30');
  t.equal(presentStatus(anna, { ...anka, activities }, presence, now).activity, removed);
  t.equal(activityAt(activities, anna.id, 1), undefined, 'nobody can dial it');
  const own = { ...lunch, id: 'a-own' as ActivityId, ownedBy: anna.id };
  const withOwn = new Map([...anka.activities, [own.id, own]]);
  t.equal(activityAt(withOwn, anna.id, 1), own, "one's own goes first");
  t.equal(activityAt(withOwn, 'u-101', 1), lunch, 'and is nobody else’s');
  const unknown = away(set('gym', '2026-11-23 12:00'), []);
  t.equal(presentStatus(anna, anka, unknown, now).activity.key, 'available');
});

t.test(
  'a plan keeps to the clock of the wall, over midnight, New Year and both clock changes',
  async (t) => {
    const night = plan('gone', '2026-10-01 22:00', '2026-10-02 06:00', 'daily');
    const early = plan('busy', '2026-03-01 02:30', '2026-03-01 03:30', 'daily');
    const sprung = plan('busy', '2026-03-01 02:10', '2026-03-01 02:40', 'daily');
    const weekend = plan('gone', '2026-11-06 17:00', '2026-11-09 08:00', 'weekly');
    const noon = plan('lunch', '2026-11-22 12:00', '2026-11-22 13:00', 'workdays');
    const few = { ...noon, repeats: 'daily' as const, repeatsUntil: at('2026-11-25 00:00') };
    const cases: readonly [PlannedStatus, now: EpochMs, expected: string][] = [
      [night, at('2026-12-31 21:59'), 'none'],
      [night, at('2026-12-31 23:59'), '12-31 22:00 to 01-01 06:00'],
      [night, at('2027-01-01 00:00'), '12-31 22:00 to 01-01 06:00'],
      [night, at('2027-01-01 06:00'), 'none'],
      // The clock springs from 02:00 to 03:00.
      [early, at('2026-03-29 03:15'), '03-29 03:00 to 03-29 03:30'],
      [sprung, at('2026-03-29 03:00'), 'none'],
      [sprung, at('2026-03-30 02:20'), '03-30 02:10 to 03-30 02:40'],
      // It shows 02:30 twice: from the first of them.
      [early, utc('2026-10-25T00:29:59Z'), 'none'],
      [early, utc('2026-10-25T00:30:00Z'), '10-25 02:30 to 10-25 03:30'],
      [early, utc('2026-10-25T02:29:59Z'), '10-25 02:30 to 10-25 03:30'],
      [early, utc('2026-10-25T02:30:00Z'), 'none'],
      [weekend, at('2026-11-08 12:00'), '11-06 17:00 to 11-09 08:00'],
      [weekend, at('2027-01-03 23:00'), '01-01 17:00 to 01-04 08:00'],
      [weekend, at('2026-11-09 08:00'), 'none'],
      [weekend, at('2026-10-30 18:00'), 'none'],
      // The twenty-second is a Sunday.
      [noon, at('2026-11-22 12:30'), 'none'],
      [noon, at('2026-11-23 12:30'), '11-23 12:00 to 11-23 13:00'],
      [noon, at('2026-12-24 12:30'), 'none'],
      [noon, at('2027-01-06 12:30'), 'none'],
      [noon, at('2027-01-07 12:30'), '01-07 12:00 to 01-07 13:00'],
      [few, at('2026-11-24 12:30'), '11-24 12:00 to 11-24 13:00'],
      [few, at('2026-11-25 12:30'), 'none'],
    ];
    for (const [planned, now, expected] of cases) {
      const found = occurrenceAt(planned, now, { zone: ZONE, hours: undefined });
      const text =
        found === undefined ? 'none' : `${short(found.startsAt)} to ${short(found.endsAt)}`;
      t.equal(text, expected, `${planned.repeats} ${short(planned.startsAt)} at ${short(now)}`);
    }
    const calendar = { zone: ZONE, hours: undefined };
    t.equal(short(nextOccurrence(noon, at('2026-12-23 12:30'), calendar)?.startsAt), '12-28 12:00');
    t.equal(nextOccurrence(few, at('2026-11-24 12:30'), calendar), undefined);
    t.equal(
      short(nextOccurrence(sprung, at('2026-03-28 02:20'), calendar)?.startsAt),
      '03-30 02:10',
    );
  },
);

t.test('nothing changes before the next moment that is told', async (t) => {
  const moments = fc.integer({ min: at('2026-01-01 00:00'), max: at('2028-01-01 00:00') });
  const keys = fc.constantFrom('lunch', 'meeting', 'gone', 'available');
  const plans = fc.record({
    key: keys,
    from: moments,
    minutes: fc.integer({ min: 1, max: 1440 }),
    repeats: fc.constantFrom<Repetition>('never', 'daily', 'weekly', 'workdays'),
  });
  const sets = fc.record({
    key: keys,
    from: moments,
    minutes: fc.option(fc.integer({ min: 1, max: 9_000 })),
  });
  const world = fc.record({
    set: fc.option(sets, { nil: undefined }),
    plans: fc.array(plans, { maxLength: 4 }),
    now: moments,
    share: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  });
  const holds = () => {
    fc.assert(
      fc.property(world, ({ set, plans, now, share }) => {
        const status =
          set &&
          statusOf(
            set.key,
            set.from,
            set.minutes === null ? undefined : set.from + set.minutes * 60_000,
          );
        // Nothing is set in the future.
        if (status !== undefined && status.startedAt > now) return;
        const presence = away(
          status,
          plans.map(({ key, from, minutes, repeats }, n) =>
            planOf(`p${String(n)}`, key, from, from + minutes * 60_000, repeats),
          ),
        );
        const first = presentStatus(anna, anka, presence, epochMs(now));
        const until = first.next?.at ?? now + 40 * 86_400_000;
        if (until <= now) throw new Error('the next moment is not ahead');
        const between = epochMs(now + Math.floor(share * (until - now)));
        const later = presentStatus(anna, anka, presence, between);
        if (later.activity !== first.activity || later.startedAt !== first.startedAt) {
          throw new Error(`${told(presence, short(epochMs(now)))} changed at ${short(between)}`);
        }
        const then = first.next && presentStatus(anna, anka, presence, first.next.at);
        if (then?.activity !== first.next?.activity) throw new Error('something else came next');
      }),
      { numRuns: 400 },
    );
  };
  t.doesNotThrow(holds);
});

t.test('every organisation has the twelve, those of before as well, and only once', async (t) => {
  const { db, organisation } = await company(t);
  t.equal((await listActivities(db, organisation.id)).length, 12);
  await db.deleteFrom('activity').execute();
  await migrate(db);
  const seeded = await listActivities(db, organisation.id);
  t.strictSame(
    seeded.map(({ position, key }) => `${String(position)} ${key ?? ''}`),
    [...anka.activities.values()].map(({ position, key }) => `${String(position)} ${key ?? ''}`),
  );
  await Promise.all([seedMissingActivities(db), seedMissingActivities(db)]);
  await migrate(db);
  t.strictSame(await listActivities(db, organisation.id), seeded, 'nothing is given twice');
  const loaded = (await loadDirectory(db)).organisations.get('anka.example');
  t.strictSame(
    [...(loaded?.activities.values() ?? [])].map((one) => ({ ...one, id: '' })),
    [...anka.activities.values()].map((one) => ({ ...one, id: '' })),
    'routing sees them as the office has them',
  );
});

t.test('of two who set a status at once the later holds, and the log has both', async (t) => {
  const { db, organisation, users, activity } = await company(t);
  const [user = ''] = users;
  const whose = { organisationId: organisation.id, userId: user };
  const now = at('2026-11-23 12:00');
  const by = (key: string, version?: number) =>
    setStatus(
      db,
      { ...whose, source: 'app', activityId: activity(key), endsAt: undefined, version },
      now,
    );
  const [a, b] = await Promise.all([by('lunch'), by('meeting')]);
  t.match(
    [a, b],
    [
      { kind: 'set', status: { version: 1 } },
      { kind: 'set', status: { version: 2 } },
    ],
  );
  t.match(await listStatusLog(db, user, 9), [{ activityName: 'Möte' }, { activityName: 'Lunch' }]);
  t.match(await by('busy', 1), { kind: 'refused', why: 'set-meanwhile', status: { version: 2 } });
  t.match(await by('busy', 2), { kind: 'set', status: { version: 3 } });
  const told = await clearStatus(db, { ...whose, source: 'code' }, now);
  t.match(told, { kind: 'set', status: { activityId: activity('available'), version: 4 } });
  const refusals = [
    ['end-passed', { endsAt: now }],
    ['bad-note', { note: 'x'.repeat(281) }],
    ['bad-note', { note: 'two\nlines' }],
    ['unknown-activity', { activityId: 'nobody' }],
    ['unknown-user', { userId: 'nobody' }],
  ] as const;
  for (const [why, wrong] of refusals) {
    const wanted = {
      ...whose,
      source: 'app' as const,
      activityId: activity('lunch'),
      endsAt: undefined,
    };
    t.match(await setStatus(db, { ...wanted, ...wrong }, now), { kind: 'refused', why });
  }
  t.equal((await listStatusLog(db, user, 9)).length, 4, 'a refusal is not logged');
  const note = '🌲'.repeat(280);
  t.match(
    await setStatus(
      db,
      { ...whose, source: 'app', activityId: activity('lunch'), endsAt: undefined, note },
      now,
    ),
    { kind: 'set', status: { note } },
    'a character is one, however it is kept',
  );
});

t.test('the picture is renewed from what is new, and from nothing else', async (t) => {
  const { db, organisation, users, activity } = await company(t);
  const [one = '', two = ''] = users;
  const log = openLog('test', 'silent');
  const store = await openPresence(db, log);
  t.match(store.current(), { statuses: new Map(), forwards: new Map(), plans: new Map() });
  const whose = { organisationId: organisation.id, source: 'app' as const };
  const now = at('2026-11-23 12:00');
  const set = (userId: string, key: string) =>
    setStatus(db, { ...whose, userId, activityId: activity(key), endsAt: undefined }, now);

  await set(one, 'lunch');
  const first = await store.renew();
  t.match(first.statuses.get(one), { activity: activity('lunch'), version: 1, startedAt: now });
  await set(two, 'meeting');
  const second = await store.renew();
  t.equal(second.statuses.get(one), first.statuses.get(one), 'what did not change is the same');
  t.equal(first.statuses.get(two), undefined, 'a picture that was taken stays as it was');
  t.equal(second.plans, first.plans);
  t.equal(await store.renew(), second, 'nothing new, nothing read');

  const planned = { ...whose, activityId: activity('training'), repeats: 'daily' as const };
  const times = { startsAt: at('2026-11-24 10:00'), endsAt: at('2026-11-24 14:00') };
  const added = await addStatusPlan(db, { ...planned, ...times, userId: one }, now);
  if (added.kind === 'refused') throw new Error(added.why);
  t.match((await store.renew()).plans.get(one), [{ repeats: 'daily', ...times }]);
  // One goes and one comes between two looks: as many as before.
  t.ok(await removeStatusPlan(db, { organisation_id: organisation.id, id: added.plan.id }));
  await addStatusPlan(db, { ...planned, ...times, userId: two }, now);
  const third = await store.renew();
  t.strictSame([third.plans.has(one), third.plans.has(two)], [false, true]);
  for (const [why, wrong] of [
    ['end-before-start', { endsAt: times.startsAt }],
    ['plan-overlaps-itself', { endsAt: at('2026-11-25 10:01') }],
    ['end-passed', { repeatsUntil: now }],
    ['end-before-start', { repeatsUntil: times.startsAt }],
  ] as const) {
    const wanted = { ...planned, ...times, userId: one, ...wrong };
    t.match(await addStatusPlan(db, wanted, now), { kind: 'refused', why });
  }

  await forward(db, organisation.id, one, 1);
  t.match((await store.renew()).forwards.get(one), {
    busy: { to: { kind: 'number', number: '+46701234567' } },
  });
  await db.deleteFrom('forward').execute();
  await forward(db, organisation.id, one, 0);
  t.equal((await store.renew()).forwards.get(one), undefined, 'one that is off is none');

  await removeUser(db, organisation.id, '100', now);
  await bumpRevision(db, 'presence');
  t.equal((await store.renew()).plans.get(one), undefined);
  await db.destroy();
  const last = store.current();
  t.equal(await store.renew(), last, 'without the database calls go on from memory');
});

t.test('the end of a status is told when it comes, and when it was missed', async (t) => {
  let now = at('2026-11-23 12:00');
  let presence = away(set('lunch', '2026-11-23 12:00', '2026-11-23 13:00'), [
    plan('training', '2026-11-23 12:30', '2026-11-23 14:00', 'daily'),
  ]);
  let directory = directoryOf(anka);
  const heard: string[] = [];
  const timekeeper = keepTime({
    directory: () => directory,
    presence: () => presence,
    clock: () => now,
    onChange: (change) => heard.push(said(change)),
  });
  t.teardown(() => {
    timekeeper.stop();
  });
  const look = (text: string) => {
    now = at(`2026-11-${text}`);
    timekeeper.look();
    return heard.splice(0);
  };
  t.strictSame(look('23 12:59'), [], 'what held at the start is no news');
  t.strictSame(look('23 13:00'), ['100 lunch → training']);
  t.strictSame(look('23 13:00'), [], 'once');
  t.strictSame(look('24 10:00'), ['100 training → available'], 'a machine that slept notices');
  t.strictSame(look('24 12:30'), ['100 available → training']);
  t.strictSame(look('23 12:10'), ['100 training → lunch'], 'the clock was put back');
  t.strictSame(look('23 12:11'), []);
  presence = away(set('busy', '2026-11-23 12:11'), []);
  t.strictSame(look('23 12:12'), ['100 lunch → busy']);
  directory = directoryOf({ ...anka, activities: new Map(anka.activities) });
  t.strictSame(look('23 12:13'), [], 'a directory that was read again is no news');
  const busy = [...anka.activities.values()].find(({ key }) => key === 'busy');
  if (busy === undefined) throw new Error('no busy');
  const open = new Map([...anka.activities, [busy.id, { ...busy, rings: true }]]);
  directory = directoryOf({ ...anka, activities: open });
  t.strictSame(look('23 12:14'), ['100 busy → busy'], 'one that was opened is');
});

t.test('one timer stands for the next end', async (t) => {
  const ends = epochMs(systemClock() + 60);
  const presence = away(statusOf('lunch', ends - 1_000, ends), []);
  const told = new EventEmitter();
  const timekeeper = keepTime({
    directory: () => directoryOf(anka),
    presence: () => presence,
    clock: systemClock,
    onChange: (change) => told.emit('change', change, systemClock()),
  });
  t.teardown(() => {
    timekeeper.stop();
  });
  const [change, when] = (await once(told, 'change', {
    signal: AbortSignal.timeout(PATIENCE_MS),
  })) as [StatusChanged, number];
  t.equal(said(change), '100 lunch → available');
  t.ok(when >= ends, 'not a millisecond early');
});

t.test('the Do Not Disturb key and the status are one thing, on every phone', async (t) => {
  const { db, organisation, user, activity, desk, renew, clock, ...rig } = await phones(t);
  const press = (on: boolean, when = clock.now) => {
    rig.press({ key: 'do-not-disturb', on }, when);
  };
  const busy = (to: string, on: boolean) => `${to} busy ${on}`;
  const both = (on: boolean) => rig.both(`busy ${on}`);
  const held = `${desk} call-1`;

  rig.press(undefined);
  const forwards = ['always off ', 'busy off ', 'no-answer off  4'];
  const told = [busy(held, false), ...forwards.map((each) => `${held} ${each}`)];
  t.strictSame(await rig.told(4), told.sort(), 'who asks is told');
  press(true);
  t.strictSame(await rig.told(2), both(true), 'every phone lights');
  t.match(await listStatusLog(db, user, 9), [
    { activityName: 'Upptagen', source: 'phone', endsAt: at('2026-11-23 12:30') },
  ]);
  // A phone that presses its own key when it is told of it.
  press(true, epochMs(clock.now + 5_000));
  t.strictSame(await rig.told(1), [busy(held, true)]);
  press(true, epochMs(clock.now + 5_100));
  press(true, epochMs(clock.now + 5_200));
  rig.press(undefined, epochMs(clock.now + 5_300));
  t.equal((await rig.told(4)).length, 4, 'an echo is not answered');
  t.equal((await listStatusLog(db, user, 9)).length, 1, 'nor set again');
  clock.now = at('2026-11-23 12:30');
  rig.look();
  t.strictSame(await rig.told(2), both(false), 'its end is told');
  const whose = { organisationId: organisation.id, userId: user, source: 'app' as const };
  await setStatus(db, { ...whose, activityId: activity('busy'), endsAt: undefined }, clock.now);
  await renew();
  t.strictSame(await rig.told(2), both(true), 'what is set elsewhere lights them too');
  press(false);
  t.strictSame(await rig.told(2), both(false));
  t.match(await listStatusLog(db, user, 1), [{ activityName: 'Tillgänglig', source: 'phone' }]);
  await setStatus(db, { ...whose, activityId: activity('lunch'), endsAt: undefined }, clock.now);
  await renew();
  press(false, epochMs(clock.now + 10_000));
  t.strictSame(await rig.told(1), [busy(held, false)]);
  t.match(await listStatusLog(db, user, 1), [{ activityName: 'Lunch' }], 'lunch goes on');
  press(true, epochMs(clock.now + 20_000));
  t.strictSame(await rig.told(1), [busy(held, false)], 'and the key does not light');
  t.match(await listStatusLog(db, user, 1), [{ activityName: 'Lunch' }], 'what was said by hand');
  await clearStatus(db, whose, clock.now);
  const [meeting, startsAt] = [activity('meeting'), epochMs(clock.now + 1)];
  const times = { startsAt, endsAt: epochMs(startsAt + 7_200_000) };
  const entry = { ...times, userId: user, organisationId: organisation.id, entry: 'e-1' };
  await setCalendarEntry(db, { ...entry, activityId: meeting }, clock.now);
  clock.now = startsAt;
  await renew();
  press(true, epochMs(clock.now + 30_000));
  t.strictSame(await rig.told(2), both(true), 'a calendar does not keep it from its work');

  const home = { ...whose, activityId: activity('home-office'), endsAt: undefined };
  await setStatus(db, home, clock.now);
  await renew();
  t.strictSame(await rig.told(2), both(false), 'who chooses an open activity later is disturbed');
  t.match(rig.present(), { activity: { key: 'home-office', rings: true }, source: 'app' });
  press(true, epochMs(clock.now + 40_000));
  t.strictSame(await rig.told(2), both(true), 'and presses the key again for rest');
  t.match(rig.present(), { activity: { key: 'busy' }, source: 'phone' });
});

t.test('the forward keys and the forwards are one thing, on every phone', async (t) => {
  const { db, organisation, user, owner, desk, renew, clock, ...rig } = await phones(t);
  const { both } = rig;
  let when = clock.now;
  const press = (reason: 'always' | 'busy' | 'no-answer', on: boolean, to = '', later = 5_000) => {
    when = epochMs(when + later);
    rig.press({ key: 'forward', reason, on, to }, when);
  };
  const forwards = async () =>
    (await listForwards(db, organisation.id, user)).map(
      ({ reason, to, active, source }) => `${reason} ${JSON.stringify(to)} ${active} ${source}`,
    );

  press('always', true, '070-123 45 67');
  t.strictSame(await rig.told(2), both('always on +46701234567'), 'every phone lights');
  t.strictSame(await forwards(), ['always {"kind":"number","number":"+46701234567"} true phone']);
  // A phone that presses its own key when it is told of it.
  press('always', true, '+46701234567');
  t.strictSame(await rig.told(1), [`${desk} call-1 always on +46701234567`]);
  press('always', true, '+46701234567', 100);
  press('always', true, '+46701234567', 100);
  press('busy', true, '101');
  t.strictSame(await rig.told(2), both('busy on 101'), 'an echo is not answered');

  for (const to of ['112', '100', '0900-123 45 67', 'rubbish', '999']) {
    press('no-answer', true, to);
    t.strictSame(await rig.told(1), [`${desk} call-1 no-answer off  4`], `${to}: back it goes`);
  }
  press('no-answer', true);
  t.strictSame(await rig.told(1), [`${desk} call-1 no-answer off  4`], 'to nowhere');
  press('no-answer', true, '*98');
  t.strictSame(await rig.told(2), both('no-answer on *98 4'), 'voicemail is its code');

  press('always', false);
  t.strictSame(await rig.told(2), both('always off +46701234567'), 'the number is kept');
  press('always', true);
  t.strictSame(await rig.told(2), both('always on +46701234567'), 'and put on again');

  const ends = epochMs(clock.now + 60_000);
  const target = { kind: 'extension', extension: '101', otherwise: undefined } as const;
  const to = { ...target, extension: '101' as Extension };
  await setForward(db, owner, { reason: 'always', to, endsAt: ends, source: 'admin' }, clock.now);
  await renew();
  t.strictSame(await rig.told(2), both('always on 101'), 'what is set elsewhere is shown');
  await clearForwards(db, owner, 'busy', 'code', clock.now);
  await renew();
  t.strictSame(await rig.told(2), both('busy off 101'));
  clock.now = ends;
  rig.look();
  t.strictSame(await rig.told(2), both('always off 101'), 'its end, too');
  rig.press(undefined);
  t.equal((await rig.told(4)).length, 4, 'and nothing more was said');
});

t.test('a key is obeyed for whose password was asked for', async (t) => {
  const { owner, db, organisation, desk, app, keys, clock, ...rig } = await phones(t);
  const sent = (from: string, to: string | undefined, at = clock.now) => {
    const where = { domain: 'anka.example', subscription: 'call-1' };
    const press = { key: 'forward', reason: 'always', on: true, to: '101' } as const;
    keys.note({ kind: 'feature-key', at: clock.now, username: from, ...where, press });
    if (to === undefined) return;
    keys.note({ kind: 'feature-key-owner', at, username: to, ...where });
  };
  sent(desk, app);
  sent(desk, undefined);
  sent(desk, desk, epochMs(clock.now + 60_000));
  keys.note({
    ...{ kind: 'feature-key-owner', at: clock.now, username: desk },
    ...{ domain: 'anka.example', subscription: 'call-1' },
  });
  rig.press(undefined);
  const told = await rig.told(4);
  t.ok(told.includes(`${desk} call-1 always off `), 'none of these was obeyed');
  sent(desk, desk);
  t.strictSame(await rig.told(2), rig.both('always on 101'));
  t.equal((await listForwards(db, organisation.id, owner.id)).length, 1);
});

/** Anna with two phones, their keys, and all that is said to them. */
async function phones(t: Test) {
  const { db, organisation, users, activity } = await company(t);
  const [user = ''] = users;
  const owner = await findUser(db, organisation.id, '100');
  if (owner === undefined) throw new Error('nobody has 100');
  const accounts: string[] = [];
  for (const kind of ['desk', 'app'] as const) {
    const added = await addDevice(db, secretBox(randomBytes(32)), owner, { kind }, epochMs(1));
    if (added.kind === 'added') accounts.push(added.device.username ?? '');
  }
  const [desk = '', app = ''] = accounts;
  const directory = await loadDirectory(db);
  const store = await openPresence(db, openLog('test', 'silent'));
  const clock = { now: at('2026-11-23 12:00') };
  const sent: string[] = [];
  const done = new EventEmitter();
  const look = () => {
    statuses.look();
    forwards.look();
  };
  const renew = async () => {
    await store.renew();
    look();
  };
  const keys = keepFeatureKeys({
    db,
    directory: () => directory,
    presence: () => store.current(),
    renew,
    control: () => ({
      send: (line, headers = {}) => {
        sent.push(`${headers['user'] ?? ''} ${headers['call-id'] ?? 'all'} ${shown(headers)}`);
        done.emit('sent');
        return Promise.resolve(line);
      },
    }),
    clock: () => clock.now,
    log: openLog('test', 'silent'),
  });
  const watched = { presence: () => store.current(), clock: () => clock.now };
  const statuses = keepTime({
    ...watched,
    directory: () => directory,
    onChange: (change) => {
      keys.tell(change);
    },
  });
  const forwards = watchForwards({
    ...{ ...watched, people: () => peopleOf(directory) },
    onChange: (change) => {
      keys.tellForward(change);
    },
  });
  t.teardown(() => {
    statuses.stop();
    forwards.stop();
  });
  const press = (wanted: FeaturePress | undefined, when = clock.now) => {
    const where = { username: desk, domain: 'anka.example', subscription: 'call-1' };
    keys.note({ kind: 'feature-key', at: when, ...where, press: wanted });
    keys.note({ kind: 'feature-key-owner', at: when, ...where });
  };
  const told = async (count: number) => {
    const limit = { signal: AbortSignal.timeout(PATIENCE_MS) };
    while (sent.length < count) await once(done, 'sent', limit);
    return sent.splice(0).sort();
  };
  const both = (words: string) => [`${desk} all ${words}`, `${app} all ${words}`].sort();
  const present = () => {
    const [anna] = [...peopleOf(directory).values()].filter(({ user: { id } }) => id === user);
    if (anna === undefined) throw new Error('nobody has 100');
    return presentStatus(anna.user, anna.organisation, store.current(), clock.now);
  };
  return {
    ...{ db, organisation, user, owner, activity, desk, app, keys, clock },
    ...{ renew, look, press, told, both, present },
  };
}

/** `busy true`, `always on 101`, `no-answer off +46701234567 4` */
function shown(headers: Readonly<Record<string, string>>): string {
  const { doNotDisturbOn, ringCount } = headers;
  if (doNotDisturbOn !== undefined) return `busy ${doNotDisturbOn}`;
  const names = {
    forward_immediate: 'always',
    forward_busy: 'busy',
    forward_no_answer: 'no-answer',
  };
  for (const [header, name] of Object.entries(names)) {
    const to = headers[header];
    if (to === undefined) continue;
    const on = headers[`${header}_enabled`] === 'true' ? 'on' : 'off';
    return `${name} ${on} ${to.trim()}${ringCount === undefined ? '' : ` ${ringCount}`}`;
  }
  return 'nothing';
}

async function company(t: Test) {
  const db = openDb(join(t.testdir({}), 'vaxel.db'));
  t.teardown(() => db.destroy());
  await migrate(db);
  const now = at('2026-01-01 00:00');
  const added = await addOrganisation(db, { domain: 'anka.example', name: 'Anka' }, now);
  if (added.kind === 'refused') throw new Error(added.why);
  const { organisation } = added;
  const users: string[] = [];
  for (const [extension, name] of [
    ['100', 'Anna Berg'],
    ['101', 'Björn Ek'],
  ] as const) {
    const user = await addUser(db, organisation, { extension, name }, now);
    if (user.kind === 'refused') throw new Error(user.why);
    users.push(user.user.id);
  }
  const all = await listActivities(db, organisation.id);
  const activity = (key: string) => all.find((one) => one.key === key)?.id ?? 'none';
  return { db, organisation, users, activity };
}

async function forward(db: Db, organisation_id: string, user_id: string, active: 0 | 1) {
  await bumpRevision(db, 'presence');
  const revision = await readRevision(db, 'presence');
  await db
    .insertInto('forward')
    .values({
      ...{ user_id, organisation_id, active, revision },
      reason: 'busy',
      target_kind: 'number',
      target: '+46701234567',
      ends_at: null,
      source: 'code',
      set_at: 1,
    })
    .execute();
}

const said = ({ user, was, is }: StatusChanged) =>
  `${user.extension} ${was.activity.key ?? ''} → ${is.activity.key ?? ''}`;

/** `lunch to 13:00, then available 11-23 13:00` */
function told(presence: Presence, now: string): string {
  const { activity, endsAt, next } = presentStatus(anna, anka, presence, at(now));
  const end = endsAt === undefined ? '' : ` to ${short(endsAt).slice(6)}`;
  const then = next === undefined ? '' : `, then ${next.activity.key ?? ''} ${short(next.at)}`;
  return `${activity.key ?? ''}${end}${then}`;
}

function away(status: Status | undefined, plans: readonly PlannedStatus[]): Presence {
  return {
    ...NOBODY_AWAY,
    statuses: new Map(status === undefined ? [] : [[anna.id, status]]),
    plans: new Map([[anna.id, plans]]),
  };
}

function set(key: string, from: string, until?: string): Status {
  return statusOf(key, at(from), until === undefined ? undefined : at(until));
}

function statusOf(key: string, from: number, until: number | undefined): Status {
  return {
    activity: `a-${key}` as ActivityId,
    note: '',
    startedAt: epochMs(from),
    endsAt: until === undefined ? undefined : epochMs(until),
    source: 'app',
    setBy: '101' as Extension,
    version: 1,
  };
}

function plan(key: string, from: string, until: string, repeats: Repetition = 'never') {
  return planOf(key, key, at(from), at(until), repeats);
}

function planOf(
  id: string,
  key: string,
  from: number,
  until: number,
  repeats: Repetition,
): PlannedStatus {
  return {
    id,
    activity: `a-${key}` as ActivityId,
    note: '',
    startsAt: epochMs(from),
    endsAt: epochMs(until),
    repeats,
    repeatsUntil: undefined,
    source: 'schedule',
  };
}

/** `2026-11-23 12:00` by the wall clock of Stockholm. */
function at(text: string): EpochMs {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/\D/).map(Number);
  return momentOf(dayOf(year, month, day), hour * 60 + minute, ZONE);
}

const utc = (text: string): EpochMs => epochMs(Date.parse(text));

/** `11-23 12:00` */
function short(moment: EpochMs | undefined): string {
  if (moment === undefined) return 'never';
  const { day, minute } = localTime(moment, ZONE);
  const date = dateOf(day);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.month)}-${two(date.day)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
