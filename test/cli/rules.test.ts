import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { type ForwardEdge, forwardLoop } from '../../common/forward-loop.ts';
import { readRevision } from '../../common/db/revision.ts';
import { resumeForward } from '../../common/db/forwards.ts';
import { findUser } from '../../common/db/users.ts';
import { listOrganisations } from '../../common/db/organisations.ts';
import { openLog } from '../../common/log.ts';
import { epochMs } from '../../common/time.ts';
import { openContacts } from '../../daemon/contacts-store.ts';
import { loadDirectory } from '../../daemon/directory.ts';
import { contactKey } from '../../daemon/routing/contacts.ts';
import { USUAL_RULES } from '../../daemon/routing/rules.ts';
import { encodeWav, readWav } from '../../daemon/voice/wav.ts';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';

const NEXT_YEAR = new Date().getFullYear() + 1;

/** Anna with three devices, Björn and Cecilia. */
async function office(t: Test) {
  const state = t.testdir({});
  const office = vaxel(state);
  const { call, json, open } = office;
  await call(ANKA);
  await call(ANNA);
  await call(['user', 'add', '101', '--name', 'Björn Ek', '--number', '+46812345601']);
  await call(['user', 'add', '102', '--name', 'Cecilia Dahl']);
  const device = async (...line: readonly string[]) =>
    String((await json('device', 'add', '100', ...line)).data['id']);
  const app = await device('--kind', 'app');
  const desk = await device('--kind', 'desk', '--label', 'Desk');
  const mobile = await device('--kind', 'mobile', '--to', '0701234567');
  const db = open();
  t.teardown(() => db.destroy());
  const directory = async () => {
    const organisation = (await loadDirectory(db)).organisations.get('anka.example');
    if (organisation === undefined) throw new Error('no office');
    const user = (extension: string) =>
      [...organisation.users.values()].find((each) => each.extension === extension);
    return { organisation, anna: user('100'), bjorn: user('101'), cecilia: user('102') };
  };
  const refuses = async (code: string, ...line: readonly string[]) => {
    t.match(await json(...line), { code: 1, data: { error: { code } } }, line.join(' '));
  };
  return { ...office, db, state, app, desk, mobile, directory, refuses };
}

t.test('a contact has numbers in one spelling, and marks that hold for all of them', async (t) => {
  const { call, json, db, refuses, directory } = await office(t);
  const before = await readRevision(db, 'contacts');
  const added = await json(
    ...['contact', 'add', 'Karl Ek', '--company', 'Ek AB', '--vip', '--favourite'],
    ...[
      '--number',
      '070-111 22 33',
      '--number',
      '+46 (0)70 111 22 33',
      '--number',
      '08-400 500 60',
    ],
  );
  t.match(added.data, {
    name: 'Karl Ek',
    company: 'Ek AB',
    vip: true,
    blocked: false,
    favourite: true,
    numbers: ['+46701112233', '+46840050060'],
  });
  t.equal(
    (added.data['numbers'] as unknown as readonly string[]).length,
    2,
    'one number twice is one',
  );
  t.equal(await readRevision(db, 'contacts'), before + 1);
  const id = String(added.data['id']);

  await refuses('vip-and-blocked', 'contact', 'change', id, '--block');
  await refuses(
    'vip-and-blocked',
    ...['contact', 'add', 'X', '--number', '0701112234'],
    '--vip',
    '--block',
  );
  t.match((await call(['contact', 'change', id, '--block'])).err, /--no-vip or --no-block/);
  t.match(await json('contact', 'change', id, '--block', '--no-vip'), {
    code: 0,
    data: { vip: false, blocked: true, favourite: true },
  });
  t.match(
    await json('contact', 'change', id, '--number', '0046701112299', '--no-number', '0840050060'),
    { data: { numbers: ['+46701112233', '+46701112299'], blocked: true } },
  );
  await refuses(
    'contact-without-number',
    ...['contact', 'change', id],
    ...['--no-number', '0701112233'],
    ...['--no-number', '0701112299'],
  );
  await refuses('bad-number', 'contact', 'add', 'Y', '--number', '123');
  await refuses('bad-name', 'contact', 'add', ' ', '--number', '0701112234');
  await refuses('unknown-user', 'contact', 'add', 'Y', '--number', '0701112234', '--for', '999');
  await refuses('unknown-contact', 'contact', 'change', 'nobody', '--vip');
  await refuses('unknown-contact', 'contact', 'remove', 'nobody');
  t.equal((await call(['contact', 'add', 'Y'])).code, 2, 'a number must be given');

  await call(['contact', 'add', 'Kalle', '--number', '0701112233', '--for', '100']);
  await call(['contact', 'add', 'Örjan', '--number', '0701112255']);
  await call(['contact', 'add', 'Åke', '--number', '0701112266']);
  const names = async (...line: readonly string[]) =>
    ((await json('contact', 'list', ...line)).data as unknown as { name: string }[]).map(
      (one) => one.name,
    );
  t.strictSame(await names(), ['Karl Ek', 'Åke', 'Örjan'], 'as Swedes sort them');
  t.strictSame(await names('--for', '100'), ['Kalle']);
  t.strictSame(await names('--all'), ['Kalle', 'Karl Ek', 'Åke', 'Örjan']);
  t.match((await call(['contact', 'list', '--all'])).out, /100 +Kalle/);

  const store = await openContacts(db, openLog('test', 'silent'));
  const { organisation, anna } = await directory();
  const shared = contactKey(organisation.id, '+46701112233' as never);
  t.match(store.current().shared.get(shared), { name: 'Karl Ek', blocked: true });
  t.match(store.current().personal.get(contactKey(anna?.id ?? '', '+46701112233' as never)), {
    name: 'Kalle',
  });
  t.equal(store.current().shared.size, 4);
  const same = store.current();
  t.equal(await store.renew(), same, 'nothing has moved');
  t.equal((await call(['contact', 'remove', id])).code, 0);
  t.equal((await store.renew()).shared.get(shared), undefined);
});

