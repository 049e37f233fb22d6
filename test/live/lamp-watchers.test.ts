import { readStandingDialogs } from '../../common/db/standing-subscriptions.ts';
import { tableFile } from '../../daemon/lamps/standing.ts';
import { eventually } from '../support/eventually.ts';
import type { Account } from '../support/exchange.ts';
import { type Key, type Lit, watchLamp } from '../support/lamp.ts';
import { liveTest } from '../support/live.ts';
import { fillOffice, plugIn } from '../support/phones.ts';
import { createAgent } from '../support/sip/agent.ts';

/** FreeSWITCH looks for what has expired every 30 s (mod_sofia.h, IREG_SECONDS), and the daemon waits as long for what is late. */
const FORGOTTEN_MS = 120_000;

liveTest('phones that watch and do not listen', async (t, exchange) => {
  await fillOffice(exchange);
  const anna = await plugIn(t, exchange, '100');
  const bjorn = await plugIn(t, exchange, '101');
  const cecilia = await plugIn(t, exchange, '102');
  const watcher = async () => {
    const agent = await createAgent({ bind: '127.0.0.1' });
    t.teardown(() => agent.close());
    return agent;
  };
  /** Keys of others, that must be right all the time. */
  const others = [
    await watchLamp(exchange, bjorn.agent, bjorn.account, '100'),
    await watchLamp(exchange, cecilia.agent, cecilia.account, '100'),
  ];
  const show = (wanted: Lit, more: readonly Key[] = []) =>
    Promise.all([...others, ...more].map((key) => key.shows(wanted)));
  await show('off');

  /** Björn calls Anna, who answers and ends it; `within` happens while they talk. */
  const talk = async (within: () => Promise<void> = () => Promise.resolve()) => {
    const call = await bjorn.call('100');
    const arrived = await anna.agent.nextCall();
    arrived.ring();
    await show('ringing');
    await arrived.answer();
    await call.answered();
    await show('busy');
    await within();
    await arrived.hangup();
    await show('off');
  };
  const standing = async (account: Pick<Account, 'username'>) =>
    (await readStandingDialogs(tableFile(exchange.state))).filter(({ phone }) =>
      phone.includes(`<sip:${account.username}@`),
    ).length;
  const listed = async ({ username }: Account) =>
    ((await exchange.vaxel('lamps', '--of', '100')) as readonly { watcher: string }[]).filter(
      ({ watcher }) => watcher.startsWith(`${username}@`),
    ).length;

  // signalwire/freeswitch#1110: mod_sofia hears a 481 only in a call (sofia.c, nua_r_notify), so the dialog stands until its time is over.
  await t.test(
    '#1110: one that answers 481 is right when it comes anew, and its old dialog ends',
    async (t) => {
      const account = await exchange.addDevice('102');
      const agent = await watcher();
      let knows = true;
      const key = await watchLamp(exchange, agent, account, '100', {
        expires: 5,
        answer: () => (knows ? 200 : 481),
      });
      await key.shows('off');
      knows = false;
      // Nor does it renew what it does not know.
      agent.drop(
        (message, way) => way === 'out' && 'method' in message && message.method === 'SUBSCRIBE',
      );
      await talk(async () => {
        await key.shows('busy');
        agent.drop(undefined);
        const anew = await watchLamp(exchange, agent, account, '100');
        await anew.shows('busy');
        agent.drop(
          (message, way) => way === 'out' && 'method' in message && message.method === 'SUBSCRIBE',
        );
      });
      await eventually(
        'the end of the old one',
        async () => (await standing(account)) === 1,
        FORGOTTEN_MS,
      );
      const heard = key.subscription.notifications.length;
      await talk();
      t.equal(key.subscription.notifications.length, heard);
    },
  );

  await t.test(
    'one whose refresh is refused is forgotten, and right when it comes anew',
    async (t) => {
      const account = await exchange.addDevice('102');
      const agent = await watcher();
      const key = await watchLamp(exchange, agent, account, '100', { expires: 5 });
      await key.shows('off');
      const rotated = (await exchange.vaxel('device', 'rotate', account.id)) as Account;
      await t.rejects(key.subscription.refresh(), /40[13]/);
      t.equal(await listed(account), 1);
      await eventually(
        'its end in FreeSWITCH',
        async () => (await standing(account)) === 0,
        FORGOTTEN_MS,
      );
      t.ok(key.subscription.terminated(), 'and it was told so');
      await talk(async () => {
        const anew = await watchLamp(exchange, agent, rotated, '100');
        await anew.shows('busy');
        await anew.subscription.unsubscribe();
      });
      await eventually(
        'its end in the ledger',
        async () => (await listed(account)) === 0,
        FORGOTTEN_MS,
      );
    },
  );

  // NethServer/dev#8122.
  await t.test(
    'a dead one keeps nobody else waiting, and is right when it lives again',
    async (t) => {
      const account = await exchange.addDevice('102');
      const dead = await watcher();
      const colleagues = ['100', '101', '102', '103', '104', '105', '106', '107', '108', '109'];
      for (const to of colleagues) await watchLamp(exchange, dead, account, to);
      await talk();
      await dead.close();
      for (let i = 0; i < 5; i += 1) await talk();
      await talk(async () => {
        const alive = await watchLamp(exchange, await watcher(), account, '100');
        await alive.shows('busy');
      });
      t.match(await exchange.vaxel('status'), { lamps: { wrong: 0 } });
      t.match(await exchange.vaxel('lamps', '--wrong'), []);
    },
  );

  await t.test('a slow one is right before it answers, and keeps nobody waiting', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = await watchLamp(exchange, await watcher(), cecilia.account, '100', {
      answer: async () => {
        await held;
        return 200;
      },
    });
    await talk(() => slow.shows('busy'));
    await slow.shows('off');
    release();
    await talk();
  });
});
