import t, { type Test } from 'tap';
import { readRevision } from '../../common/db/revision.ts';
import { loadDirectory } from '../../daemon/directory.ts';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';

/** Anna, Björn and Cecilia. */
async function office(t: Test) {
  const office = vaxel(t.testdir({}));
  const { call, json, open } = office;
  await call(ANKA);
  await call(ANNA);
  await call(['user', 'add', '101', '--name', 'Björn Ek']);
  await call(['user', 'add', '102', '--name', 'Cecilia Dahl']);
  const db = open();
  t.teardown(() => db.destroy());
  const organisation = async () => {
    const found = (await loadDirectory(db)).organisations.get('anka.example');
    if (found === undefined) throw new Error('no office');
    return found;
  };
  const refuses = async (code: string, ...line: readonly string[]) => {
    t.match(await json(...line), { code: 1, data: { error: { code } } }, line.join(' '));
  };
  const team = async () => [...((await organisation()).teams?.values() ?? [])][0];
  return { ...office, db, organisation, team, refuses };
}

const ADD = ['team', 'add', '200', '--name', 'Kundtjänst', '--members', '100,101'];

t.test('a team is added, changed, shown and removed, and routing knows of it', async (t) => {
  const { call, json, db, team } = await office(t);
  const before = await readRevision(db);
  t.match(await json(...ADD, '--spoken', 'Support', '--ring', '15'), {
    code: 0,
    data: {
      extension: '200',
      name: 'Kundtjänst',
      spokenName: 'Support',
      ringSeconds: 15,
      members: [
        { extension: '100', name: 'Anna Berg' },
        { extension: '101', name: 'Björn Ek' },
      ],
      unanswered: { kind: 'hang-up' },
    },
  });
  t.equal(await readRevision(db), before + 1);
  t.match(await team(), {
    user: { extension: '200', name: 'Kundtjänst', language: 'sv', ringFor: 15, devices: [] },
    spokenName: 'Support',
    members: ['100', '101'],
    unanswered: { kind: 'hang-up' },
  });

  await call(['team', 'set', '200', '--member', '102', '--no-member', '100', '--ring', '30']);
  t.match(await team(), { members: ['101', '102'], user: { ringFor: 30 }, spokenName: 'Support' });
  await call(['team', 'set', '200', '--members', '102,101,100', '--spoken', '']);
  t.match(await team(), { members: ['102', '101', '100'], spokenName: 'Kundtjänst' });
  await call(['team', 'set', '200', '--name', 'Växeln']);
  t.match(await team(), { spokenName: 'Växeln', user: { name: 'Växeln' } }, 'said as written');

  t.match((await call(['team', 'list'])).out, /^200 +Växeln +102,101,100 +30 s +hang-up$/m);
  t.match(
    (await call(['team', 'show', '200'])).out,
    /^200 Växeln: rings 102, 101, 100 for 30 s, then hang-up\n.*\n102 +Cecilia Dahl\n/,
  );
  await call(['user', 'remove', '101']);
  t.match(await team(), { members: ['102', '100'] }, 'who leaves leaves the team');
  t.equal((await call(['team', 'remove', '200'])).code, 0);
  t.equal(await team(), undefined);
  t.match((await call(['team', 'list'])).out, /none/);
  t.equal((await call(ADD)).code, 1, 'Björn is gone');
});

t.test('a person and a team never have one extension', async (t) => {
  const { call, refuses } = await office(t);
  await call(ADD);
  await refuses('extension-taken', 'user', 'add', '200', '--name', 'Dan');
  await refuses('extension-taken', 'team', 'add', '102', '--name', 'X', '--members', '100');
  await refuses('extension-taken', 'team', 'add', '200', '--name', 'X', '--members', '100');
  t.match(
    (await call(['user', 'add', '200', '--name', 'Dan'])).err,
    /a person or a team has that extension already/,
  );
  await call(['team', 'remove', '200']);
  t.equal((await call(['user', 'add', '200', '--name', 'Dan'])).code, 0);
});

t.test('a team has public numbers as a person has, and they rest when it is gone', async (t) => {
  const { call, json, refuses, team, organisation } = await office(t);
  const own = async () => (await team())?.user.numbers;
  t.match(await json(...ADD, '--number', '08-123 456 20'), {
    data: { numbers: ['+46812345620'] },
  });
  t.same(await own(), ['+46812345620']);
  await call(['number', 'add', '+46812345621']);
  t.match(
    (await call(['team', 'set', '200', '--number', '+46812345621'])).out,
    /\+46812345620 \+46812345621: rings/,
  );
  t.same(await own(), ['+46812345620', '+46812345621'], 'the first is the one held longest');
  t.match((await call(['number', 'list'])).out, /^\+46812345620 +assigned +200$/m);
  t.match((await call(['team', 'list'])).out, /^200 +Kundtjänst +\+46812345620 \+46812345621 /m);

  await refuses('number-taken', 'team', 'set', '200', '--number', '+46812345620');
  await refuses('bad-number', 'team', 'set', '200', '--number', '112');
  await refuses('number-taken', 'user', 'add', '103', '--name', 'X', '--number', '+46812345620');
  await refuses(
    ...(['number-taken', 'team', 'add', '201', '--name', 'X', '--members', '100'] as const),
    ...['--number', '+46812345620'],
  );
  t.equal((await organisation()).teams?.size, 1, 'nothing is left of what was refused');
  await refuses('team-to-itself', 'team', 'set', '200', '--no-answer', 'number:+46812345620');
  await call(['forward', 'set', '101', '--when', 'always', '--to', '+46812345620']);
  t.match(
    (await call(['team', 'set', '200', '--no-answer', 'extension:101'])).err,
    /200 → 101 → 200/,
    'a circle by way of the number',
  );

  t.equal((await call(['number', 'release', '+46812345621'])).code, 0);
  t.same(await own(), ['+46812345620']);
  await call(['team', 'remove', '200']);
  t.match((await call(['number', 'list'])).out, /^\+46812345620 +quarantine *$/m);
  await refuses('number-resting', ...ADD, '--number', '+46812345620');
});

