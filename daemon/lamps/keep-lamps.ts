import { VaxelError } from '../../common/errors.ts';
import { eachInTurns } from '../../common/in-turns.ts';
import type { Log } from '../../common/log.ts';
import { readExtension } from '../../common/phone-number.ts';
import { type Clock, epochMs } from '../../common/time.ts';
import type { LampAsked } from '../call/event.ts';
import { type Lamp, lampKey, type LampState } from '../call/lamp.ts';
import type { EslConnection } from '../esl/connection.ts';
import { tellLamp } from '../esl/presence.ts';
import type { Lines, UserId } from '../lines/line.ts';
import type { Directory, Organisation, User } from '../routing/directory.ts';
import { createLedger, type LampEntry } from './ledger.ts';
import { LAMP_RULES, personLamp } from './shown.ts';

/** What somebody is doing, as far as a lamp cares. */
export interface LampActivity {
  /** Calls do not reach the person. */
  readonly closed: boolean;
  readonly label: string;
}

export interface LampsDeps {
  readonly directory: () => Directory;
  readonly lines: Lines;
  readonly activityOf: (user: UserId) => LampActivity | undefined;
  /** Whether every call to the person is sent on now. */
  readonly isForwarded: (user: UserId) => boolean;
  /** How many new messages lie in a mailbox, `100@anka.example`; asked once, then `messages` tells. */
  readonly newMessages: (mailbox: string) => Promise<number>;
  /** `undefined` while there is no FreeSWITCH to command. */
  readonly control: () => Pick<EslConnection, 'send'> | undefined;
  readonly log: Log;
  readonly clock: Clock;
  /** A lamp that differed was told, so many milliseconds after that was found. */
  readonly onTold?: (ms: number) => void;
}

/** A subscription that stands in FreeSWITCH’s own table. */
export interface StandingSubscription {
  readonly lamp: Lamp;
  readonly subscription: string;
  readonly watcher: string;
  readonly until: number;
}

export interface Lamps {
  /** A phone has subscribed: it is told at once, and others that watch the same are not. */
  asked(event: LampAsked): void;
  /** A mailbox has so many new messages now. */
  messages(mailbox: string, fresh: number): void;
  /** Something about this person may have changed besides the line: activity, forward. */
  look(users: Iterable<UserId>): void;
  /**
   * FreeSWITCH, or we, began anew: nothing is known to be shown. Lamps that are lit are
   * told first, all others after, a slice at a time.
   */
  again(standing: Iterable<StandingSubscription>): Promise<void>;
  /** Looks whether every lamp shows what is true, and tells those that do not. */
  reconcile(): Promise<void>;
  entries(): Iterable<LampEntry>;
  counts(): LampCounts;
}

export interface LampCounts {
  /** Lamps that somebody watches. */
  readonly watched: number;
  /** Those that have shown what is not true for more than two seconds. Anything but 0 is an alarm. */
  readonly wrong: number;
}

