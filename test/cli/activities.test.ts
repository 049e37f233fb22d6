import t from 'tap';
import { readWeek, tellWeek } from '../../common/working-week.ts';
import { loadDirectory } from '../../daemon/directory.ts';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';

const BJORN = ['user', 'add', '101', '--name', 'Björn Ek'];

t.test('a new organisation has the twelve, and may change all but one', async (t) => {
  const { call, json } = vaxel(t.testdir({}));
  await call(ANKA);
  const listed = await call(['activity', 'list']);
  t.match(listed.out, /^0 +Tillgänglig +open +open-ended$/m);
  t.match(listed.out, /^1 +Lunch +closed +60 min +är på lunch$/m);
  t.equal(listed.out.trim().split('\n').length, 13);

  const changed = await json(
    'activity',
    'change',
    'lunch',
    '--sv',
    'Middag',
    '--length',
    '1h30m',
    '--open',
  );
  t.match(changed.data, {
    names: { sv: 'Middag', en: 'Lunch' },
    length: { minutes: 90 },
    rings: true,
  });
  t.match(
    await json(
      'activity',
      'change',
      'middag',
      '--length',
      '13:00',
      '--closed',
      '--phrase-sv',
      'äter',
    ),
    {
      data: {
        length: { kind: 'time', minuteOfDay: 780 },
        rings: false,
        phrase: { sv: 'äter', en: 'is at lunch' },
      },
    },
  );
  await call(['activity', 'change', 'Möte', '--position', '1']);
  t.match(await json('activity', 'list'), {
    data: [{}, { key: 'meeting' }, { key: 'lunch', position: 2 }],
  });

  const sick = await json('activity', 'add', 'Sjuk', '--like', 'sick', '--en', 'Sick');
  t.match(sick.data, { position: 12, private: true, publicPhrase: { sv: 'är inte tillgänglig' } });
  const own = await call(['activity', 'add', 'Gym', '--position', '3']);
  t.match(own.out, /added 3 Gym; callers hear "Anna Berg är inte tillgänglig …"/);
  t.match(await json('activity', 'list'), {
    data: { 3: { names: { sv: 'Gym' } }, 13: { key: 'busy' } },
  });
  t.match(await call(['activity', 'remove', 'gym']), { code: 0, out: /removed 3 Gym/ });

  for (const [code, ...line] of [
    ['available-stays', 'remove', '0'],
    ['available-stays', 'change', '0', '--closed'],
    ['available-stays', 'change', 'available', '--position', '5'],
    ['bad-position', 'change', '2', '--position', '0'],
    ['bad-position', 'change', '2', '--position', '100'],
    ['bad-colour', 'change', '2', '--colour', 'red'],
    ['bad-icon', 'change', '2', '--icon', '<svg>'],
    ['bad-length', 'change', '2', '--length', '0m'],
    ['bad-name', 'change', '2', '--sv', ' '],
    ['bad-phrase', 'change', '2', '--phrase-sv', 'a\nb'],
    ['activity-name-taken', 'change', '2', '--sv', 'upptagen'],
    ['activity-name-taken', 'add', 'Semester'],
    ['unknown-activity', 'change', 'gym'],
    ['unknown-activity', 'add', 'Yoga', '--like', 'yoga'],
  ] as const) {
    t.match(
      await json('activity', ...line),
      { code: 1, data: { error: { code } } },
      line.join(' '),
    );
  }
  t.match(await call(['activity', 'change', '2', '--length', 'long']), {
    code: 2,
    err: /--length/,
  });
  t.match(await call(['activity', 'change', '2', '--shape', 'star']), { code: 2, err: /--shape/ });
});

