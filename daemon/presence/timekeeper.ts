import type { Clock, EpochMs } from '../../common/time.ts';
import type { Directory, Organisation, User } from '../routing/directory.ts';
import { type PresentStatus, presentStatus } from '../routing/present-status.ts';
import type { PlannedStatus, Presence, Status } from '../routing/presence.ts';

/** What holds for a person is no longer what held: somebody set it, or the time has come. */
export interface StatusChanged {
  readonly organisation: Organisation;
  readonly user: User;
  readonly was: PresentStatus;
  readonly is: PresentStatus;
}

export interface Timekeeper {
  /** Something may have been set: tells of every person for whom something else holds. */
  look(): void;
  stop(): void;
}

export interface TimekeeperDeps {
  readonly directory: () => Directory;
  readonly presence: () => Presence;
  readonly clock: Clock;
  readonly onChange: (change: StatusChanged) => void;
}

/**
 * Notices when a status ends or a planned one begins. It keeps nothing that a
 * restart could lose: what holds is computed, and one timer stands for the next
 * moment at which anybody's changes.
 *
 * What held at the start is not told of: whoever shows statuses asks for it.
 */
export function keepTime({ directory, presence, clock, onChange }: TimekeeperDeps): Timekeeper {
  let people = new Map<string, Watched>();
  let of: Directory | undefined;
  let seen: Presence | undefined;
  let next = Infinity;
  let looked = clock();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const now = clock();
    const all = presence();
    const newest = directory();
    if (newest === of && all === seen && now >= looked && now < next) {
      wait(now);
      return;
    }
    if (newest !== of) people = everybody(newest, people);
    of = newest;
    seen = all;
    next = Infinity;
    for (const one of people.values()) {
      const status = all.statuses.get(one.user.id);
      const plans = all.plans.get(one.user.id);
      const isKnown = one.isCurrent && status === one.status && plans === one.plans;
      // A clock that was put back may have brought back what had ended.
      if (!isKnown || now < looked || now >= (one.is?.next?.at ?? Infinity)) {
        const was = one.is;
        const is = presentStatus(one.user, one.organisation, all, now);
        Object.assign(one, { is, status, plans, isCurrent: true });
        if (was !== undefined && !isSame(was, is)) {
          onChange({ organisation: one.organisation, user: one.user, was, is });
        }
      }
      next = Math.min(next, one.is?.next?.at ?? Infinity);
    }
    wait(now);
  }

  function wait(now: EpochMs): void {
    looked = now;
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(Math.max(next - now, 1), LOOK_AT_LEAST_MS));
  }

  look();
  return {
    look,
    stop: () => {
      clearTimeout(timer);
    },
  };
}

/** What is known of a person, and from what it was computed. */
interface Watched {
  readonly organisation: Organisation;
  readonly user: User;
  is: PresentStatus | undefined;
  isCurrent: boolean;
  status: Status | undefined;
  plans: readonly PlannedStatus[] | undefined;
}

/** Those who were there before keep what held for them; it is computed anew, since their organisation may have changed it. */
function everybody(
  { organisations }: Directory,
  before: ReadonlyMap<string, Watched>,
): Map<string, Watched> {
  const all = new Map<string, Watched>();
  for (const organisation of organisations.values()) {
    for (const user of organisation.users.values()) {
      const is = before.get(user.id)?.is;
      const unknown = { isCurrent: false, status: undefined, plans: undefined };
      all.set(user.id, { organisation, user, is, ...unknown });
    }
  }
  return all;
}

function isSame(was: PresentStatus, is: PresentStatus): boolean {
  return (
    was.activity.id === is.activity.id &&
    was.activity.rings === is.activity.rings &&
    was.note === is.note &&
    was.startedAt === is.startedAt &&
    was.endsAt === is.endsAt &&
    was.source === is.source
  );
}

/** A clock that was put forward is noticed within this, in milliseconds. */
const LOOK_AT_LEAST_MS = 30_000;
