import { once, EventEmitter } from 'node:events';
import t, { type Test } from 'tap';
import { migrate } from '../../../common/db/migrate.ts';
import { type Db, openDb } from '../../../common/db/open.ts';
import { addOrganisation } from '../../../common/db/organisations.ts';
import { addRecall, listRecalls, type RecallRecord } from '../../../common/db/recalls.ts';
import { addUser } from '../../../common/db/users.ts';
import type { E164, Extension } from '../../../common/phone-number.ts';
import { openLog } from '../../../common/log.ts';
import { epochMs } from '../../../common/time.ts';
import { connectEsl } from '../../../daemon/esl/connection.ts';
import { callBack } from '../../../daemon/recall/call-back.ts';
import { dueRecalls, TRIES, TRY_AGAIN_MS } from '../../../daemon/recall/due.ts';
import { keepRecalls } from '../../../daemon/recall/keep-recalls.ts';
import { startFakeFreeSwitch } from '../../support/fake-freeswitch.ts';
import { anka, directoryOf } from '../../support/office.ts';

const CALLER = '+46701112233' as E164;
const LEG = '11111111-2222-3333-4444-555555555555';
const quiet = openLog('test', 'silent');
const ready = { isOpen: () => true, isIdle: () => true, isWithinHours: () => true };

const recall = (id: string, more: Partial<RecallRecord> = {}): RecallRecord => ({
  id,
  organisationId: 'o-anka',
  userId: 'u-100',
  caller: CALLER,
  callerName: 'Karl Ek',
  endsAt: epochMs(1_000),
  tries: 0,
  notBefore: epochMs(0),
  ...more,
});

t.test(
  'a person is called when they are open, idle and at work, for who waits longest',
  async (t) => {
    const ids = (recalls: readonly RecallRecord[], now = 0, who = ready) =>
      dueRecalls(recalls, who, epochMs(now)).map(({ id }) => id);
    const bjorns = recall('third', { userId: 'u-101' });
    t.strictSame(ids([recall('first'), recall('second'), bjorns]), ['first', 'third']);
    for (const no of ['isOpen', 'isIdle', 'isWithinHours'] as const) {
      const away = { ...ready, [no]: (user: string) => user !== 'u-100' };
      t.strictSame(ids([recall('first'), bjorns], 0, away), ['third'], no);
    }
    t.strictSame(ids([recall('over', { endsAt: epochMs(5) }), recall('next')], 5), ['next']);
    t.strictSame(ids([recall('later', { notBefore: epochMs(6) })], 5), []);
    t.strictSame(ids([recall('later', { notBefore: epochMs(6) })], 6), ['later']);
    t.strictSame(ids([recall('tired', { tries: TRIES })]), []);
  },
);

async function database(t: Test) {
  const db = openDb(':memory:');
  t.teardown(() => db.destroy());
  await migrate(db);
  const added = await addOrganisation(db, { domain: 'anka.example', name: 'Anka' }, epochMs(0));
  if (added.kind === 'refused') throw new Error(added.why);
  const { organisation } = added;
  const person = async (extension: string) => {
    const user = await addUser(db, organisation, { extension, name: 'Anna Berg' }, epochMs(0));
    if (user.kind === 'refused') throw new Error(user.why);
    return user.user.id;
  };
  return {
    db,
    organisationId: organisation.id,
    anna: await person('100'),
    bjorn: await person('101'),
  };
}

/** Recalls whose calls a test answers, one by one. */
function keeping(t: Test, db: Db, readiness = ready) {
  const rang = new EventEmitter();
  const ends: ((end: 'answered' | 'unanswered') => void)[] = [];
  let now = 0;
  const calls: string[] = [];
  const kept = keepRecalls({
    db,
    clock: () => epochMs(now),
    log: quiet,
    readiness,
    lookEveryMs: 60_000,
    call: ({ caller }) =>
      new Promise((end) => {
        calls.push(caller);
        ends.push(end);
        rang.emit('call');
      }),
  });
  t.teardown(async () => {
    for (const end of ends) end('unanswered');
    await kept.stop();
  });
  const ringing = async (times: number) => {
    while (calls.length < times) await once(rang, 'call');
  };
  return { kept, calls, ringing, at: (ms: number) => (now = ms) };
}

t.test('who waits is called once, and again where the person did not answer', async (t) => {
  const { db, organisationId, anna, bjorn } = await database(t);
  const { kept, calls, ringing, at } = keeping(t, db);
  const wanted = { organisationId, userId: anna, caller: CALLER, callerName: 'Karl Ek' };
  await addRecall(db, wanted, epochMs(0));
  await addRecall(db, wanted, epochMs(0));
  kept.look();
  await ringing(1);
  t.equal((await listRecalls(db, epochMs(0))).length, 1, 'who asks twice waits once');
  t.match(await listRecalls(db, epochMs(0)), [{ tries: 1, notBefore: TRY_AGAIN_MS }]);
  kept.look();
  kept.look();
  const cecilia = { ...wanted, caller: '102' as Extension, callerName: 'Cecilia Dahl' };
  await addRecall(db, cecilia, epochMs(0));
  at(TRY_AGAIN_MS + 1);
  kept.look();
  await addRecall(db, { ...wanted, userId: bjorn, caller: '103' as Extension }, epochMs(0));
  kept.look();
  await ringing(2);
  t.strictSame(
    calls,
    [CALLER, '103'],
    'while one call is under way no other is made to the person',
  );
});