t.test('a forward goes where calls may go, and never in a circle', async (t) => {
  const { call, json, db, refuses } = await office(t);
  const set = (who: string, when: string, to: string, ...more: readonly string[]) =>
    ['forward', 'set', who, '--when', when, '--to', to, ...more] as const;
  const before = await readRevision(db, 'presence');
  t.match(await json(...set('100', 'always', '101')), {
    data: {
      reason: 'always',
      to: { kind: 'extension', extension: '101' },
      active: true,
      source: 'admin',
    },
  });
  t.equal(await readRevision(db, 'presence'), before + 1);
  const rows = await db.selectFrom('forward').select(['reason', 'revision']).execute();
  t.strictSame(rows, [{ reason: 'always', revision: before + 1 }]);

  for (const [code, line] of [
    ['forward-to-oneself', set('101', 'always', '101')],
    ['forward-to-oneself', set('101', 'always', '08-123 456 01')],
    ['not-forwardable', set('101', 'always', '112')],
    ['not-forwardable', set('101', 'always', '0112')],
    ['not-forwardable', set('101', 'always', '118118')],
    ['not-forwardable', set('101', 'always', '0900-123 45 67')],
    ['not-forwardable', set('101', 'always', '0939-123 45 67')],
    ['unknown-target', set('101', 'always', '999')],
    ['bad-target', set('101', 'always', 'Anna')],
    ['bad-target', set('101', 'always', '*98')],
    ['bad-when', set('101', 'sometimes', '102')],
    ['unknown-user', set('999', 'always', '101')],
    ['bad-end', set('101', 'always', '102', '--until', 'whenever')],
    ['bad-end', set('101', 'always', '102', '--until', '2020-01-01')],
    ['forward-loop', set('101', 'always', '100')],
    ['forward-loop', set('101', 'busy', '08-123 456 00')],
    ['may-not-call', set('101', 'always', '+53 7 830 12 34')],
    ['may-not-call', set('101', 'always', '+44 70 1234 5678')],
  ] as const) {
    await refuses(code, ...line);
  }
  await call(set('101', 'always', '102'));
  const { err } = await call(set('102', 'no-answer', '100'));
  t.match(err, /102 → 100 → 101 → 102/, 'the circle is named');

  const why = async () => (await call(set('102', 'busy', '+47 22 12 34 56'))).err;
  t.match(await why(), /^vaxel is not running/, 'Norway is called');
  await call(['setting', 'set', 'countries', 'DK']);
  t.match(await why(), /setting countries leaves that country out/);
  await call(['rule', 'set-default', 'calls-out', 'domestic']);
  t.match(await why(), /102 Cecilia Dahl may not .*rule calls-out is domestic/);
  await call(['rule', 'set', '102', 'calls-out', 'none']);
  t.match(await why(), /rule calls-out is none \(vaxel rule show 102\)/);
  await refuses('may-not-call', ...set('102', 'unreachable', '0701234567'));
  await refuses('may-not-call', 'choice', 'set', '102', '1', 'number:0701234567');
  t.equal(
    (await call(['choice', 'set', '102', '1', 'number:0812345601'])).code,
    0,
    'Björn is inside',
  );
  await call(['choice', 'clear', '102']);
  await call(['rule', 'clear', '102']);
  await call(['rule', 'set-default', 'calls-out', 'anywhere']);
  await call(['setting', 'set', 'countries', 'all']);
  t.match(await json(...set('102', 'busy', '+44 70 1234 5678')), { code: 1 }, 'premium is apart');
  await call(['rule', 'set', '102', 'premium', 'yes']);
  t.match(await json(...set('102', 'busy', '+44 70 1234 5678')), { code: 0 });
  await call(['forward', 'clear', '102']);

  await call(['forward', 'clear', '100']);
  await call(['forward', 'clear', '101']);
  t.equal((await call(set('100', 'busy', '101'))).code, 0);
  t.equal((await call(set('101', 'busy', '100'))).code, 0, 'two may stand in for each other');

  await call(set('100', 'no-answer', 'voicemail'));
  await call(set('100', 'unreachable', '0701234567', '--until', `${NEXT_YEAR}-12-24 16:00`));
  await refuses('bad-end', ...set('100', 'unreachable', '0701234567', '--until', '2099-12-24'));
  const list = await call(['forward', 'list']);
  t.match(list.out, /^100 +Anna Berg +busy +101 +on/m);
  t.match(list.out, /no-answer +voicemail +on/);
  t.notMatch(list.out, /always/, 'those that are off are not listed');
  t.match((await call(['forward', 'show', '100'])).out, /always +101 +off/, 'and are shown');
  t.match((await call(['forward', 'clear', '100', '--when', 'busy'])).out, /ended busy to 101/);
  t.match((await call(['forward', 'clear', '100', '--when', 'busy'])).out, /there was none/);

  const [organisation] = await listOrganisations(db);
  const anna = await findUser(db, organisation?.id ?? '', '100');
  if (anna === undefined) throw new Error('no Anna');
  const again = await resumeForward(db, anna, 'busy', 'phone', epochMs(1));
  t.match(again, { kind: 'set', forward: { to: { extension: '101' }, source: 'phone' } });
  const [, bjorn] = [anna, await findUser(db, organisation?.id ?? '', '101')];
  t.equal(bjorn && (await resumeForward(db, bjorn, 'unreachable', 'phone', epochMs(1))), undefined);
});

