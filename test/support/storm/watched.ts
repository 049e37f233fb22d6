import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange, Account } from '../exchange.ts';
import { type Lit, readLamp, watchLamp } from '../lamp.ts';
import type { Agent } from '../sip/agent.ts';
import type { SubscribeTo, Subscription } from '../sip/subscription.ts';

/** How long a lamp may be wrong, in milliseconds, by the issue and by `docs/lamps.md`. */
export const WRONG_MS = 2_000;
/** How late it may be on a machine that has all the other tests to run; it is the bench that measures. */
const STAYS_MS = 10_000;

/** Something is broken on purpose; while it is, and for two seconds after it, lamps may be wrong. */
export interface Fault {
  isActive(): boolean;
  /** When the last one ended, on the agents' clock; 0 where there was none. */
  endedAt(): number;
  /** How many there were, with the one that goes on. */
  count(): number;
  /** How many of them ended every call there was. */
  callsLost(): number;
}

export interface Counts {
  looked: number;
  /** Wrong for more than two seconds. */
  late: number;
  /** Wrong for more than ten. */
  wrong: number;
}

/** A lamp on every key that watches it, held against what is true. */
export interface Watched {
  readonly counts: Counts;
  watch(agent: Agent, to: string, answer?: SubscribeTo['answer']): Promise<void>;
  /**
   * Settles when all keys show that, or have not in time.
   * @throws where every call is lost meanwhile, so that it is true no more.
   */
  show(to: string, wanted: Lit): Promise<void>;
}

export function createWatched(
  exchange: Exchange,
  account: Account,
  fault: Fault,
  say: (text: string) => void,
): Watched {
  const explain = async (to: string) =>
    `what the daemon says of ${to}: ${JSON.stringify(await exchange.vaxel('lamps', '--of', to)).slice(0, 300)}`;
  const keys = new Map<string, (() => Lit)[]>();
  const counts: Counts = { looked: 0, late: 0, wrong: 0 };

  return {
    counts,
    async watch(agent, to, answer = () => 200) {
      const key = await keepWatching(() => watchLamp(exchange, agent, account, to, { answer }));
      keys.set(to, [...(keys.get(to) ?? []), key]);
    },
    async show(to, wanted) {
      const began = performance.now();
      const lost = fault.callsLost();
      let isLate = false;
      const of = keys.get(to) ?? [];
      counts.looked += of.length;
      for (;;) {
        const others = of.map((lit) => lit()).filter((lit) => lit !== wanted);
        if (others.length === 0) return;
        if (fault.callsLost() > lost) throw new Error('every call is lost');
        const since = performance.now() - Math.max(began, fault.endedAt());
        if (!fault.isActive() && since > WRONG_MS && !isLate) {
          isLate = true;
          counts.late += others.length;
          say(`${to} is ${others[0] ?? ''} on ${others.length} keys, not ${wanted}, after 2 s`);
        }
        if (!fault.isActive() && since > STAYS_MS) {
          counts.wrong += others.length;
          say(await explain(to));
          return;
        }
        await pause(10);
      }
    },
  };
}

/** Shows what the newest subscription was told last; one that the exchange has ended is begun anew. */
async function keepWatching(
  subscribe: () => Promise<{ readonly subscription: Subscription }>,
): Promise<() => Lit> {
  let { subscription } = await subscribe();
  let seen = { of: subscription, count: -1, lit: 'unknown' as Lit };
  let isRenewing = false;

  function renew(): void {
    isRenewing = true;
    subscribe().then(
      (anew) => {
        ({ subscription } = anew);
        isRenewing = false;
      },
      () => {
        isRenewing = false;
      },
    );
  }

  return () => {
    const { notifications } = subscription;
    if (!isRenewing && subscription.terminated()) renew();
    if (seen.of === subscription && seen.count === notifications.length) return seen.lit;
    // A copy of an old one may come after the new one: a phone goes by their numbers (RFC 3261 §12.2.2).
    const last = notifications
      .filter(({ body }) => body !== '')
      .reduce<(typeof notifications)[number] | undefined>(
        (newest, each) => (newest && newest.sequence > each.sequence ? newest : each),
        undefined,
      );
    seen = { of: subscription, count: notifications.length, lit: readLamp(last?.body) };
    return seen.lit;
  };
}
