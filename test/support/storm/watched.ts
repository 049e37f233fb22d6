import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange, Account } from '../exchange.ts';
import { type Key, type Lit, watchLamp } from '../lamp.ts';
import type { Agent } from '../sip/agent.ts';
import type { SubscribeTo } from '../sip/subscription.ts';

/** How long a lamp may be wrong, in milliseconds, by the issue and by `docs/lamps.md`. */
export const WRONG_MS = 2_000;
/** How late it may be on a machine that has all the other tests to run; it is the bench that measures. */
const STAYS_MS = 10_000;

/** Something is broken on purpose; while it is, and for two seconds after it, lamps may be wrong. */
export interface Fault {
  isActive(): boolean;
  /** When the last one ended, on the agents' clock; 0 where there was none. */
  endedAt(): number;
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
   * @throws where it is true no more.
   */
  show(to: string, wanted: Lit, isTrue?: () => boolean): Promise<void>;
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
    async show(to, wanted, isTrue = () => true) {
      const began = performance.now();
      let isLate = false;
      const of = keys.get(to) ?? [];
      counts.looked += of.length;
      for (;;) {
        const others = of.map((lit) => lit()).filter((lit) => lit !== wanted);
        if (others.length === 0) return;
        if (!isTrue()) throw new Error('every call is lost');
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

/** Shows what it was told last; a subscription that the exchange has ended is begun anew, at once. */
async function keepWatching(subscribe: () => Promise<Key>): Promise<() => Lit> {
  let key = await subscribe();
  let before: Lit = 'unknown';

  function renewAtItsEnd(): void {
    void key.subscription.end.then(async () => {
      before = key.lit();
      key = await until(subscribe);
      renewAtItsEnd();
    });
  }

  renewAtItsEnd();
  return () => (key.lit() === 'unknown' ? before : key.lit());
}

/** FreeSWITCH may be away. */
async function until<Result>(tried: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await tried();
    } catch {
      await pause(AGAIN_MS, undefined, { ref: false });
    }
  }
}

const AGAIN_MS = 1_000;
