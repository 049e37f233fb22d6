import type { Db } from '../common/db/open.ts';
import { clearStatus, setStatus } from '../common/db/statuses.ts';
import { VaxelError } from '../common/errors.ts';
import type { Log } from '../common/log.ts';
import type { Clock, EpochMs } from '../common/time.ts';
import { defaultEnd } from './calendar/default-end.ts';
import type { FeatureKeyEvent } from './call/event.ts';
import type { EslConnection } from './esl/connection.ts';
import { doNotDisturbIs, type FeatureSubscriber } from './esl/feature-keys.ts';
import type { StatusChanged } from './presence/timekeeper.ts';
import type { Activity } from './routing/activity.ts';
import type { Account, Directory } from './routing/directory.ts';
import { type PresentStatus, presentStatus } from './routing/present-status.ts';
import type { Presence } from './routing/presence.ts';

export interface FeatureKeys {
  /** A key was pressed, or a phone asks. */
  note(event: FeatureKeyEvent): void;
  /** Something else holds for a person, whoever said so: his phones show it. */
  tell(change: StatusChanged): void;
}

export interface FeatureKeysDeps {
  readonly db: Db;
  readonly directory: () => Directory;
  readonly presence: () => Presence;
  /** Makes what was written hold for calls, and has `tell` called for it. */
  readonly renew: () => Promise<unknown>;
  /** `undefined` while there is no FreeSWITCH to command. */
  readonly control: () => Pick<EslConnection, 'send'> | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The Do Not Disturb key of a phone and the activity Upptagen are one thing:
 * pressing it sets the status, and a status set anywhere lights it on every
 * phone of the person.
 *
 * Some phones press the key themselves when they are told of it. What holds
 * already is not set again, and who repeats it at once is not answered: nothing
 * goes round (fusionpbx/fusionpbx#5864).
 */
export function keepFeatureKeys(deps: FeatureKeysDeps): FeatureKeys {
  const { db, directory, presence, renew, control, clock, log } = deps;
  const answered = new Map<string, EpochMs>();

  async function press(event: FeatureKeyEvent): Promise<void> {
    const { username, domain, doNotDisturb } = event;
    const account = directory().accounts.get(`${username}@${domain}`);
    if (account === undefined) return;
    if (doNotDisturb === undefined) {
      await answer(account, event);
      return;
    }
    if (doNotDisturb === isBusy(statusOf(account))) {
      const last = answered.get(event.subscription) ?? -Infinity;
      if (event.at - last > ECHO_WITHIN_MS) await answer(account, event);
      return;
    }
    const result = await set(account, doNotDisturb);
    if (result === 'set') await renew();
    else await answer(account, event);
  }

  async function set(account: Account, on: boolean): Promise<'set' | 'refused'> {
    const { organisation, user } = account;
    const now = clock();
    const whose = { organisationId: organisation.id, userId: user.id, source: 'phone' as const };
    const busy = [...organisation.activities.values()].find(isBusyActivity);
    if (!on) return (await clearStatus(db, whose, now)).kind;
    if (busy === undefined) return 'refused';
    const endsAt = defaultEnd(busy.length, now, organisation.zone, user.hours);
    return (await setStatus(db, { ...whose, activityId: busy.id, endsAt }, now)).kind;
  }

  async function answer(account: Account, event: FeatureKeyEvent): Promise<void> {
    if (answered.size >= REMEMBERED) answered.clear();
    answered.set(event.subscription, event.at);
    await say(isBusy(statusOf(account)), event);
  }

  async function tellAll({ user, organisation, is }: StatusChanged): Promise<void> {
    for (const device of user.devices) {
      if (device.kind === 'mobile') continue;
      await say(isBusy(is), { username: device.username, domain: organisation.domain });
    }
  }

  async function say(on: boolean, whom: FeatureSubscriber): Promise<void> {
    await control()?.send('sendevent PHONE_FEATURE', doNotDisturbIs(on, whom));
  }

  const statusOf = ({ user, organisation }: Account): PresentStatus =>
    presentStatus(user, organisation, presence(), clock());

  const unlessAway = (work: Promise<void>): void => {
    work.catch((err: unknown) => {
      if (!(err instanceof VaxelError)) throw err;
      log.warn({ err }, 'the keys of a phone could not be seen to');
    });
  };

  return {
    note: (event) => {
      unlessAway(press(event));
    },
    tell: (change) => {
      if (isBusy(change.was) !== isBusy(change.is)) unlessAway(tellAll(change));
    },
  };
}

const isBusyActivity = ({ key, isRemoved }: Activity): boolean => key === 'busy' && !isRemoved;

const isBusy = ({ activity }: PresentStatus): boolean => activity.key === 'busy';

/** Nobody presses a key twice as fast, in milliseconds. */
const ECHO_WITHIN_MS = 1_000;

/** Subscriptions, of which the last answer is known. */
const REMEMBERED = 20_000;
