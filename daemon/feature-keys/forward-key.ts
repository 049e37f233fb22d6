import {
  clearForwards,
  type ForwardRecord,
  isOn,
  type ForwardsTo,
  listForwards,
  setForward,
  resumeForward,
} from '../../common/db/forwards.ts';
import type { Db } from '../../common/db/open.ts';
import { findUser } from '../../common/db/users.ts';
import {
  type ForwardTarget,
  forwardTargetText,
  readForwardTarget,
} from '../../common/forward-target.ts';
import type { EpochMs } from '../../common/time.ts';
import { type FeaturePress, KEY_FORWARDS, type KeyForward } from '../call/event.ts';
import type { ForwardShown } from '../esl/feature-keys.ts';
import type { Account, Organisation } from '../routing/directory.ts';

type ForwardPress = Extract<FeaturePress, { key: 'forward' }>;

/**
 * Makes a person's forward what a phone says: the same one as `*21*` and `vaxel forward` set.
 *
 * @returns `already` where it is so, `refused` where it may not be.
 */
export async function pressForward(
  db: Db,
  { organisation, user }: Account,
  { reason, on, to }: ForwardPress,
  now: EpochMs,
): Promise<'changed' | 'already' | 'refused'> {
  const person = await findUser(db, organisation.id, user.extension);
  if (person === undefined) return 'refused';
  const kept = await keptForward(db, { organisation, user }, reason);
  const isAlready = kept !== undefined && isOn(kept, now);
  if (!on) {
    if (!isAlready) return 'already';
    await clearForwards(db, person, reason, 'phone', now);
    return 'changed';
  }
  if (to === '') {
    if (isAlready) return 'already';
    const resumed = await resumeForward(db, person, reason, 'phone', now);
    return resumed?.kind === 'set' ? 'changed' : 'refused';
  }
  const target = readTarget(to, organisation);
  if (target === undefined) return 'refused';
  if (isAlready && dialled(kept.to, organisation) === dialled(target, organisation)) {
    return 'already';
  }
  const set = await setForward(db, person, { reason, to: target, source: 'phone' }, now);
  return set.kind === 'set' ? 'changed' : 'refused';
}

/** How the forwards of a person stand, for their phones to show. */
export async function shownForwards(
  db: Db,
  { organisation, user }: Pick<Account, 'organisation' | 'user'>,
  now: EpochMs,
): Promise<readonly ForwardShown[]> {
  const kept = await listForwards(db, organisation.id, user.id);
  return KEY_FORWARDS.map((reason) => {
    const one = kept.find((forward) => forward.reason === reason);
    return {
      reason,
      on: one !== undefined && isOn(one, now),
      to: one === undefined ? '' : dialled(one.to, organisation),
      ringFor: user.ringFor,
    };
  });
}

async function keptForward(
  db: Db,
  { organisation, user }: Pick<Account, 'organisation' | 'user'>,
  reason: KeyForward,
): Promise<ForwardRecord | undefined> {
  const kept = await listForwards(db, organisation.id, user.id);
  return kept.find((forward) => forward.reason === reason);
}

/** A phone knows numbers alone: voicemail is the code by which one hears it. */
function readTarget(text: string, organisation: Organisation): ForwardTarget | undefined {
  if (text === organisation.voicemailCode) return { kind: 'voicemail' };
  const target = readForwardTarget(text, organisation);
  return typeof target === 'string' ? undefined : target;
}

/** The other way: as a phone would dial it. */
function dialled(to: ForwardsTo | ForwardTarget, { voicemailCode }: Organisation): string {
  return forwardTargetText(to, voicemailCode);
}