t.test('a chain that comes back is found, whatever the forwards are', async () => {
  const person = fc.constantFrom('1', '2', '3', '4', '5');
  const edge = fc.record({
    from: person,
    to: person,
    reason: fc.constantFrom<ForwardEdge['reason']>('always', 'busy', 'no-answer', 'unreachable'),
  });
  fc.assert(
    fc.property(edge, fc.array(edge, { maxLength: 8 }), (added, others) => {
      const chain = forwardLoop(added, others);
      if (chain === undefined) return true;
      const steps = chain.slice(1).map((to, at) => ({ from: chain[at], to }));
      const all = [added, ...others];
      return (
        chain[0] === added.from &&
        chain.at(-1) === added.from &&
        steps.every((step) => all.some(({ from, to }) => from === step.from && to === step.to))
      );
    }),
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(['2', '3', '4', '5'], { minLength: 1 }), (way) => {
      const added = { from: '1', to: way[0] ?? '', reason: 'always' } as const;
      const others = way.map(
        (from, at) => ({ from, to: way[at + 1] ?? '1', reason: 'busy' }) as const,
      );
      return forwardLoop(added, others)?.length === way.length + 2;
    }),
  );
});

t.test('a rule is the person’s, else the organisation’s, else the usual', async (t) => {
  const { call, refuses, directory, desk, mobile } = await office(t);
  const usual = await directory();
  t.equal(usual.anna?.rules, USUAL_RULES);
  t.equal(usual.bjorn?.rules, USUAL_RULES, 'one object for all who decided nothing');

  await call(['rule', 'set', '100', 'busy', 'spoken']);
  await call(['rule', 'set', '100', 'calls-at-once', '4']);
  await call(['rule', 'set', '100', 'vip-through-busy', 'yes']);
  await call(['rule', 'set-default', 'blocked', 'silence']);
  await call(['rule', 'set-default', 'shows', 'number']);
  const { anna, bjorn, cecilia } = await directory();
  t.match(anna?.rules, {
    busy: 'spoken',
    callsAtOnce: 4,
    vipThroughBusy: true,
    vipThroughForward: false,
    blocked: 'silence',
    shows: 'number',
  });
  t.match(bjorn?.rules, { busy: 'ring', blocked: 'silence', shows: 'number' });
  t.equal(bjorn?.rules, cecilia?.rules);
  const shown = (await call(['rule', 'show', '100'])).out;
  t.match(shown, /^busy +spoken +person$/m);
  t.match(shown, /^blocked +silence +organisation$/m);
  t.match(shown, /^colleagues-through +no +vaxel$/m);
  t.match((await call(['rule', 'list'])).out, /^blocked +silence +busy spoken silence voicemail/m);

  await refuses('unknown-rule', 'rule', 'set', '100', 'toString', 'x');
  await refuses('bad-rule-value', 'rule', 'set', '100', 'busy', 'maybe');
  await refuses('bad-rule-value', 'rule', 'set', '100', 'calls-at-once', '0');
  await refuses('bad-rule-value', 'rule', 'set-default', 'vip-through-busy', 'ja');
  await refuses('unknown-rule', 'rule', 'clear', '100', '--rule', 'x');

  await call(['rule', 'device', desk, '--shows', 'name']);
  await refuses('shows-of-mobile', 'rule', 'device', mobile, '--shows', 'name');
  await refuses('unknown-device', 'rule', 'device', 'none', '--shows', 'name');
  await refuses('bad-shows', 'rule', 'device', desk, '--shows', 'face');
  const devices = (await directory()).anna?.devices ?? [];
  t.strictSame(
    devices.map((device) => ('shows' in device ? device.shows : undefined)),
    [undefined, 'name', undefined],
  );
  await call(['rule', 'device', desk, '--shows', 'usual']);
  t.notOk((await directory()).anna?.devices.some((device) => 'shows' in device));

  await call(['rule', 'clear', '100', '--rule', 'busy']);
  t.match((await directory()).anna?.rules, { busy: 'ring', callsAtOnce: 4 });
  await call(['rule', 'clear', '100']);
  const cleared = await directory();
  t.equal(cleared.anna?.rules, cleared.bjorn?.rules);
});

