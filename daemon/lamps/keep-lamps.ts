import { CANARY } from '../../common/canary-account.ts';
import { eachInTurns } from '../../common/in-turns.ts';
import { type Clock, epochMs, type EpochMs } from '../../common/time.ts';
import type { LampAsked } from '../call/event.ts';
import { type Lamp, lampKey, type LampState } from '../call/lamp.ts';
import type { EslConnection } from '../esl/connection.ts';
import type { UserId } from '../lines/line.ts';
import type { Directory } from '../routing/directory.ts';
import { type CountedDeps, keepCounted } from './counted.ts';
import { createLedger, type LampEntry } from './ledger.ts';
import type { Orphans } from './orphans.ts';
import { createOverheard, isStranger } from './overheard.ts';
import { createTelling, type Hurry } from './telling.ts';
import { isSlot, isSomebodys, lampTruth, type TruthSources } from './truth.ts';

export interface LampsDeps extends Omit<TruthSources, 'fresh' | 'isTaken'>, CountedDeps {
  /** `undefined` while there is no FreeSWITCH to command. */
  readonly control: () => Pick<EslConnection, 'send'> | undefined;
  /** One that no step of the wall clock moves: FreeSWITCH goes by its own (switch_time.c). */
  readonly clock: Clock;
  /** Phones that heed FreeSWITCH no longer (`orphans.ts`). */
  readonly orphans: Pick<Orphans, 'tell'>;
  /** A lamp that differed was told, so many milliseconds after that was found. */
  readonly onTold?: (ms: number) => void;
}

/** A subscription that stands in FreeSWITCH’s own table. */
export interface StandingSubscription {
  readonly lamp: Lamp;
  readonly subscription: string;
  readonly watcher: string;
  /** From now on, in milliseconds. */
  readonly lasts: number;
}

export interface Lamps {
  /** A phone has subscribed: it is told at once, and others that watch the same are not. */
  asked(event: LampAsked): void;
  /** A subscription has ended, and nobody said so. */
  left(lamp: Lamp, subscription: string): void;
  /** What it has to show now. */
  shown(lamp: Lamp): LampState;
  /** What these show is not known to their phones any longer. */
  retell(lamps: readonly Lamp[]): void;
  /** A mailbox has so many new messages now. */
  messages(mailbox: string, fresh: number): void;
  /** Calls were parked in this organisation, or taken. Never rejects. */
  parkingChanged(domain: string): Promise<void>;
  /** Something about this person may have changed besides the line: activity, forward. */
  look(users: Iterable<UserId>): void;
  /**
   * FreeSWITCH, or we, began anew: nothing is known to be shown. Lamps that are lit are
   * told first, all others after, a slice at a time.
   */
  again(standing: readonly StandingSubscription[]): Promise<void>;
  /** Looks whether every lamp shows what is true, and tells those that do not. */
  reconcile(): Promise<void>;
  /**
   * What FreeSWITCH sent to our own subscription of this lamp (daemon/canary), `undefined` once it is
   * ours no longer. Where that is not true, the lamp is told anew.
   */
  saw(lamp: Lamp, state: LampState | undefined): void;
  /** Looks whether these show what is true, and tells those that do not. */
  confirm(lamps: Iterable<Lamp>): void;
  has(lamp: Lamp): boolean;
  /** Whether there is any lamp at all. */
  isWatched(): boolean;
  entries(): Iterable<LampEntry>;
  counts(): LampCounts;
  /** When phones were told something last; 0 where they were not. */
  toldAt(): EpochMs;
  /** Times that a lamp was told anew since what went over the wire was not true. */
  healed(): number;
}

export interface LampCounts {
  /** Lamps that somebody watches. */
  readonly watched: number;
  /** Those that have shown what is not true for more than two seconds. Anything but 0 is an alarm. */
  readonly wrong: number;
}

