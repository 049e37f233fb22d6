import { clearForwards, setForward } from '../common/db/forwards.ts';
import { addGreeting, removeGreeting } from '../common/db/greetings.ts';
import type { Db } from '../common/db/open.ts';
import { addRecall } from '../common/db/recalls.ts';
import { setStatus } from '../common/db/statuses.ts';
import { findUser } from '../common/db/users.ts';
import { VaxelError } from '../common/errors.ts';
import type { Log } from '../common/log.ts';
import type { Clock, EpochMs } from '../common/time.ts';
import type { GreetingFiles } from './greeting-files.ts';
import type { PresenceStore } from './presence-store.ts';
import type { Effect } from './routing/effect.ts';

export interface CarryOutDeps {
  readonly db: Db;
  readonly presence: PresenceStore;
  readonly greetings: GreetingFiles;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Writes down what a call changes; the next call sees it.
 * @returns false where it was refused, or the database cannot be written: the caller is told so.
 */
export async function carryOut(effect: Effect, deps: CarryOutDeps): Promise<boolean> {
  const { presence, clock, log } = deps;
  try {
    const refusal = await write(effect, deps, clock());
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
async function write(
  effect: Effect,
  deps: CarryOutDeps,
  now: EpochMs,
): Promise<string | undefined> {
  const { db } = deps;
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
    case 'keep-greeting':
      return keepGreeting(effect, deps, now);
    case 'remove-greetings':
      await removeGreetings(effect.ids, organisation.id, deps);
      return undefined;
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

/** The new one is there before those it replaces go. */
async function keepGreeting(
  { organisation, user, take, greeting, replaces }: Extract<Effect, { kind: 'keep-greeting' }>,
  deps: CarryOutDeps,
  now: EpochMs,
): Promise<string | undefined> {
  const { db, greetings } = deps;
  const person = await findUser(db, organisation.id, user.extension);
  if (person === undefined) return 'unknown-user';
  const sound = await greetings.taken(take);
  if (sound === undefined) return 'too-short';
  const { occasion, activity, endsAt } = greeting;
  const wanted = { occasion, activityId: activity, label: BY_TELEPHONE, endsAt };
  const kept = await addGreeting(db, person, wanted, now, (id) => greetings.put(id, sound));
  if (kept.kind === 'refused') return kept.why;
  await removeGreetings(replaces, organisation.id, deps);
  return undefined;
}

async function removeGreetings(
  ids: readonly string[],
  organisation: string,
  { db, greetings }: CarryOutDeps,
): Promise<void> {
  for (const id of ids) {
    if (await removeGreeting(db, organisation, id)) await greetings.remove(id);
  }
}

/** What such a greeting is called in lists. */
const BY_TELEPHONE = 'telephone';