t.test('a ring plan names the person’s devices, and a choice something there is', async (t) => {
  const { call, refuses, directory, app, desk, mobile } = await office(t);
  const set = ['ring', 'set', '100'] as const;
  t.match((await call([...set, 'desk=0', `${mobile}=10`])).out, /Desk at once, Mobile after 10 s/);
  await call([...set, `${app}=5`, '--activity', 'lunch']);
  for (const [code, ...line] of [
    ['unknown-device', 'Fax=0'],
    ['bad-ring-step', 'Desk'],
    ['bad-ring-step', 'Desk=soon'],
    ['bad-delay', 'Desk=0', 'App=121'],
    ['nobody-rings-first', 'Desk=25'],
    ['device-twice', 'Desk=0', `${desk}=5`],
    ['unknown-activity', 'Desk=0', '--activity', 'siesta'],
  ] as const) {
    await refuses(code, ...set, ...line);
  }
  t.equal((await call([...set])).code, 2, 'a device must be given');
  const { anna, bjorn, organisation } = await directory();
  const lunch = [...organisation.activities.values()].find(({ key }) => key === 'lunch')?.id;
  t.strictSame(anna?.rules.ringPlans.get(undefined), [
    { device: desk, after: 0 },
    { device: mobile, after: 10 },
  ]);
  t.strictSame(anna?.rules.ringPlans.get(lunch), [{ device: app, after: 5 }]);
  t.match(anna?.rules, { busy: 'ring', shows: 'name' });
  t.equal(bjorn?.rules, USUAL_RULES);
  t.match((await call(['ring', 'show', '100'])).out, /Lunch +App after 5 s/);
  await call(['ring', 'clear', '100', '--activity', 'lunch']);
  t.match((await call(['ring', 'clear', '100', '--activity', 'lunch'])).out, /no such plan/);
  t.equal((await directory()).anna?.rules.ringPlans.size, 1);
  t.equal((await call(['ring', 'show', '101'])).out, 'all at once\n');

  const choose = ['choice', 'set', '100'] as const;
  await refuses('no-switchboard', ...choose, '0', 'switchboard');
  await refuses('bad-value', 'setting', 'set', 'switchboard', '999');
  await call(['setting', 'set', 'switchboard', '102']);
  t.equal((await directory()).organisation.switchboard, '102');
  await call([...choose, '1', 'message']);
  await call([...choose, '2', 'extension:101']);
  await call([...choose, '3', 'recall']);
  await call([...choose, '4', 'number:070-765 43 21']);
  await call([...choose, '5', 'mobile']);
  await call([...choose, '0', 'switchboard']);
  for (const [code, ...line] of [
    ['bad-digit', '10', 'message'],
    ['bad-digit', '*', 'message'],
    ['bad-choice', '1', 'dance'],
    ['bad-choice', '1', 'number:101'],
    ['bad-choice', '1', 'extension:voicemail'],
    ['unknown-target', '1', 'extension:999'],
    ['choice-of-oneself', '1', 'extension:100'],
    ['not-forwardable', '1', 'number:112'],
    ['not-forwardable', '1', 'number:0900-123 45 67'],
  ] as const) {
    await refuses(code, ...choose, ...line);
  }
  await refuses('no-mobile', 'choice', 'set', '101', '5', 'mobile');
  t.strictSame(
    [...((await directory()).anna?.rules.choices ?? [])],
    [
      ['0', { kind: 'switchboard' }],
      ['1', { kind: 'message' }],
      ['2', { kind: 'extension', extension: '101' }],
      ['3', { kind: 'recall' }],
      ['4', { kind: 'number', number: '+46707654321' }],
      ['5', { kind: 'mobile' }],
    ],
  );
  t.match((await call(['choice', 'show', '100'])).out, /^2 +extension:101$/m);
  await call(['choice', 'clear', '100', '--digit', '4']);
  t.equal((await directory()).anna?.rules.choices.size, 5);
  await call(['choice', 'clear', '100']);
  t.match((await call(['choice', 'clear', '100'])).out, /nothing was offered/);
  await call(['user', 'remove', '102']);
  t.equal((await directory()).organisation.switchboard, undefined, 'gone with the person');
});

