import type { Test } from 'tap';
import type { Account, Exchange } from './exchange.ts';
import { type Agent, createAgent } from './sip/agent.ts';
import type { CallTo, OutgoingCall } from './sip/outgoing-call.ts';

/** A softphone set up as its owner would: with what `vaxel device add` printed. */
export interface Phone {
  readonly agent: Agent;
  readonly account: Account;
  dial(to: string, more?: Partial<CallTo>): Promise<OutgoingCall>;
}

/** Adds a device to a person and registers a telephone on it, with a tone of its own. */
export async function addPhone(
  t: Test,
  exchange: Exchange,
  extension: string,
  toneHz: number,
): Promise<Phone> {
  return registerPhone(t, exchange, await exchange.addDevice(extension), toneHz);
}

/** Another telephone on an account there is. */
export async function registerPhone(
  t: Test,
  { sip }: Exchange,
  account: Account,
  toneHz: number,
): Promise<Phone> {
  const agent = await createAgent({ bind: '127.0.0.1', toneHz });
  t.teardown(() => agent.close());
  await agent.register({ registrar: sip, ...account });
  return {
    agent,
    account,
    dial: (to, more = {}) =>
      agent.call({
        to,
        domain: account.domain,
        proxy: sip,
        auth: account,
        from: { user: account.username },
        ...more,
      }),
  };
}
