import type { Db } from '../../common/db/open.ts';
import { clearStatus, setStatus } from '../../common/db/statuses.ts';
import type { EpochMs } from '../../common/time.ts';
import { defaultEnd } from '../calendar/default-end.ts';
import type { Activity } from '../routing/activity.ts';
import type { Account } from '../routing/directory.ts';
import type { PresentStatus } from '../routing/present-status.ts';

/** The Do Not Disturb key of a phone is the activity Upptagen. */
export const isBusy = ({ activity }: PresentStatus): boolean => activity.key === 'busy';

/** By somebody's word; neither what is planned nor a calendar's entry keeps the key from its work. */
export const isAway = ({ activity, source }: PresentStatus): boolean =>
  !activity.rings && source !== 'schedule' && source !== 'calendar';

/** Upptagen for its usual length, or its end. */
export async function setBusy(
  db: Db,
  { organisation, user }: Account,
  on: boolean,
  now: EpochMs,
): Promise<'changed' | 'refused'> {
  const whose = { organisationId: organisation.id, userId: user.id, source: 'phone' as const };
  if (!on) {
    const cleared = await clearStatus(db, whose, now);
    return cleared.kind === 'set' ? 'changed' : 'refused';
  }
  const busy = [...organisation.activities.values()].find(isBusyActivity);
  if (busy === undefined) return 'refused';
  const endsAt = defaultEnd(busy.length, now, organisation.zone, user.hours);
  const set = await setStatus(db, { ...whose, activityId: busy.id, endsAt }, now);
  return set.kind === 'set' ? 'changed' : 'refused';
}

const isBusyActivity = ({ key, isRemoved }: Activity): boolean => key === 'busy' && !isRemoved;