/** Keeps every watched lamp true. */
export function keepLamps(deps: LampsDeps): Lamps {
  const { directory, lines, control, log, clock, orphans } = deps;
  const ledger = createLedger();
  const counted = keepCounted(deps);
  const overheard = createOverheard();
  /** The lamp of each subscription of our own (daemon/canary), and of a second daemon’s. */
  const own = new Map<string, string>();
  let healed = 0;
  let toldAt = epochMs(0);

  lines.onChange((changed) => {
    look(changed.map(({ user }) => user));
  });

  const sources: TruthSources = { ...deps, ...counted };
  const truth = (lamp: Lamp): LampState => lampTruth(sources, lamp);
  const telling = createTelling({ control, truth, listeners, orphans, onTold: told, log });

  function look(users: Iterable<UserId>): void {
    const places = placesIn(directory());
    for (const user of users) {
      const place = places.get(user);
      if (place === undefined) continue;
      for (const kind of OF_PERSON) check({ kind, ...place });
    }
  }

  /** Or was, as far as its phones know. */
  const isLit = (lamp: Lamp): boolean =>
    truth(lamp) !== 'off' || (ledger.get(lamp)?.told ?? 'off') !== 'off';

  function check(lamp: Lamp, hurry: Hurry = 'first'): void {
    const key = lampKey(lamp);
    // Most people are watched by nobody, and most kinds of lamps are on no key.
    if (!ledger.has(key)) return;
    const state = truth(lamp);
    const found = ledger.find(lamp, state, clock());
    if (found === 'right' || telling.isUnderWay(lamp, state)) return;
    if (found === 'misshown') {
      healed += 1;
      const cause = ledger.get(lamp)?.seen?.state ?? '';
      log.warn({ user: key, cause }, 'a lamp showed what is not true');
    }
    telling.put([lamp], () => hurry);
  }

  /** Everybody at once, but where somebody listens who must not know. */
  function listeners(lamp: Lamp): readonly (string | undefined)[] {
    if (!overheard.has(lamp)) return [undefined];
    const phones = ledger.get(lamp)?.watchers.keys() ?? [];
    const ours = [...own].filter(([, key]) => key === lampKey(lamp));
    return [...phones, ...ours.map(([subscription]) => subscription)];
  }

  function told(lamp: Lamp, state: LampState): void {
    const since = ledger.get(lamp)?.wrongSince;
    toldAt = clock();
    ledger.tell(lamp, state, toldAt);
    if (since !== undefined) deps.onTold?.(clock() - since);
  }

  function messages(mailbox: string, count: number): void {
    counted.note(mailbox, count);
    const [name = '', domain = ''] = mailbox.split('@');
    check({ kind: 'voicemail', name, domain });
  }

  async function ask(lamp: Lamp): Promise<void> {
    await counted.ask(lamp);
    check(lamp);
  }

  /** Once for all places of an organisation. */
  async function askForSlots(lamps: readonly Lamp[]): Promise<void> {
    const slots = lamps.filter(({ kind }) => kind === 'slot');
    for (const lamp of new Map(slots.map((each) => [each.domain, each])).values()) await ask(lamp);
  }

  const after = (ms: number): EpochMs => epochMs(clock() + ms + LATE_MS);

  /** We are no phone: nothing of it is in the ledger. */
  function askedOurselves(lamp: Lamp, subscription: string, begins: boolean): void {
    if (begins) own.set(subscription, lampKey(lamp));
    else own.delete(subscription);
    if (begins) telling.one(lamp, subscription);
  }

  return {
    asked({ lamp, subscription, watcher, expires }) {
      const until = after(expires * 1_000);
      if (isStranger(watcher, lamp)) {
        overheard.note(lamp, until);
        log.warn({ user: watcher }, 'a phone of another organisation asks for a lamp');
        return;
      }
      if (isOurs(watcher)) {
        askedOurselves(lamp, subscription, expires > 0);
        return;
      }
      if (expires === 0) {
        ledger.unwatch(lamp, subscription);
        return;
      }
      const first = ledger.get(lamp) === undefined;
      const isCounted =
        lamp.kind === 'voicemail' ? isSomebodys(lamp, directory()) : isSlot(lamp, directory());
      if (first && isCounted) void ask(lamp);
      ledger.watch(lamp, subscription, { account: watcher, until }, truth(lamp));
      // The only watcher is all watchers, and then what was told is known.
      telling.one(lamp, first ? undefined : subscription);
    },
    left: (lamp, subscription) => {
      ledger.unwatch(lamp, subscription);
    },
    shown: truth,
    retell(lamps) {
      telling.put(lamps, (lamp) => (isLit(lamp) ? 'first' : 'after'));
    },
    messages,
    async parkingChanged(domain) {
      const lamps = [...ledger.entries()].map(({ lamp }) => lamp);
      const slots = lamps.filter((lamp) => lamp.kind === 'slot' && lamp.domain === domain);
      await askForSlots(slots);
      for (const lamp of slots) check(lamp);
    },
    look,
    async again(standing) {
      ledger.forget();
      own.clear();
      await askForSlots(standing.map(({ lamp }) => lamp));
      // Before anything is told.
      await eachInTurns(standing, ({ lamp, subscription, watcher, lasts }) => {
        if (isOurs(watcher)) own.set(subscription, lampKey(lamp));
        if (isStranger(watcher, lamp)) overheard.note(lamp, after(lasts));
      });
      await eachInTurns(standing, ({ lamp, subscription, watcher, lasts }) => {
        const shows = { account: watcher, until: after(lasts) };
        if (isStranger(watcher, lamp) || isOurs(watcher)) return;
        ledger.watch(lamp, subscription, shows, truth(lamp));
        if (isLit(lamp)) check(lamp);
      });
      await eachInTurns(ledger.entries(), ({ lamp }) => {
        check(lamp, 'after');
      });
    },
    async reconcile() {
      ledger.expire(clock());
      overheard.expire(clock());
      await askForSlots([...ledger.entries()].map(({ lamp }) => lamp));
      await eachInTurns(ledger.entries(), ({ lamp }) => {
        check(lamp);
      });
    },
    saw: (lamp, state) => {
      ledger.see(lamp, state, clock());
    },
    confirm: (sampled) => {
      for (const lamp of sampled) check(lamp);
    },
    has: (lamp) => ledger.has(lampKey(lamp)),
    isWatched: () => ledger.size() > 0,
    entries: () => ledger.entries(),
    counts: () => ({ watched: ledger.size(), wrong: ledger.wrongFor(WRONG_MS, clock()) }),
    toldAt: () => toldAt,
    healed: () => healed,
  };
}

/** Where each person’s lamps are. Made once for each revision of the directory. */
function placesIn(directory: Directory): ReadonlyMap<UserId, Omit<Lamp, 'kind'>> {
  const known = PLACES.get(directory);
  if (known !== undefined) return known;
  const places = new Map<UserId, Omit<Lamp, 'kind'>>();
  for (const { domain, users } of directory.organisations.values()) {
    for (const { id, extension } of users.values()) places.set(id, { name: extension, domain });
  }
  PLACES.set(directory, places);
  return places;
}

const PLACES = new WeakMap<Directory, ReadonlyMap<UserId, Omit<Lamp, 'kind'>>>();

/** The daemon’s own account. */
const isOurs = (watcher: string): boolean => watcher.startsWith(`${CANARY}@`);

const OF_PERSON = ['vaxel', 'activity', 'dnd', 'forward', 'voicemail'] as const;

/** Milliseconds. */
const WRONG_MS = 2_000;

/** How long after its time a subscription that was not renewed still counts, in milliseconds. */
const LATE_MS = 30_000;
