import t from 'tap';
import { addActivity } from '../../../common/db/activity-changes.ts';
import { setSetting } from '../../../common/db/settings.ts';
import { listStatusLog } from '../../../common/db/statuses.ts';
import { STANDARD_ACTIVITIES } from '../../../common/standard-activities.ts';
import { epochMs } from '../../../common/time.ts';
import { listenTo } from '../../support/api-client.ts';
import { apiRig } from '../../support/api-rig.ts';
import { checked, codeOf } from '../../support/checked-api.ts';

const HOUR = 3_600_000;

t.test(
  'a person sets their own status, a colleague another’s, a service for whom it says',
  async (t) => {
    const rig = await apiRig(t);
    const ask = checked(t, rig.port, rig.routes);
    const anna = (await rig.token('100')).text;
    const bjorn = (await rig.token('101')).text;
    const desk = (await rig.token()).text;
    const put = (token: string, body: object, extension = '100') =>
      ask('put', `/v1/statuses/${extension}`, { token, body });

    const stream = await listenTo(rig.port, bjorn);
    await stream.next('snapshot', ({ event }) => event === 'snapshot');
    const own = await put(anna, { activity: 'lunch', until: '+90m', note: 'Tapas 🍤' });
    t.match(own.body, {
      extension: '100',
      name: 'Anna Berg',
      activity: 'Lunch',
      number: 1,
      open: false,
      note: 'Tapas 🍤',
      since: rig.clock.now,
      source: 'app',
      next: { activity: 'Tillgänglig', open: true },
      version: 1,
    });
    t.equal(own.headers['etag'], '"1"');
    const told = await stream.next('status', ({ event }) => event === 'status');
    t.match(told.data, { extension: '100' }, 'whoever listens hears of it');
    stream.close();

    const his = await put(bjorn, { activity: 'Möte' });
    t.match(his.body, { activity: 'Möte', source: 'colleague', by: '101', version: 2 });
    const by = await put(desk, { activity: '4', as: '101' });
    t.match(by.body, { activity: 'Paus', source: 'colleague', by: '101', version: 3 });
    t.match((await put(desk, { activity: '0' })).body, { activity: 'Tillgänglig', source: 'app' });

    t.match((await ask('get', '/v1/statuses', { token: bjorn })).body, {
      statuses: [
        { extension: '100', activity: 'Tillgänglig', open: true, version: 4 },
        { extension: '101', activity: 'Tillgänglig', version: 0, source: undefined },
      ],
    });
    const date = await put(anna, { activity: 'semester', until: rig.clock.now + 72 * HOUR });
    t.match(date.body, { activity: 'Semester', until: rig.clock.now + 72 * HOUR });
    const cleared = await ask('delete', '/v1/statuses/100', { token: anna });
    t.match(cleared.body, { activity: 'Tillgänglig', source: 'app', version: 6 });
    t.match(await listStatusLog(rig.db, rig.user('100').id, 9), [
      { activityName: 'Tillgänglig', source: 'app' },
      { activityName: 'Semester', source: 'app' },
      { activityName: 'Tillgänglig', source: 'app' },
      { activityName: 'Paus', source: 'colleague', setBy: '101' },
      { activityName: 'Möte', source: 'colleague', setBy: '101' },
      { activityName: 'Lunch', source: 'app', setBy: undefined },
    ]);

    for (const [status, code, token, body] of [
      [404, 'unknown-activity', anna, { activity: 'surf' }],
      [400, 'bad-time', anna, { activity: 'lunch', until: '25:00' }],
      [400, 'bad-time', anna, { activity: 'lunch', until: rig.clock.now + 6 * 8_784 * HOUR }],
      [400, 'end-passed', anna, { activity: 'lunch', until: rig.clock.now }],
      [400, 'bad-note', anna, { activity: 'lunch', note: 'a\nb' }],
      [400, 'bad-request', anna, { activity: 'lunch', unit: 'm' }],
      [403, 'not-yours', anna, { activity: 'lunch', as: '101' }],
      [404, 'unknown-extension', desk, { activity: 'lunch', as: '199' }],
    ] as const) {
      const refused = await put(token, body);
      t.match([refused.status, codeOf(refused)], [status, code]);
    }
    const note = '🍤'.repeat(280);
    t.match((await put(anna, { activity: 'lunch', note })).body, { note }, '280 of any characters');
    t.equal((await put(anna, { activity: 'lunch' }, '199')).status, 404);
    t.equal((await ask('delete', '/v1/statuses/199', { token: anna })).status, 404);
    t.equal((await ask('get', '/v1/statuses/199', { token: anna })).status, 404);

    await setSetting(rig.db, rig.anka.id, 'colleagues-set', 'no');
    const kept = await put(bjorn, { activity: 'lunch' });
    t.match([kept.status, codeOf(kept)], [403, 'colleagues-may-not']);
    t.equal((await ask('delete', '/v1/statuses/100', { token: bjorn })).status, 403);
    t.equal((await put(anna, { activity: 'lunch' })).status, 200, 'nobody keeps her from her own');
    t.strictSame(rig.bugs, []);
  },
);