t.test('a status is set, shown, cleared and logged, by its person or a colleague', async (t) => {
  const { call, json, open } = vaxel(t.testdir({}));
  await call(ANKA);
  await call(ANNA);
  await call(BJORN);
  const set = await json('activity', 'set', '100', 'lunch', '--note', 'Tapas 🍤');
  t.match(set.data, { note: 'Tapas 🍤', source: 'admin', version: 1 });
  const endsAt = Number(set.data['endsAt']);
  const startedAt = Number(set.data['startedAt']);
  t.ok(Math.abs(endsAt - startedAt - 3_600_000) <= 60_000, 'an hour, to the whole minute');
  t.equal(endsAt % 60_000, 0);
  t.match(await call(['activity', 'show', '100']), {
    out: /^Anna Berg: Lunch until \d{4}-\d\d-\d\d \d\d:\d\d \(admin\)\nTapas 🍤\nthen Tillgänglig from /,
  });

  const later = await call([
    'activity',
    'set',
    '100',
    'semester',
    '--until',
    '2029-12-24',
    '--by',
    '101',
  ]);
  t.match(later.out, /^Anna Berg: Semester until 2029-12-24 00:00/);
  t.match(await json('activity', 'show', '100'), {
    data: { activity: { key: 'holiday' }, source: 'colleague', setBy: '101' },
  });
  // What is renamed or removed while somebody is on it goes on; the log has its name of then.
  await call(['activity', 'change', 'semester', '--sv', 'Långledigt']);
  await call(['activity', 'remove', 'långledigt']);
  t.match((await call(['activity', 'show', '100'])).out, /^Anna Berg: Långledigt until 2029/);
  t.match(await json('activity', 'set', '101', 'långledigt'), {
    data: { error: { code: 'unknown-activity' } },
  });
  t.match(await call(['activity', 'clear', '100']), { out: 'Anna Berg is available\n' });
  t.match(await json('activity', 'log', '100'), {
    data: [
      { activityName: 'Tillgänglig', version: 3 },
      { activityName: 'Semester', setBy: '101', version: 2 },
      { activityName: 'Lunch', version: 1 },
    ],
  });
  t.match(await json('activity', 'log', '100', '--limit', '1'), { data: { length: 1 } });

  await call(['setting', 'set', 'colleagues-set', 'no']);
  for (const [code, ...line] of [
    ['colleagues-may-not', 'set', '100', 'lunch', '--by', '101'],
    ['unknown-user', 'set', '100', 'lunch', '--by', '999'],
    ['unknown-user', 'set', '999', 'lunch'],
    ['unknown-activity', 'set', '100', 'yoga'],
    ['bad-time', 'set', '100', 'lunch', '--until', '25:00'],
    ['bad-time', 'set', '100', 'lunch', '--until', '2020-01-01'],
    ['bad-note', 'set', '100', 'lunch', '--note', 'x'.repeat(281)],
    ['bad-limit', 'log', '100', '--limit', '0'],
  ] as const) {
    t.match(
      await json('activity', ...line),
      { code: 1, data: { error: { code } } },
      line.join(' '),
    );
  }

  const added = await json('activity', 'add', 'Gym', '--user', '100');
  t.match(added.data, { position: 10 }, 'the first place that is free');
  t.match(await json('activity', 'set', '101', 'gym'), {
    data: { error: { code: 'unknown-activity' } },
  });
  t.match(await call(['activity', 'set', '100', '10']), { code: 0, out: /Anna Berg: Gym until/ });
  t.match(await call(['user', 'remove', '100']), { code: 0 }, 'his own activity goes with him');
  const db = open();
  t.teardown(() => db.destroy());
  t.strictSame(await db.selectFrom('status').selectAll().execute(), []);
});

t.test('what is to come is planned, shown and taken back', async (t) => {
  const { call, json } = vaxel(t.testdir({}));
  await call(ANKA);
  await call(ANNA);
  const weekly = await json(
    ...['activity', 'schedule', '100', 'training', '--from', 'monday 08:00', '--until', '12:00'],
    ...['--repeat', 'weekly', '--before', '2029-01-01', '--note', 'Swedish'],
  );
  const id = String(weekly.data['id']);
  t.match(weekly.data, { repeats: 'weekly', note: 'Swedish' });
  t.equal(Number(weekly.data['endsAt']) - Number(weekly.data['startsAt']), 4 * 3_600_000);
  const shown = (await call(['activity', 'show', '100'])).out;
  t.match(shown, /^Anna Berg: Tillgänglig\nthen Utbildning from \d{4}-\d\d-\d\d 08:00\n/);
  t.match(shown, new RegExp(`planned Utbildning .* weekly before 2029-01-01 00:00 \\[${id}\\]`));
  for (const [code, ...line] of [
    ['bad-time', 'training', '--from', 'someday', '--until', '12:00'],
    ['bad-time', 'training', '--from', '12:00', '--until', 'never'],
    ['bad-repeat', 'training', '--from', '12:00', '--until', '13:00', '--repeat', 'yearly'],
    ['plan-overlaps-itself', 'training', '--from', '12:00', '--until', '+25h', '--repeat', 'daily'],
    ['unknown-activity', 'yoga', '--from', '12:00', '--until', '13:00'],
  ] as const) {
    const refused = await json('activity', 'schedule', '100', ...line);
    t.match(refused, { code: 1, data: { error: { code } } }, line.join(' '));
  }
  t.match(await call(['activity', 'unschedule', id]), { code: 0 });
  t.match(await json('activity', 'unschedule', id), { data: { error: { code: 'unknown-plan' } } });
  t.notMatch((await call(['activity', 'show', '100'])).out, /planned|then/);
});

