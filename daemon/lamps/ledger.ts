import { type Lamp, lampKey, type LampState } from '../call/lamp.ts';
import { epochMs, type EpochMs } from '../../common/time.ts';

/** What one lamp was told, and what is true of it. */
export interface LampEntry {
  readonly lamp: Lamp;
  readonly told: LampState | undefined;
  readonly toldAt: EpochMs | undefined;
  readonly true: LampState;
  /** What our own subscription read last, while the lamp is sampled (daemon/canary). */
  readonly seen: { readonly state: LampState; readonly at: EpochMs } | undefined;
  /** Since when what was told, or what was seen, is not what is true. */
  readonly wrongSince: EpochMs | undefined;
  /** By the Call-ID of the subscription. */
  readonly watchers: ReadonlyMap<string, Watcher>;
  /** Of which life of FreeSWITCH `told` is: what it was told in another is not known to be shown. */
  readonly life: number;
}

export interface Watcher {
  /** `101-desk@anka.example` */
  readonly account: string;
  readonly until: EpochMs;
}

/**
 * The ledger of lamps: who watches what, what they were told, what is true. Only what is
 * watched is in it, so that ten thousand people without watchers cost nothing.
 */
export interface LampLedger {
  get(lamp: Lamp): LampEntry | undefined;
  /** By `lampKey`. */
  has(key: string): boolean;
  entries(): Iterable<LampEntry>;
  size(): number;
  /** Somebody watches; a lamp nobody knew comes in with `truth`. */
  watch(lamp: Lamp, subscription: string, watcher: Watcher, truth: LampState): void;
  unwatch(lamp: Lamp, subscription: string): void;
  /** Holds a lamp against the truth: `untold` and `misshown` have to be told. */
  find(lamp: Lamp, truth: LampState, now: EpochMs): 'right' | 'untold' | 'misshown';
  /** Our own subscription has read this; `undefined` where it reads this lamp no longer. */
  see(lamp: Lamp, state: LampState | undefined, now: EpochMs): void;
  tell(lamp: Lamp, told: LampState, now: EpochMs): void;
  /** What was told before this is not known to be shown: every lamp is to be told again. */
  forget(): void;
  /** Takes out the watchers that have not renewed, and lamps without any. */
  expire(now: EpochMs): void;
  /** Lamps that were wrong for longer than this, in milliseconds. */
  wrongFor(ms: number, now: EpochMs): number;
}

export function createLedger(): LampLedger {
  const entries = new Map<string, LampEntry>();
  const wrong = new Set<string>();
  let life = 0;

  function put(entry: LampEntry): void {
    const key = lampKey(entry.lamp);
    entries.set(key, entry);
    if (entry.wrongSince === undefined) wrong.delete(key);
    else wrong.add(key);
  }

  function drop(key: string): void {
    entries.delete(key);
    wrong.delete(key);
  }

  return {
    get: (lamp) => entries.get(lampKey(lamp)),
    has: (key) => entries.has(key),
    entries: () => entries.values(),
    size: () => entries.size,
    watch(lamp, subscription, watcher, truth) {
      const before = entries.get(lampKey(lamp));
      const watchers = new Map(before?.watchers).set(subscription, watcher);
      const fresh = { lamp, told: undefined, toldAt: undefined, wrongSince: undefined, life };
      put({ ...fresh, true: truth, seen: undefined, ...before, watchers });
    },
    unwatch(lamp, subscription) {
      const key = lampKey(lamp);
      const entry = entries.get(key);
      if (entry === undefined) return;
      const watchers = new Map(entry.watchers);
      watchers.delete(subscription);
      if (watchers.size === 0) drop(key);
      else put({ ...entry, watchers });
    },
    find(lamp, truth, now) {
      const entry = entries.get(lampKey(lamp));
      if (entry === undefined) return 'right';
      const untold = entry.told !== truth || entry.life !== life;
      const isWrong = untold || isSeenOtherThan(entry, truth);
      const wrongSince = isWrong ? (entry.wrongSince ?? now) : undefined;
      if (truth !== entry.true || wrongSince !== entry.wrongSince) {
        put({ ...entry, true: truth, wrongSince });
      }
      if (untold) return 'untold';
      return isWrong && hasSettled(entry, now) ? 'misshown' : 'right';
    },
    see(lamp, state, now) {
      const entry = entries.get(lampKey(lamp));
      if (entry === undefined) return;
      const seen = state === undefined ? undefined : { state, at: now };
      const isWrong = entry.told !== entry.true || isSeenOtherThan({ seen }, entry.true);
      put({ ...entry, seen, wrongSince: isWrong ? (entry.wrongSince ?? now) : undefined });
    },
    tell(lamp, told, now) {
      const entry = entries.get(lampKey(lamp));
      if (entry === undefined) return;
      const isWrong = told !== entry.true || isSeenOtherThan(entry, entry.true);
      const wrongSince = isWrong ? (entry.wrongSince ?? now) : undefined;
      put({ ...entry, told, toldAt: now, wrongSince, life });
    },
    forget() {
      life += 1;
    },
    expire(now) {
      for (const [key, entry] of entries) {
        const over = [...entry.watchers].filter(([, { until }]) => until <= now);
        if (over.length === 0) continue;
        const watchers = new Map(entry.watchers);
        for (const [subscription] of over) watchers.delete(subscription);
        if (watchers.size === 0) drop(key);
        else put({ ...entry, watchers });
      }
    },
    wrongFor: (ms, now) =>
      [...wrong].filter((key) => (entries.get(key)?.wrongSince ?? now) < epochMs(now - ms)).length,
  };
}

const isSeenOtherThan = ({ seen }: Pick<LampEntry, 'seen'>, truth: LampState): boolean =>
  seen !== undefined && seen.state !== truth;

/** Whether nothing is on its way that would explain it: neither what we told, nor what we read, is that young. */
const hasSettled = ({ seen, toldAt }: LampEntry, now: EpochMs): boolean =>
  now - Math.max(seen?.at ?? 0, toldAt ?? 0) >= SETTLED_MS;

/** From a PRESENCE_IN to its NOTIFY are 2 ms; on a machine that has other things to do it may be many more. */
const SETTLED_MS = 300;