t.test(
  'of two writers the later holds, and who names a version is told of the other',
  async (t) => {
    const rig = await apiRig(t);
    const ask = checked(t, rig.port, rig.routes);
    const [app, app2] = [(await rig.token('100')).text, (await rig.token('100')).text];
    const put = (token: string, activity: string, version?: string) =>
      ask('put', '/v1/statuses/100', {
        token,
        body: { activity },
        ...(version === undefined ? {} : { headers: { 'If-Match': version } }),
      });
    await Promise.all([put(app, 'lunch'), put(app2, 'möte')]);
    const [one, other] = await Promise.all(
      [app, app2].map((token) => ask('get', '/v1/statuses/100', { token })),
    );
    t.strictSame(one?.body, other?.body, 'both see one truth');
    t.match(one?.body, { version: 2 });
    const log = await listStatusLog(rig.db, rig.user('100').id, 9);
    t.strictSame(log.map(({ activityName }) => activityName).sort(), ['Lunch', 'Möte']);

    const seen = one?.headers['etag'] ?? '';
    t.equal((await put(app, 'paus', seen)).status, 200);
    const late = await put(app2, 'lunch', seen);
    t.match([late.status, codeOf(late)], [412, 'set-meanwhile']);
    t.equal((await put(app2, 'lunch', 'W/"3"')).status, 412, 'a tag that is none of ours');
    const deleted = { token: app2, headers: { 'If-Match': seen } };
    t.equal((await ask('delete', '/v1/statuses/100', deleted)).status, 412);
    t.match((await ask('get', '/v1/statuses/100', { token: app2 })).body, { activity: 'Paus' });
    t.equal((await put(app2, 'lunch', '*')).status, 200);
    t.equal((await put(app2, 'möte', '"4"')).status, 200);
  },
);

t.test('a calendar’s entry holds for its time, and gives way to what is set', async (t) => {
  const rig = await apiRig(t);
  const ask = checked(t, rig.port, rig.routes);
  const anna = (await rig.token('100')).text;
  const sync = (await rig.token(undefined, ['statuses:write'])).text;
  const now = rig.clock.now;
  const put = (entry: string, body: object, token = sync) =>
    ask('put', `/v1/statuses/100/calendar/${encodeURIComponent(entry)}`, { token, body });
  const status = async () => (await ask('get', '/v1/statuses/100', { token: anna })).body;

  const uid = '040000008200E00074C5/+=@anka.example';
  const times = { from: now + HOUR, until: now + 2 * HOUR };
  t.equal((await put(uid, { ...times, note: 'Budget' })).status, 204);
  t.match(await status(), { activity: 'Tillgänglig', next: { at: times.from, activity: 'Möte' } });
  rig.clock.now = epochMs(times.from);
  t.match(await status(), {
    activity: 'Möte',
    source: 'calendar',
    until: times.until,
    note: 'Budget',
    next: { at: times.until, activity: 'Tillgänglig' },
    version: 0,
  });
  const revision = async () =>
    (await rig.db.selectFrom('revision').selectAll().execute()).find(
      (row) => row.name === 'presence',
    );
  const before = await revision();
  t.equal((await put(uid, { ...times, note: 'Budget' })).status, 204);
  t.strictSame(await revision(), before, 'what was said already changes nothing');

  await ask('put', '/v1/statuses/100', { token: anna, body: { activity: 'lunch', until: '+30m' } });
  t.match(await status(), { activity: 'Lunch', source: 'app', next: { activity: 'Möte' } });
  rig.clock.now = epochMs(now + 1.6 * HOUR);
  t.match(
    await status(),
    { activity: 'Möte', source: 'calendar' },
    'back to what should hold then',
  );

  t.equal((await put(uid, { from: times.from, until: now + 3 * HOUR })).status, 204);
  t.match(await status(), { until: now + 3 * HOUR, note: undefined }, 'it may be put off');
  t.match((await ask('get', '/v1/statuses/100/calendar', { token: anna })).body, {
    entries: [{ entry: uid, activity: 'Möte', number: 2, from: times.from, until: now + 3 * HOUR }],
  });
  const path = `/v1/statuses/100/calendar/${encodeURIComponent(uid)}`;
  t.equal((await ask('delete', path, { token: sync })).status, 204);
  t.match(await status(), { activity: 'Tillgänglig' }, 'and called off');
  t.equal(codeOf(await ask('delete', path, { token: sync })), 'unknown-entry');

  const bjorn = (await rig.token('101')).text;
  t.equal(codeOf(await put('a', times, bjorn)), 'not-yours', 'a calendar is its owner’s');
  const list = { token: bjorn };
  t.equal(codeOf(await ask('get', '/v1/statuses/100/calendar', list)), 'not-yours');
  t.equal(codeOf(await ask('delete', path, list)), 'not-yours');
  t.equal(codeOf(await put('a', { ...times, activity: 'surf' })), 'unknown-activity');
  t.equal(codeOf(await put('a', { from: now, until: now })), 'end-before-start');
  const endless = { from: now, until: Number.MAX_SAFE_INTEGER };
  t.equal(codeOf(await put('a', endless)), 'bad-time', 'which is a day of no calendar');
  t.equal(codeOf(await put('a b', times)), 'bad-request');
  const many = { from: now + 5 * HOUR, until: now + 6 * HOUR };
  for (let n = 0; n < 200; n++) t.equal((await put(`n-${n}`, many)).status, 204);
  t.equal(codeOf(await put('one-more', many)), 'too-many-entries');
  t.equal(
    (await put('n-7', { ...many, until: now + 7 * HOUR })).status,
    204,
    'those there may change',
  );
  t.strictSame(rig.bugs, []);
});

