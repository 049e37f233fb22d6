import { clearForwards, setForward } from '../common/db/forwards.ts';
import type { Db } from '../common/db/open.ts';
import { addRecall } from '../common/db/recalls.ts';
import { setStatus } from '../common/db/statuses.ts';
import { findUser } from '../common/db/users.ts';
import { VaxelError } from '../common/errors.ts';
import type { Log } from '../common/log.ts';
import type { Clock, EpochMs } from '../common/time.ts';
import type { PresenceStore } from './presence-store.ts';
import type { Effect } from './routing/plan.ts';

export interface CarryOutDeps {
  readonly db: Db;
  readonly presence: PresenceStore;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Writes down what a call changes; the next call sees it.
 * @returns false where it was refused, or the database cannot be written: the caller is told so.
 */
export async function carryOut(effect: Effect, deps: CarryOutDeps): Promise<boolean> {
  const { db, presence, clock, log } = deps;
  try {
    const refusal = await write(effect, db, clock());
    await presence.renew();
    if (refusal !== undefined) log.info({ cause: refusal }, 'what a call asked for was refused');
    return refusal === undefined;
  } catch (err) {
    if (!(err instanceof VaxelError)) throw err;
    log.error({ err, cause: effect.kind }, 'what a call changes could not be written down');
    return false;
  }
}

/** @returns why not, where it is refused. */
async function write(effect: Effect, db: Db, now: EpochMs): Promise<string | undefined> {
  const { user, organisation } = effect;
  switch (effect.kind) {
    case 'set-status': {
      const set = await setStatus(
        db,
        {
          organisationId: organisation.id,
          userId: user.id,
          activityId: effect.activity,
          endsAt: effect.endsAt,
          source: effect.by ?? 'code',
        },
        now,
      );
      return set.kind === 'refused' ? set.why : undefined;
    }
    case 'set-forward': {
      const person = await findUser(db, organisation.id, user.extension);
      if (person === undefined) return 'unknown-user';
      const { reason, to } = effect;
      const target = to.kind === 'extension' ? { ...to, otherwise: undefined } : to;
      const set = await setForward(db, person, { reason, to: target, source: 'code' }, now);
      return set.kind === 'refused' ? set.why : undefined;
    }
    case 'clear-forward': {
      const person = await findUser(db, organisation.id, user.extension);
      if (person === undefined) return 'unknown-user';
      await clearForwards(db, person, effect.reason, 'code', now);
      return undefined;
    }
    case 'recall':
      await addRecall(
        db,
        {
          organisationId: organisation.id,
          userId: user.id,
          caller: effect.caller,
          callerName: effect.callerName,
        },
        now,
      );
      return undefined;
  }
}