t.test('what calls outside show: of a contact, and a mobile’s own number', async (t) => {
  const { call, json, refuses, db, directory, mobile, desk } = await office(t);
  const mobiles = ['rule', 'set', '100', 'shown-number', 'mobile'] as const;
  await call(['trunk', 'add', 'first', '--host', '192.0.2.1']);
  await refuses('no-verified-mobile', ...mobiles);
  t.match((await call([...mobiles])).err, /vaxel device verify <id>/);
  await refuses('only-mobile-has-number', 'device', 'verify', desk);
  await refuses('unknown-device', 'device', 'verify', 'nothing');
  t.equal((await call(['device', 'verify', mobile])).code, 0);
  await refuses('trunk-shows-no-mobiles', ...mobiles);
  await refuses('unknown-trunk', 'trunk', 'mobiles', 'second', 'yes');
  await call(['trunk', 'mobiles', 'first', 'yes']);
  t.equal((await call([...mobiles])).code, 0);
  const { anna, organisation } = await directory();
  t.equal(anna?.rules.shownNumber, 'mobile');
  t.match(
    anna?.devices.find(({ kind }) => kind === 'mobile'),
    { verified: true },
  );
  t.match(organisation.trunks, [{ showsMobiles: true, trust: 'asserted' }]);
  await refuses('mobile-for-everybody', 'rule', 'set-default', 'shown-number', 'mobile');
  await call(['device', 'verify', mobile, '--undo']);
  await refuses('no-verified-mobile', ...mobiles);
  await refuses('bad-trust', 'trunk', 'trust', 'first', 'everybody');
  await call(['trunk', 'trust', 'first', 'remote-party']);
  await call(['trunk', 'referral', 'first', 'early']);
  t.match((await directory()).organisation.trunks, [
    { trust: 'remote-party', showsMobiles: true, referralMedia: 'early' },
  ]);
  t.match((await json('trunk', 'list')).data, [{ trust: 'remote-party', showsMobiles: true }]);

  const added = await json('contact', 'add', 'Eva', '--number', '0701112233', '--show-as', 'main');
  const id = String(added.data['id']);
  const shownAs = async () =>
    (await openContacts(db, openLog('test', 'silent'))).current().shared.values().next().value
      ?.showAs;
  t.equal(await shownAs(), 'main');
  await call(['contact', 'change', id, '--vip']);
  t.equal(await shownAs(), 'main', 'what is not given stays');
  await call(['contact', 'change', id, '--show-as', 'hidden']);
  t.match((await call(['contact', 'list'])).out, /Eva +vip shown:hidden/);
  await call(['contact', 'change', id, '--show-as', 'usual']);
  t.equal(await shownAs(), undefined);
  await refuses('bad-show-as', 'contact', 'change', id, '--show-as', '112');
});

