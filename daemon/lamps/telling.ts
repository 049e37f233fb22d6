import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import { type Lamp, lampKey, type LampState } from '../call/lamp.ts';
import type { EslConnection } from '../esl/connection.ts';
import { tellLamp } from '../esl/presence.ts';
import type { Orphans } from './orphans.ts';

/** `after`: dark before and now, so what changes meanwhile goes before it. */
export type Hurry = 'first' | 'after';

/** Tells lamps as fast as FreeSWITCH takes it, each time the truth of the moment of sending. */
export interface Telling {
  /** Everybody who listens is told, once however often it is asked for before. */
  put(lamps: Iterable<Lamp>, hurry: (lamp: Lamp) => Hurry): void;
  /** At once; undefined: everybody who listens. Nobody, where there is no FreeSWITCH. */
  one(lamp: Lamp, subscription: string | undefined): void;
  /** This is on its way to everybody, and has not been taken yet. */
  isUnderWay(lamp: Lamp, state: LampState): boolean;
}

export interface TellingDeps {
  /** `undefined` while there is no FreeSWITCH to command. */
  readonly control: () => Pick<EslConnection, 'send'> | undefined;
  readonly truth: (lamp: Lamp) => LampState;
  /** To which subscriptions it is told; undefined: FreeSWITCH tells all. */
  readonly listeners: (lamp: Lamp) => readonly (string | undefined)[];
  /** Phones that heed FreeSWITCH no longer. */
  readonly orphans: Pick<Orphans, 'tell'>;
  /** FreeSWITCH has taken it, for everybody. */
  readonly onTold: (lamp: Lamp, state: LampState) => void;
  readonly log: Log;
}

export function createTelling(deps: TellingDeps): Telling {
  const { control, truth, listeners, orphans, onTold, log } = deps;
  const queues: Readonly<Record<Hurry, Map<string, Lamp>>> = { first: new Map(), after: new Map() };
  const flying = new Map<string, LampState>();
  let sending = 0;

  function pump(): void {
    for (const queue of [queues.first, queues.after]) {
      for (const [key, lamp] of queue) {
        const freeswitch = control();
        if (freeswitch === undefined || sending >= AT_ONCE) return;
        queues.first.delete(key);
        queues.after.delete(key);
        void send(freeswitch, lamp);
      }
    }
  }

  async function send(
    freeswitch: Pick<EslConnection, 'send'>,
    lamp: Lamp,
    subscription?: string,
  ): Promise<void> {
    const state = truth(lamp);
    const key = lampKey(lamp);
    sending += 1;
    if (subscription === undefined) flying.set(key, state);
    try {
      if (subscription === undefined) await orphans.tell(freeswitch, lamp, state);
      for (const to of subscription === undefined ? listeners(lamp) : [subscription]) {
        await tellLamp(freeswitch, lamp, state, to);
      }
      if (subscription === undefined) onTold(lamp, state);
    } catch (err) {
      if (!(err instanceof VaxelError)) throw err;
      // The next reconciliation finds it untold.
      log.debug({ err, user: key }, 'a lamp could not be told');
    } finally {
      sending -= 1;
      if (flying.get(key) === state) flying.delete(key);
    }
    pump();
  }

  return {
    put(lamps, hurry) {
      for (const lamp of lamps) queues[hurry(lamp)].set(lampKey(lamp), lamp);
      pump();
    },
    one(lamp, subscription) {
      const freeswitch = control();
      if (freeswitch !== undefined) void send(freeswitch, lamp, subscription);
    },
    isUnderWay: (lamp, state) => flying.get(lampKey(lamp)) === state,
  };
}

/** Commands on their way to FreeSWITCH: enough to keep it busy, few enough that a route question is not behind them. */
const AT_ONCE = 16;
