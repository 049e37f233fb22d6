import { type Lamp, lampKey, type LampState } from '../call/lamp.ts';
import { epochMs, type EpochMs } from '../../common/time.ts';

/** What one lamp was told, and what is true of it. */
export interface LampEntry {
  readonly lamp: Lamp;
  readonly told: LampState | undefined;
  readonly toldAt: EpochMs | undefined;
  readonly true: LampState;
  /** Since when the two differ. */
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
  /** @returns whether the lamp has to be told. */
  find(lamp: Lamp, truth: LampState, now: EpochMs): boolean;
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
      put({ ...fresh, true: truth, ...before, watchers });
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
      if (entry === undefined) return false;
      const differs = entry.told !== truth || entry.life !== life;
      const wrongSince = differs ? (entry.wrongSince ?? now) : undefined;
      if (truth !== entry.true || wrongSince !== entry.wrongSince) {
        put({ ...entry, true: truth, wrongSince });
      }
      return differs;
    },
    tell(lamp, told, now) {
      const entry = entries.get(lampKey(lamp));
      if (entry === undefined) return;
      const wrongSince = told === entry.true ? undefined : (entry.wrongSince ?? now);
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