t.test('a greeting is kept as calls can play it, or refused with what is right', async (t) => {
  const { call, json, refuses, directory, state } = await office(t);
  const file = join(state, 'hello.wav');
  const samples = Int16Array.from({ length: 44_100 }, (_, n) => 8_000 * Math.sin(n / 20));
  writeFileSync(file, encodeWav({ rate: 44_100, samples }));
  const add = ['greeting', 'add', '100', '--file', file, '--for'] as const;
  const first = await json(...add, 'always', '--label', 'Usual');
  const id = String(first.data['id']);
  const kept = readWav(readFileSync(join(state, 'greetings', `${id}.wav`)));
  t.equal(kept?.rate, 16_000);
  t.equal(kept?.samples.length, 16_000, 'one second');
  await call([...add, 'activity:lunch', '--until', `${NEXT_YEAR}-12-24 16:00`]);
  await call([...add, 'name']);

  writeFileSync(join(state, 'song.mp3'), 'ID3 not sound that we know');
  writeFileSync(
    join(state, 'long.wav'),
    encodeWav({ rate: 8_000, samples: new Int16Array(960_001) }),
  );
  const other = (name: string, occasion = 'busy') =>
    ['greeting', 'add', '100', '--for', occasion, '--file', join(state, name)] as const;
  await refuses('not-a-wav', ...other('song.mp3'));
  await refuses('too-long', ...other('long.wav'));
  await refuses('greeting-file', ...other('nothing.wav'));
  await refuses('bad-occasion', ...other('hello.wav', 'activity:siesta'));
  await refuses('bad-occasion', ...other('hello.wav', 'sometimes'));
  await refuses('bad-end', ...other('hello.wav'), '--until', '2020-01-01');
  t.match((await call([...other('song.mp3')])).err, /export MP3, M4A, Ogg and others as WAV first/);
  t.equal(readdirSync(join(state, 'greetings')).length, 3, 'a refused one leaves nothing');

  const { anna, bjorn } = await directory();
  t.match(anna?.greetings?.map((greeting) => greeting.for.kind).sort(), [
    'activity',
    'always',
    'name',
  ]);
  t.strictSame(bjorn?.greetings, []);
  t.match((await call(['greeting', 'list', '100'])).out, new RegExp(`^${id} +always +Usual`, 'm'));
  t.equal((await call(['greeting', 'remove', id])).code, 0);
  t.notOk(readdirSync(join(state, 'greetings')).includes(`${id}.wav`));
  await refuses('unknown-greeting', 'greeting', 'remove', id);
});
