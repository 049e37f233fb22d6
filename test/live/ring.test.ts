import { existsSync } from 'node:fs';
import { childOf } from '../support/child-of.ts';
import { refuses, rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import { eventually } from '../support/eventually.ts';
import { liveTest } from '../support/live.ts';
import { plugIn, registerPhone } from '../support/phones.ts';

liveTest('a call to a person', async (t, exchange) => {
  await exchange.vaxel('user', 'add', '100', '--name', 'Anna Berg');
  await exchange.vaxel('user', 'add', '101', '--name', 'Björn Ek');
  const app = await plugIn(t, exchange, '100', 500);
  const desk = await plugIn(t, exchange, '100', 620);
  const home = await plugIn(t, exchange, '100', 740);
  const bjorn = await plugIn(t, exchange, '101', 440);
  const all = [app, desk, home];
  const allRing = () => {
    for (const { agent } of all) agent.onCall(rings);
  };
  const allCalled = () => Promise.all(all.map(({ agent }) => agent.nextCall()));

  await t.test('S021: rings all three; the first answer wins, nobody else misses it', async (t) => {
    allRing();
    const call = await bjorn.call('100');
    await call.ringing();
    const [first, winner, third] = await allCalled();
    if (first === undefined || winner === undefined || third === undefined)
      throw new Error('three');
    t.equal(first.from.displayName, 'Björn Ek', 'S045: the name arrives');
    t.equal(first.from.user, '101', 'S045: and the number');
    t.ok(await winner.answer());
    await call.answered();
    for (const loser of [first, third]) {
      const { reasons } = await loser.waitForCancel();
      t.match(reasons.join(), /SIP;cause=200;text="Call completed elsewhere"/);
    }
    await Promise.all([heard(call, 620), heard(winner, 440)]);
    await call.hangup();
    t.match(await winner.ended(), { kind: 'bye', by: 'them' });
  });

  await t.test('a call that is handed on is offered nothing of who handed it on', async (t) => {
    await exchange.vaxel('user', 'add', '102', '--name', 'Cecilia Dahl');
    await exchange.vaxel('choice', 'set', '100', '2', 'extension:101');
    allRing();
    const call = await bjorn.call('100');
    const [ringing] = await allCalled();
    await ringing?.answer();
    await call.answered();
    await ringing?.refer(`sip:102@${exchange.domain}`);
    const left = await eventually('message for her', async () => {
      const { rows = [] } = JSON.parse(await exchange.esl.api('show channels as json')) as {
        readonly rows?: readonly { readonly uuid: string }[];
      };
      const [leg] = rows;
      if (leg === undefined || rows.length > 1) return undefined;
      const read = async (name: string) => exchange.esl.api(`uuid_getvar ${leg.uuid} ${name}`);
      return (await read('vx_mailbox')) === '102' && (await read('vx_offer'));
    });
    t.equal(left, 'none', 'Anna’s keys mean nothing at her mailbox');
    await call.hangup();
  });

  for (const status of [486, 480, 603, 404, 500]) {
    await t.test(`S022: a ${status} from one device does not end the others`, async (t) => {
      allRing();
      app.agent.onCall(refuses(status));
      const call = await bjorn.call('100');
      const [, ringing] = await allCalled();
      await call.ringing();
      await ringing?.answer();
      t.equal((await call.answered()).status, 200);
      await call.hangup();
    });
  }

  await t.test('S022: a dead contact does not delay the others', async (t) => {
    allRing();
    app.agent.drop((message) => 'method' in message && message.method === 'INVITE');
    const call = await bjorn.call('100');
    const ringing = await desk.agent.nextCall();
    const before = performance.now();
    await ringing.answer();
    await call.answered();
    t.ok(performance.now() - before < 10_000, 'before the dead one is given up');
    await call.hangup();
    app.agent.drop(undefined);
    await home.agent.nextCall();
  });

  await t.test('the caller who hangs up stops every device', async (t) => {
    allRing();
    const call = await bjorn.call('100');
    await call.ringing();
    const ringing = await allCalled();
    call.cancel();
    for (const each of ringing) {
      t.notMatch((await each.waitForCancel()).reasons.join(), /completed elsewhere/);
    }
  });

  await t.test('S023: two answers within milliseconds give one bridge and no ghost', async (t) => {
    for (let round = 0; round < 10; round += 1) {
      allRing();
      const call = await bjorn.call('100');
      await call.ringing();
      const [a, b, c] = await allCalled();
      if (a === undefined || b === undefined || c === undefined) throw new Error('three');
      await Promise.all([a.answer(), b.answer()]);
      await call.answered();
      await c.waitForCancel();
      const loser = await Promise.race([a.ended().then(() => a), b.ended().then(() => b)]);
      const winner = loser === a ? b : a;
      await Promise.all([heard(call, winner === a ? 500 : 620), heard(winner, 440)]);
      t.equal(winner.ending(), undefined, `round ${round}: the winner talks on`);
      await call.hangup();
      await winner.ended();
    }
    const nothingLeft = async () =>
      /^\s*0 total/.test(await exchange.esl.api('show channels count'));
    t.ok(await eventually('exchange without a channel', nothingLeft));
  });

  await t.test('S002: one account on two telephones rings both', async (t) => {
    const second = await registerPhone(t, exchange, desk.account, 880);
    for (const phone of [...all, second]) phone.agent.onCall(rings);
    const call = await bjorn.call('100');
    await allCalled();
    const ringing = await second.agent.nextCall();
    await ringing.answer();
    await call.answered();
    await heard(call, 880);
    await call.hangup();
  });

  await t.test('the log says why each call went where it did', async (t) => {
    const routed = exchange.daemonLog().filter(({ msg }) => msg === 'call routed');
    t.ok(routed.length >= 15);
    t.match(routed[0], {
      plan: 'ring',
      trace: [
        'caller: Björn Ek (101), desk Desk phone',
        'number: 100 is Anna Berg',
        /^fork: /,
        'registered: 3 of the accounts’ contacts',
      ],
    });
  });

  await t.test('SIGTERM ends all of it, FreeSWITCH in its own time and not by force', async (t) => {
    const children = ['freeswitch', 'vaxel-daemon', 'vaxel-provision'];
    const pids = children.map((name) => childOf(exchange.pid, name));
    process.kill(exchange.pid, 'SIGTERM');
    await eventually('end of them all', () => !pids.some((pid) => existsSync(`/proc/${pid}`)));
    t.match(exchange.freeswitchLog(), /Deleting Dialplan 'XML'/, 'its modules were unloaded');
  });
});
