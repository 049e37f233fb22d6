import type { Test } from 'tap';
import type { Account, Exchange } from './exchange.ts';
import { type Agent, createAgent } from './sip/agent.ts';
import type { CallTo, OutgoingCall } from './sip/outgoing-call.ts';
import { createTrunkPeer, type TrunkPeer } from './sip/trunk-peer.ts';

/** Whatever ends what it was given: a test, or a bench. */
export type Owner = Pick<Test, 'teardown'>;

/** A telephone that is registered with an account of its own. */
export interface Phone {
  readonly agent: Agent;
  readonly account: Account;
  /** Dials as a phone does: through the exchange, as itself. */
  call(to: string, more?: Partial<CallTo>): Promise<OutgoingCall>;
}

/** Gives a person one device more, and registers it. */
export async function plugIn(
  t: Owner,
  exchange: Exchange,
  extension: string,
  toneHz = 440,
): Promise<Phone> {
  return registerPhone(t, exchange, await exchange.addDevice(extension), toneHz);
}

/** A telephone on an account there is: the first, or one more. */
export async function registerPhone(
  t: Owner,
  exchange: Pick<Exchange, 'sip'>,
  account: Account,
  toneHz: number,
): Promise<Phone> {
  const agent = await createAgent({ bind: '127.0.0.1', toneHz });
  t.teardown(() => agent.close());
  await agent.register({ registrar: exchange.sip, ...account });
  return {
    agent,
    account,
    call: (to, more = {}) =>
      agent.call({
        to,
        domain: account.domain,
        proxy: exchange.sip,
        auth: account,
        from: { user: account.username },
        ...more,
      }),
  };
}

/** Adds a trunk, and is its other end. */
export async function addCarrier(
  t: Owner,
  exchange: Exchange,
  name: string,
  toneHz = 900,
): Promise<TrunkPeer> {
  const carrier = await createTrunkPeer({ bind: '127.0.0.1', toneHz });
  t.teardown(() => carrier.close());
  const { host, port } = carrier.local;
  await exchange.vaxel('trunk', 'add', name, '--host', `${host}:${port}`);
  // As one that lets no customer write a From that is not theirs.
  await exchange.vaxel('trunk', 'trust', name, 'from');
  return carrier;
}

/** The office: Anna (100, +46812345600) and Björn (101, +46812345601), and Cecilia (102) without a number. */
export async function fillOffice(exchange: Exchange): Promise<void> {
  await exchange.vaxel('user', 'add', '100', '--name', 'Anna Berg', '--number', '+46812345600');
  await exchange.vaxel('user', 'add', '101', '--name', 'Björn Ek', '--number', '+46812345601');
  await exchange.vaxel('user', 'add', '102', '--name', 'Cecilia Dahl');
}