t.test('who is called for hangs up, and the call is made at once', async (t) => {
  const { db, organisationId, anna, bjorn } = await database(t);
  let [idle, looked] = [false, 0];
  const isIdle = () => {
    looked += 1;
    return idle;
  };
  const { kept, calls, ringing } = keeping(t, db, { ...ready, isIdle });
  const wanted = { organisationId, userId: anna, caller: CALLER, callerName: 'Karl Ek' };
  await addRecall(db, wanted, epochMs(0));
  kept.look();
  while (looked === 0) await new Promise(setImmediate);
  t.strictSame(calls, []);
  idle = true;
  kept.idle([bjorn]);
  kept.idle([anna]);
  await ringing(1);
  t.strictSame(calls, [CALLER]);
});

for (const [end, tries, left] of [
  ['answered', 1, 0],
  ['unanswered', TRIES, 0],
  ['unanswered', 1, 1],
] as const) {
  t.test(`${end} at try ${tries} leaves ${left} waiting`, async (t) => {
    const { db, organisationId, anna } = await database(t);
    const wanted = { organisationId, userId: anna, caller: CALLER, callerName: '' };
    const { id } = await addRecall(db, wanted, epochMs(0));
    await db
      .updateTable('recall')
      .set({ tries: tries - 1 })
      .where('id', '=', id)
      .execute();
    const called = new EventEmitter();
    const kept = keepRecalls({
      db,
      clock: () => epochMs(1),
      log: quiet,
      readiness: ready,
      call: async () => {
        called.emit('call');
        return end;
      },
    });
    kept.look();
    await once(called, 'call');
    await kept.stop();
    t.equal((await listRecalls(db, epochMs(1))).length, left);
  });
}

t.test('a promise that has run out is forgotten, and none is kept after the stop', async (t) => {
  const { db, organisationId, anna, bjorn } = await database(t);
  const wanted = { organisationId, userId: anna, caller: CALLER, callerName: '' };
  const old = await addRecall(db, wanted, epochMs(0));
  await addRecall(db, { ...wanted, userId: bjorn }, epochMs(1));
  const calls: string[] = [];
  const called = new EventEmitter();
  const kept = keepRecalls({
    db,
    clock: () => old.endsAt,
    log: quiet,
    readiness: ready,
    call: async ({ userId }) => {
      calls.push(userId);
      called.emit('call');
      return 'answered';
    },
  });
  kept.look();
  await once(called, 'call');
  await kept.stop();
  kept.look();
  t.strictSame(calls, [bjorn]);
  t.strictSame(await db.selectFrom('recall').select('id').execute(), []);
});

t.test('the person is rung, and the telephone that is answered dials who waits', async (t) => {
  let answered = `+OK ${LEG}\n`;
  const fake = await startFakeFreeSwitch({
    answer: (command) => {
      if (command.startsWith('api sofia_contact vaxel/100-app@')) {
        return 'sofia/vaxel/sip:100-app@10.0.0.7:5060';
      }
      if (command.startsWith('api sofia_contact')) return 'error/user_not_registered';
      if (command.startsWith('bgapi originate')) return answered;
      return undefined;
    },
  });
  t.teardown(() => fake.stop());
  const link = await connectEsl({ host: '127.0.0.1', port: fake.port, password: 'office' });
  t.teardown(() => {
    link.close();
  });
  const directory = directoryOf(anka);
  const call = callBack({ directory: () => directory, control: () => link });
  const karl = recall('r1', { callerName: "Karl 'Kalle' Ek, Ek & Co ${system(x)}" });
  t.equal(await call(karl), 'answered');
  const originate = fake.received.find((command) => command.startsWith('bgapi originate')) ?? '';
  t.match(originate, /sip_invite_domain=anka\.example,/);
  t.match(
    originate,
    /,origination_caller_id_number=\+46701112233,origination_caller_id_name='Återuppringning Karl Kalle Ek Ek Co system x'}/,
  );
  t.match(
    originate,
    /}\[origination_uuid=[0-9a-f-]{36},presence_data=vaxel\/u-100\/d-anna-app\/calls,sip_auth_username=100-app]sofia\/vaxel\/sip:100-app@10\.0\.0\.7:5060 \+46701112233 XML vaxel-clicked\n/,
  );
  t.notMatch(originate, /gateway|desk/, 'a mobile and a phone that is not there are left alone');

  answered = '-ERR NO_ANSWER\n';
  t.equal(await call(karl), 'unanswered');
  t.equal(await call(recall('r2', { userId: 'u-102' })), 'unanswered', 'nothing is registered');
  t.equal(await call(recall('r3', { userId: 'u-gone' })), 'unanswered');
});