t.test('an entry of a calendar that is over is none, whatever it said before', async (t) => {
  const rig = await apiRig(t);
  const ask = checked(t, rig.port, rig.routes);
  const anna = (await rig.token('100')).text;
  const now = rig.clock.now;
  const put = (entry: string, from: number, until: number) =>
    ask('put', `/v1/statuses/100/calendar/${entry}`, { token: anna, body: { from, until } });
  const entries = async () => {
    const { body } = await ask('get', '/v1/statuses/100/calendar', { token: anna });
    return (body as { entries: readonly { entry: string }[] }).entries.map(({ entry }) => entry);
  };

  t.equal((await put('a', now - HOUR, now + HOUR)).status, 204);
  t.equal((await put('b', now + HOUR, now + 2 * HOUR)).status, 204);
  t.equal((await put('a', now - 2 * HOUR, now - HOUR)).status, 204, 'it was put forward');
  t.match((await ask('get', '/v1/statuses/100', { token: anna })).body, {
    activity: 'Tillgänglig',
    source: undefined,
  });
  t.equal((await put('never-known', now - 2 * HOUR, now)).status, 204);
  t.strictSame(await entries(), ['b']);

  rig.clock.now = epochMs(now + 2 * HOUR);
  for (let n = 0; n < 200; n++) await put(`n-${n}`, now + 3 * HOUR, now + 4 * HOUR);
  t.equal((await put('last', now + 3 * HOUR, now + 4 * HOUR)).status, 409);
  const again = await put('b', now + 3 * HOUR, now + 4 * HOUR);
  t.equal(codeOf(again), 'too-many-entries', 'one that is over is no place for one to come');
  t.strictSame(rig.bugs, []);
});

t.test('what one may be doing: the organisation’s, and one’s own', async (t) => {
  const rig = await apiRig(t);
  const ask = checked(t, rig.port, rig.routes);
  const owner = { organisationId: rig.anka.id, userId: rig.user('100').id };
  const [, like] = STANDARD_ACTIVITIES;
  if (like === undefined) throw new Error('no lunch');
  const gym = { names: { sv: 'Gym', en: 'Gym' } };
  await addActivity(rig.db, owner, like, gym);
  const list = async (extension?: string) => {
    const { body } = await ask('get', '/v1/activities', {
      token: (await rig.token(extension)).text,
    });
    return (body as { activities: readonly { name: string; own: boolean }[] }).activities;
  };
  const hers = await list('100');
  t.match(hers[1], { number: 1, name: 'Lunch', open: false, private: false, endsAs: 'clock' });
  t.strictSame(
    hers.filter(({ own }) => own).map(({ name }) => name),
    ['Gym'],
  );
  t.equal((await list('101')).length, hers.length - 1, 'nobody else’s');
  t.equal((await list()).length, hers.length - 1);
});