/** Keeps every watched lamp true. */
export function keepLamps(deps: LampsDeps): Lamps {
  const { directory, lines, activityOf, control, log, clock } = deps;
  const ledger = createLedger();
  const waiting = new Map<string, Lamp>();
  /** What is on its way, and has not been taken yet. */
  const flying = new Map<string, LampState>();
  const fresh = new Map<string, number>();
  let sending = 0;

  lines.onChange((changed) => {
    look(changed.map(({ user }) => user));
  });

  const ownerOf = ({ name, domain }: Lamp): Owned | undefined => {
    const extension = readExtension(name);
    const organisation = directory().organisations.get(domain);
    const user = extension && organisation?.users.get(extension);
    return organisation !== undefined && user ? { organisation, user } : undefined;
  };

  /** What a lamp has to show now. A lamp of nobody is off, and so is one whose source is not there yet. */
  function truth(lamp: Lamp): LampState {
    const owner = ownerOf(lamp);
    if (owner === undefined) return 'off';
    const activity = activityOf(owner.user.id);
    switch (lamp.kind) {
      case 'vaxel': {
        const line = lines.current().get(owner.user.id);
        if (line === undefined) return 'off';
        return personLamp(
          { line, closed: activity?.closed ?? false },
          owner.organisation.lamps ?? LAMP_RULES,
        );
      }
      case 'activity':
        return activity === undefined ? 'off' : 'busy';
      case 'dnd':
        return activity?.closed === true ? 'busy' : 'off';
      case 'voicemail':
        return (fresh.get(`${lamp.name}@${lamp.domain}`) ?? 0) > 0 ? 'busy' : 'off';
      case 'forward':
        return deps.isForwarded(owner.user.id) ? 'busy' : 'off';
      case 'team':
      case 'night':
        return 'off';
    }
  }

  function look(users: Iterable<UserId>): void {
    const places = placesIn(directory());
    for (const user of users) {
      const place = places.get(user);
      if (place === undefined) continue;
      for (const kind of OF_PERSON) check({ kind, ...place });
    }
  }

  function check(lamp: Lamp): void {
    const key = lampKey(lamp);
    // Most people are watched by nobody, and most kinds of lamps are on no key.
    if (!ledger.has(key)) return;
    const state = truth(lamp);
    if (!ledger.find(lamp, state, clock()) || flying.get(key) === state) return;
    waiting.set(key, lamp);
    pump();
  }

  /** Sends as fast as FreeSWITCH takes it, the truth of the moment of sending. */
  function pump(): void {
    for (const [key, lamp] of waiting) {
      const freeswitch = control();
      if (freeswitch === undefined || sending >= AT_ONCE) return;
      waiting.delete(key);
      void send(freeswitch, lamp);
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
      await tellLamp(freeswitch, lamp, state, subscription);
      if (subscription === undefined) told(lamp, state);
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

  function told(lamp: Lamp, state: LampState): void {
    const since = ledger.get(lamp)?.wrongSince;
    ledger.tell(lamp, state, clock());
    if (since !== undefined) deps.onTold?.(clock() - since);
  }

  function messages(mailbox: string, count: number): void {
    fresh.set(mailbox, count);
    const [name = '', domain = ''] = mailbox.split('@');
    check({ kind: 'voicemail', name, domain });
  }

  async function countMessages({ name, domain }: Lamp): Promise<void> {
    const mailbox = `${name}@${domain}`;
    try {
      messages(mailbox, await deps.newMessages(mailbox));
    } catch (err) {
      if (!(err instanceof VaxelError)) throw err;
      log.debug({ err, user: mailbox }, 'messages could not be counted');
    }
  }

  return {
    asked({ lamp, subscription, watcher, expires, at }) {
      if (expires === 0) {
        ledger.unwatch(lamp, subscription);
        return;
      }
      const first = ledger.get(lamp) === undefined;
      if (first && lamp.kind === 'voicemail' && ownerOf(lamp) !== undefined)
        void countMessages(lamp);
      const until = epochMs(at + expires * 1_000 + LATE_MS);
      ledger.watch(lamp, subscription, { account: watcher, until }, truth(lamp));
      const freeswitch = control();
      if (freeswitch === undefined) return;
      // The only watcher is all watchers, and then what was told is known.
      void send(freeswitch, lamp, first ? undefined : subscription);
    },
    messages,
    look,
    async again(standing) {
      ledger.forget();
      await eachInTurns(standing, ({ lamp, subscription, watcher, until }) => {
        const shows = { account: watcher, until: epochMs(until + LATE_MS) };
        ledger.watch(lamp, subscription, shows, truth(lamp));
        if (truth(lamp) !== 'off') check(lamp);
      });
      await eachInTurns(ledger.entries(), ({ lamp }) => {
        check(lamp);
      });
    },
    async reconcile() {
      ledger.expire(clock());
      await eachInTurns(ledger.entries(), ({ lamp }) => {
        check(lamp);
      });
    },
    entries: () => ledger.entries(),
    counts: () => ({ watched: ledger.size(), wrong: ledger.wrongFor(WRONG_MS, clock()) }),
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

interface Owned {
  readonly organisation: Organisation;
  readonly user: User;
}

const OF_PERSON = ['vaxel', 'activity', 'dnd', 'forward', 'voicemail'] as const;

/** Commands on their way to FreeSWITCH: enough to keep it busy, few enough that a route question is not behind them. */
const AT_ONCE = 16;

/** Milliseconds. */
const WRONG_MS = 2_000;

/** How long after its time a subscription that was not renewed still counts, in milliseconds. */
const LATE_MS = 30_000;
