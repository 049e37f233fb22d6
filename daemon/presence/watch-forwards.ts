import { forwardTargetText } from '../../common/forward-target.ts';
import type { Clock, EpochMs } from '../../common/time.ts';
import type { UserId } from '../lines/line.ts';
import type { NumberOwner } from '../routing/directory.ts';
import { forwardNow } from '../routing/forward-now.ts';
import type { Destination, ForwardReason, Presence } from '../routing/presence.ts';

/** Calls to a person are sent on elsewhere than before, or no longer. */
export interface ForwardChanged extends NumberOwner {
  readonly reason: ForwardReason;
}

export interface ForwardWatch {
  /** Something may have been set: tells of every forward that is another now. */
  look(): void;
  stop(): void;
}

export interface ForwardWatchDeps {
  readonly people: () => ReadonlyMap<UserId, NumberOwner>;
  readonly presence: () => Presence;
  readonly clock: Clock;
  readonly onChange: (change: ForwardChanged) => void;
}

/**
 * Notices when a forward is set, ended, led elsewhere, or over by itself. As with
 * statuses (timekeeper.ts), what holds is computed, and what held at the start is
 * not told of.
 */
export function watchForwards({
  people,
  presence,
  clock,
  onChange,
}: ForwardWatchDeps): ForwardWatch {
  let timer: NodeJS.Timeout | undefined;
  let seen: Presence['forwards'] | undefined;
  let held: ReadonlyMap<string, Held> = new Map();
  let next = Infinity;

  function look(): void {
    const now = clock();
    const all = presence();
    // A clock that was put back finds more on than before; nothing but a change makes that worth a look.
    if (all.forwards !== seen || now >= next) {
      const was = held;
      const isFirst = seen === undefined;
      seen = all.forwards;
      [held, next] = holdingNow(all, now);
      if (!isFirst) tell(was);
    }
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(Math.max(next - now, 1), LOOK_AT_LEAST_MS));
  }

  function tell(was: ReadonlyMap<string, Held>): void {
    for (const [key, { user, reason }] of new Map([...was, ...held])) {
      const [before, is] = [was.get(key), held.get(key)];
      if (
        before !== undefined &&
        is !== undefined &&
        forwardTargetText(before.to) === forwardTargetText(is.to)
      )
        continue;
      const owner = people().get(user);
      if (owner !== undefined) onChange({ ...owner, reason });
    }
  }

  look();
  return {
    look,
    stop: () => {
      clearTimeout(timer);
    },
  };
}

/** A forward that is on, of one person and for one reason. */
interface Held {
  readonly user: UserId;
  readonly reason: ForwardReason;
  readonly to: Destination;
}

/** By person and reason; and when the first of them ends. */
function holdingNow(presence: Presence, now: EpochMs): [ReadonlyMap<string, Held>, number] {
  const held = new Map<string, Held>();
  let next = Infinity;
  for (const user of presence.forwards.keys()) {
    for (const reason of REASONS) {
      const forward = forwardNow(presence, user, reason, now);
      if (forward === undefined) continue;
      held.set(`${user} ${reason}`, { user, reason, to: forward.to });
      next = Math.min(next, forward.endsAt ?? Infinity);
    }
  }
  return [held, next];
}

const REASONS: readonly ForwardReason[] = ['always', 'busy', 'no-answer', 'unreachable'];

/** A clock that was put forward is noticed within this, in milliseconds. */
const LOOK_AT_LEAST_MS = 30_000;