t.test('what is no team is refused, with what would be right', async (t) => {
  const { call, refuses, team } = await office(t);
  const add = (extension: string, members: string, ...more: readonly string[]) =>
    ['team', 'add', extension, '--name', 'X', '--members', members, ...more] as const;
  await refuses('bad-extension', ...add('2', '100'));
  await refuses('reserved-extension', ...add('112', '100'));
  await refuses('unknown-user', ...add('200', '100,999'));
  await refuses('unknown-user', ...add('200', ''));
  await refuses('member-twice', ...add('200', '100,100'));
  await refuses(
    'too-many-members',
    ...add('200', Array.from({ length: 31 }, (_, i) => 300 + i).join(',')),
  );
  await refuses('bad-ring-time', ...add('200', '100', '--ring', '4'));
  await refuses('bad-ring-time', ...add('200', '100', '--ring', 'long'));
  await refuses('bad-name', ...add('200', '100', '--spoken', ' '));
  await refuses('unknown-team', 'team', 'show', '200');
  t.equal((await call(['team', 'add', '200', '--name', 'X'])).code, 2, 'members must be given');
  t.equal(await team(), undefined, 'and nothing is left of them');

  await call(ADD);
  await refuses('no-such-member', 'team', 'set', '200', '--no-member', '102');
  await refuses('member-twice', 'team', 'set', '200', '--member', '100');
  await refuses(
    ...(['team-without-members', 'team', 'set', '200', '--no-member', '100'] as const),
    ...['--no-member', '101'],
  );
  t.match(await team(), { members: ['100', '101'] });
});

t.test('calls that nobody takes go where they may, and never in a circle', async (t) => {
  const { call, json, refuses, team } = await office(t);
  await call(ADD);
  const set = (to: string) => ['team', 'set', '200', '--no-answer', to] as const;
  const goesTo = async (to: string) => {
    t.equal((await call(set(to))).code, 0, to);
    return (await team())?.unanswered;
  };
  t.same(await goesTo('voicemail:101'), { kind: 'voicemail', extension: '101' });
  t.same(await goesTo('extension:102'), { kind: 'extension', extension: '102' });
  t.same(await goesTo('number:0701234567'), { kind: 'number', number: '+46701234567' });
  t.same(await goesTo('hang-up'), { kind: 'hang-up' });
  await refuses('unknown-mailbox', ...set('voicemail:999'));
  await refuses('unknown-mailbox', ...set('voicemail:200'));
  await refuses('team-to-itself', ...set('extension:200'));
  await refuses('unknown-target', ...set('extension:999'));
  await refuses('not-forwardable', ...set('number:112'));
  await refuses('bad-target', ...set('number:x'));
  for (const to of ['voicemail', 'number:101', 'nobody'])
    await refuses('bad-no-answer', ...set(to));
  await refuses('may-not-call', ...set('number:+5378301234'));
  await call(['rule', 'set-default', 'calls-out', 'none']);
  t.match(
    (await call(set('number:0701234567'))).err,
    /^teams may not call there.*calls-out is none/,
  );

  await call(['forward', 'set', '102', '--when', 'always', '--to', '200']);
  t.match((await call(set('extension:102'))).err, /200 → 102 → 200/);
  await call(['forward', 'clear', '102']);
  await call(set('extension:102'));
  const back = ['forward', 'set', '102', '--when', 'always', '--to', '200'];
  t.match((await call(back)).err, /102 → 200 → 102.*vaxel team set/);
  t.match(await json('forward', 'set', '102', '--when', 'busy', '--to', '200'), { code: 0 });
});

t.test('choices, forwards and the switchboard lead to a team as to a person', async (t) => {
  const { call, json, refuses, organisation } = await office(t);
  await refuses('unknown-target', 'choice', 'set', '100', '2', 'extension:200');
  await call(ADD);
  t.match(await json('choice', 'set', '100', '2', 'extension:200'), { code: 0 });
  await call(['setting', 'set', 'switchboard', '200']);
  t.match(await json('choice', 'set', '100', '0', 'switchboard'), { code: 0 });
  t.match(await json('forward', 'set', '101', '--when', 'no-answer', '--to', '200'), { code: 0 });
  t.equal((await organisation()).switchboard, '200');
  await call(['team', 'remove', '200']);
  t.equal((await organisation()).switchboard, undefined, 'a team that is gone is nobody');
});
