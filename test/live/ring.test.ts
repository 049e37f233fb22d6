import { createAgent } from '../support/sip/agent.ts';
import { rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import { liveTest } from '../support/live.ts';

liveTest('a call rings every device at once', async (t, exchange) => {
  await exchange.vaxel('user', 'add', '100', '--name', 'Anna Berg');
  await exchange.vaxel('user', 'add', '101', '--name', 'Björn Ek');
  const at = { domain: exchange.domain, registrar: exchange.sip };
  const phone = async (extension: string, toneHz: number) => {
    const account = await exchange.addDevice(extension);
    const agent = await createAgent({ bind: '127.0.0.1', toneHz });
    t.teardown(() => agent.close());
    await agent.register({ ...at, ...account });
    return { agent, account };
  };
  const app = await phone('100', 500);
  const desk = await phone('100', 620);
  const other = await phone('100', 740);
  const bjorn = await phone('101', 440);
  const all = [app, desk, other];

  const callAnna = () =>
    bjorn.agent.call({
      to: '100',
      domain: exchange.domain,
      proxy: exchange.sip,
      auth: bjorn.account,
      from: { user: bjorn.account.username },
    });

  await t.test(
    'S021: all three ring, the first answer wins, nobody else logs a missed call',
    async (t) => {
      for (const { agent } of all) agent.onCall(rings);
      const call = await callAnna();
      await call.ringing();
      const ringing = await Promise.all(all.map(({ agent }) => agent.nextCall()));
      t.equal(ringing[0]?.from.displayName, 'Björn Ek', 'S045: the name arrives');
      t.equal(ringing[0]?.from.user, '101', 'S045: and the number');
      await ringing[1]?.answer();
      await call.answered();
      for (const loser of [ringing[0], ringing[2]]) {
        const { reasons } = (await loser?.waitForCancel()) ?? { reasons: [] };
        t.match(reasons.join(), /cause=200;text="Call completed elsewhere"/);
      }
      const winner = ringing[1];
      if (winner === undefined) throw new Error('no call');
      await Promise.all([heard(call, 620, 4_000), heard(winner, 440, 4_000)]);
      await call.hangup();
      t.match(await winner.ended(), { kind: 'bye', by: 'them' });
    },
  );
});
