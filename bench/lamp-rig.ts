import { type Account, type Exchange, startExchange } from '../test/support/exchange.ts';
import { type Key, readLamp, watchLamp } from '../test/support/lamp.ts';
import { type Agent, createAgent } from '../test/support/sip/agent.ts';
import { addNativeArm, NATIVE_CODE } from './native-arm.ts';

/** Who tells the watcher: mod_sofia by itself, or the daemon. */
export type LampArm = 'native' | 'vaxel';

export interface LampRig {
  /** One call, rung, answered, ended. @returns how long each of the three took to reach the watcher, in milliseconds. */
  call(arm: LampArm): Promise<readonly (number | undefined)[]>;
  stop(): Promise<void>;
}

const TOLD_WITHIN_MS = 3_000;

/** An exchange with a caller, a phone that is called, and a phone that watches it. */
export async function openLampRig(): Promise<LampRig> {
  const exchange = await startExchange();
  const agents: Agent[] = [];
  const stop = async () => {
    await Promise.all(agents.map((agent) => agent.close()));
    await exchange.stop();
  };
  try {
    await exchange.vaxel('user', 'add', '100', '--name', 'Anna Berg');
    await exchange.vaxel('user', 'add', '101', '--name', 'Björn Ek');
    const accounts = [await exchange.addDevice('100'), await exchange.addDevice('101')] as const;
    await addNativeArm(exchange, dialOf(exchange.domain, accounts[0]));
    for (const account of [...accounts, undefined]) {
      const agent = await createAgent({ bind: '127.0.0.1' });
      agents.push(agent);
      if (account !== undefined) await agent.register({ registrar: exchange.sip, ...account });
    }
    const [called, caller, watcher] = agents;
    if (!called || !caller || !watcher) throw new Error('three telephones');
    const keys: Readonly<Record<LampArm, Key>> = {
      vaxel: await watchLamp(exchange, watcher, accounts[1], '100'),
      native: await watchLamp(exchange, watcher, accounts[1], NATIVE_LAMP),
    };
    // The first of all subscriptions holds up FreeSWITCH's events for half a second (sofia_presence_event_handler).
    for (const key of Object.values(keys)) await key.shows('off');
    return { call: (arm) => oneCall(exchange, called, caller, accounts[1], keys[arm], arm), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function oneCall(
  { sip }: Exchange,
  called: Agent,
  caller: Agent,
  account: Account,
  key: Key,
  arm: LampArm,
): Promise<readonly (number | undefined)[]> {
  const call = await caller.call({
    ...{ to: arm === 'native' ? NATIVE_CODE : '100', domain: account.domain, proxy: sip },
    ...{ auth: account, from: { user: account.username } },
  });
  const arrived = await called.nextCall();
  const told = async (act: () => Promise<unknown>, wanted: 'ringing' | 'busy' | 'off') => {
    const seen = key.subscription.notifications.length;
    const began = performance.now();
    await act();
    try {
      const notified = await key.subscription.notified(
        (each) =>
          key.subscription.notifications.indexOf(each) >= seen && readLamp(each.body) === wanted,
        TOLD_WITHIN_MS,
      );
      return notified.atMs - began;
    } catch {
      return undefined;
    }
  };
  const times = [
    await told(() => {
      arrived.ring();
      return Promise.resolve();
    }, 'ringing'),
    await told(() => arrived.answer(), 'busy'),
  ];
  await call.answered();
  times.push(await told(() => call.hangup(), 'off'));
  return times;
}

/** A lamp that presence_map.conf does not give to the daemon. */
const NATIVE_LAMP = 'native';

/** The same leg as the daemon would dial, with FreeSWITCH's own presence on it. */
const dialOf = (domain: string, { username }: Account): string =>
  `{ignore_early_media=true,sip_invite_domain=${domain}}` +
  `[presence_id=${NATIVE_LAMP}@${domain},leg_timeout=25]\${sofia_contact(vaxel/${username}@${domain})}`;