t.test('an activity may say how long devices ring under it', async (t) => {
  const { call, json, open } = vaxel(t.testdir({}));
  await call(ANKA);
  const db = open();
  t.teardown(() => db.destroy());
  const ringFor = async () => {
    const [organisation] = (await loadDirectory(db)).organisations.values();
    return [...(organisation?.activities.values() ?? [])].find(({ key }) => key === 'home-office')
      ?.ringFor;
  };
  const change = (seconds: string) => json('activity', 'change', 'home-office', '--ring', seconds);
  t.equal(await ringFor(), undefined);
  t.match(await change('45'), { code: 0, data: { ringSeconds: 45 } });
  t.equal(await ringFor(), 45);
  t.match((await call(['activity', 'list'])).out, /Arbetar hemifrån +open, 45 s +rest-of-day/);
  await call(['activity', 'change', 'home-office', '--open']);
  t.equal(await ringFor(), 45, 'what is not said stays');
  for (const seconds of ['4', '301']) {
    t.match(await change(seconds), { code: 1, data: { error: { code: 'bad-ring-time' } } });
  }
  t.equal((await change('long')).code, 2);
  t.equal(await ringFor(), 45);
  t.equal((await change('usual')).data['ringSeconds'], undefined);
  t.equal(await ringFor(), undefined);
});

t.test('working hours are the organisation’s until a person has his own', async (t) => {
  const { call, json } = vaxel(t.testdir({}));
  await call(ANKA);
  await call(ANNA);
  t.match(await call(['hours', 'show']), { out: /Anka AB: not set, as an office/ });
  t.match(await call(['hours', 'set', 'mån-fre 8-17']), { out: 'Anka AB: mon-fri 08:00-17:00\n' });
  t.match(await call(['hours', 'show', '--user', '100']), {
    out: 'Anna Berg: mon-fri 08:00-17:00; red days closed\n',
  });
  await call(['hours', 'set', 'fri-mon 10:00-14:00', '--user', '100']);
  await call(['setting', 'set', 'red-days', 'open']);
  await call(['setting', 'set', 'half-days-end', '12:00']);
  await call(['setting', 'set', 'squeezed-days', 'closed']);
  t.match(await call(['hours', 'show', '--user', '100']), {
    out: 'Anna Berg: mon 10:00-14:00, fri-sun 10:00-14:00; red days open, until 12:00 on half days, squeezed days closed\n',
  });
  t.match(await json('hours', 'show'), {
    data: { redDays: { red: false, eves: false, halfDaysEnd: 720, squeezed: true } },
  });
  t.match(await call(['hours', 'clear', '--user', '100']), { out: /Anna Berg: mon-fri 08:00/ });
  t.match(await json('hours', 'clear'), { data: null });
  t.match(await json('hours', 'set', 'whenever'), {
    code: 1,
    data: { error: { code: 'bad-hours' } },
  });
  t.match(await json('setting', 'set', 'half-days-end', '25:00'), {
    data: { error: { code: 'bad-value', message: /12:00/ } },
  });
});

t.test('hours are read as people write them, and told in one way', async (t) => {
  for (const [text, told] of [
    ['mon-fri 08:00-17:00', 'mon-fri 08:00-17:00'],
    [
      'Monday-Thursday 8-12 13-17, Fri 8.00-15.30',
      'mon-thu 08:00-12:00 13:00-17:00, fri 08:00-15:30',
    ],
    ['tors 0800-1700', 'thu 08:00-17:00'],
    ['sat-sun 00:00-24:00', 'sat-sun 00:00-24:00'],
    ['mon 13-17, mon 8-12', 'mon 08:00-12:00 13:00-17:00'],
    ['mon 8-12, tue 8-12, thu 8-12', 'mon-tue 08:00-12:00, thu 08:00-12:00'],
  ] as const) {
    const week = readWeek(text);
    t.equal(week && tellWeek(week), told, text);
  }
  for (const text of [
    '',
    'mon',
    'mon 17-8',
    'mon 8-25',
    'noday 8-17',
    'mon 8-12 11-13',
    'mon-tue-wed 8-9',
    '8-17',
  ]) {
    t.equal(readWeek(text), undefined, text);
  }
});
