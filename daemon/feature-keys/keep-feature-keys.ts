import type { Db } from '../../common/db/open.ts';
import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import type { Clock, EpochMs } from '../../common/time.ts';
import {
  type FeatureKeyEvent,
  type FeatureKeyOwner,
  type FeaturePress,
  KEY_FORWARDS,
} from '../call/event.ts';
import type { EslConnection } from '../esl/connection.ts';
import { doNotDisturbIs, type FeatureSubscriber, forwardIs } from '../esl/feature-keys.ts';
import type { StatusChanged } from '../presence/timekeeper.ts';
import type { ForwardChanged } from '../presence/watch-forwards.ts';
import type { Account, Directory, NumberOwner } from '../routing/directory.ts';
import { type PresentStatus, presentStatus } from '../routing/present-status.ts';
import type { Presence } from '../routing/presence.ts';
import { isAway, isBusy, setBusy } from './do-not-disturb.ts';
import { pressForward, shownForwards } from './forward-key.ts';
import { onlyProven } from './proven.ts';

export interface FeatureKeys {
  /** A key was pressed, or a phone asks; and whose it was. */
  note(event: FeatureKeyEvent | FeatureKeyOwner): void;
  /** Something else holds for a person, whoever said so: his phones show it. */
  tell(change: StatusChanged): void;
  tellForward(change: ForwardChanged): void;
}

export interface FeatureKeysDeps {
  readonly db: Db;
  readonly directory: () => Directory;
  readonly presence: () => Presence;
  /** Makes what was written hold for calls, and has `tell` or `tellForward` called for it. */
  readonly renew: () => Promise<unknown>;
  /** `undefined` while there is no FreeSWITCH to command. */
  readonly control: () => Pick<EslConnection, 'send'> | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The keys of a phone and what calls are routed by are one thing: Do Not Disturb
 * is the activity Upptagen, a forward is the person's forward. Pressing a key sets
 * it, and one that is set anywhere lights the key on every phone of the person.
 *
 * Some phones press the key themselves when they are told of it. What holds
 * already is not set again, and who repeats it at once is not answered: nothing
 * goes round (fusionpbx/fusionpbx#5864).
 */
export function keepFeatureKeys(deps: FeatureKeysDeps): FeatureKeys {
  const { db, directory, presence, renew, control, clock, log } = deps;
  const answered = new Map<string, EpochMs>();
  const turns = new Map<string, Promise<void>>();

  async function press(event: FeatureKeyEvent): Promise<void> {
    const account = directory().accounts.get(`${event.username}@${event.domain}`);
    if (account === undefined) return;
    const wanted = event.press;
    if (wanted === undefined) {
      await answer(account, event, KEYS);
      return;
    }
    const key = nameOf(wanted);
    const became = await make(account, wanted);
    const last = answered.get(`${event.subscription} ${key}`) ?? -Infinity;
    if (became === 'changed') await renew();
    else if (became === 'refused' || event.at - last > ECHO_WITHIN_MS) {
      await answer(account, event, [key]);
    }
  }

  async function make(account: Account, wanted: FeaturePress) {
    const now = clock();
    switch (wanted.key) {
      case 'do-not-disturb': {
        const status = statusOf(account);
        if (wanted.on === isBusy(status)) return 'already';
        // The key is what is pressed without a thought: whoever said that he is away stays so.
        return wanted.on && isAway(status) ? 'refused' : setBusy(db, account, wanted.on, now);
      }
      case 'forward':
        return pressForward(db, account, wanted, now);
    }
  }

  async function answer(
    account: Account,
    event: FeatureKeyEvent,
    keys: readonly Key[],
  ): Promise<void> {
    if (answered.size >= REMEMBERED) answered.clear();
    for (const key of keys) answered.set(`${event.subscription} ${key}`, event.at);
    await show(account, keys, [event]);
  }

  /** Tells how these keys stand now. */
  async function show(
    owner: NumberOwner,
    keys: readonly Key[],
    whom: readonly FeatureSubscriber[],
  ): Promise<void> {
    const wantsForwards = keys.some((key) => key !== 'do-not-disturb');
    const forwards = wantsForwards ? await shownForwards(db, owner, clock()) : [];
    const shown = forwards.filter(({ reason }) => keys.includes(reason));
    for (const each of whom) {
      if (keys.includes('do-not-disturb')) {
        await say(doNotDisturbIs(isBusy(statusOf(owner)), each));
      }
      for (const forward of shown) await say(forwardIs(forward, each));
    }
  }

  async function say(headers: Readonly<Record<string, string>>): Promise<void> {
    await control()?.send('sendevent PHONE_FEATURE', headers);
  }

  const statusOf = ({ user, organisation }: NumberOwner): PresentStatus =>
    presentStatus(user, organisation, presence(), clock());

  const unlessAway = (work: Promise<void>): Promise<void> =>
    work.catch((err: unknown) => {
      if (!(err instanceof VaxelError)) throw err;
      log.warn({ err }, 'the keys of a phone could not be seen to');
    });

  /** One after the other: who switches a key on and off again means it off. */
  function inTurn({ username, domain }: FeatureKeyEvent, work: () => Promise<void>): void {
    const name = `${username}@${domain}`;
    const mine = (turns.get(name) ?? Promise.resolve()).then(() => unlessAway(work()));
    turns.set(name, mine);
    void mine.then(() => {
      if (turns.get(name) === mine) turns.delete(name);
    });
  }

  const tellAll = (owner: NumberOwner, key: Key): void => {
    void unlessAway(show(owner, [key], phonesOf(owner)));
  };

  return {
    note: onlyProven((event) => {
      inTurn(event, () => press(event));
    }),
    tell: ({ user, organisation, was, is }) => {
      if (isBusy(was) !== isBusy(is)) tellAll({ user, organisation }, 'do-not-disturb');
    },
    tellForward: ({ user, organisation, reason }) => {
      if (reason !== 'unreachable') tellAll({ user, organisation }, reason);
    },
  };
}

/** What a key stands for; a forward by its reason. */
type Key = (typeof KEYS)[number];

const KEYS = ['do-not-disturb', ...KEY_FORWARDS] as const;

const nameOf = (press: FeaturePress): Key => (press.key === 'forward' ? press.reason : press.key);

/** All that subscribe to one of the person's accounts. */
const phonesOf = ({ user, organisation }: NumberOwner): readonly FeatureSubscriber[] =>
  user.devices.flatMap((device) =>
    device.kind === 'mobile' ? [] : [{ username: device.username, domain: organisation.domain }],
  );

/** Nobody presses a key twice as fast, in milliseconds. */
const ECHO_WITHIN_MS = 1_000;

/** Keys of subscriptions, of which the last answer is known. */
const REMEMBERED = 40_000;
