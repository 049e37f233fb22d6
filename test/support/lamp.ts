import { PATIENCE_MS } from './patience.ts';
import type { Exchange, Account } from './exchange.ts';
import { eventually } from './eventually.ts';
import type { Agent } from './sip/agent.ts';
import type { SubscribeTo, Subscription } from './sip/subscription.ts';

/** What a BLF key shows, as a phone reads it off the last NOTIFY (RFC 4235). */
export type Lit = 'unknown' | 'off' | 'ringing' | 'busy' | 'held';

/** A key of a phone that watches somebody. */
export interface Key {
  readonly name: string;
  lit(): Lit;
  /** When it last said something else than before, on the agents’ clock. */
  readonly subscription: Subscription;
  /** @throws where it does not show that in time. */
  shows(wanted: Lit, withinMs?: number): Promise<void>;
}

export async function watchLamp(
  { sip }: Pick<Exchange, 'sip'>,
  agent: Agent,
  account: Pick<Account, 'username' | 'password' | 'domain'>,
  to: string,
  more: Partial<SubscribeTo> = {},
): Promise<Key> {
  const subscription = await agent.subscribe({
    ...{ event: 'dialog', to, domain: account.domain, proxy: sip },
    auth: account,
    ...more,
  });
  const name = `${to} on ${account.username}`;
  const lit = () => readLamp(subscription.heeded()?.body);
  return {
    name,
    lit,
    subscription,
    shows: async (wanted, withinMs = PATIENCE_MS) => {
      await eventually(
        `lamp ${wanted} of ${name}, which is ${lit()}`,
        () => lit() === wanted,
        withinMs,
      ).catch(() => {
        throw new Error(`the lamp of ${name} is ${lit()}, not ${wanted}, after ${withinMs} ms`);
      });
    },
  };
}

/** Every document is a full one, so it alone says what the key shows. */
export function readLamp(body: string | undefined): Lit {
  if (body === undefined) return 'unknown';
  if (!/^<\?xml[^>]*>\s*<dialog-info [^>]*state="full"/.test(body)) return 'unknown';
  const states = [...body.matchAll(/<state>(\w+)<\/state>/g)].map(([, state]) => state);
  if (states.includes('early')) return 'ringing';
  if (!states.includes('confirmed')) return 'off';
  return body.includes('pvalue="no"') ? 'held' : 'busy';
}
