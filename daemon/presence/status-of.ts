import type { Clock } from '../../common/time.ts';
import { isWorking } from '../calendar/working-hours.ts';
import type { StatusView } from '../http/schemas.ts';
import type { LampActivity } from '../lamps/truth.ts';
import type { UserId } from '../lines/line.ts';
import { shownLabel } from '../referral/referral.ts';
import type { Activity } from '../routing/activity.ts';
import type { NumberOwner, Organisation } from '../routing/directory.ts';
import { type PresentStatus, presentStatus } from '../routing/present-status.ts';
import type { Presence } from '../routing/presence.ts';

export interface StatusOfDeps {
  readonly people: () => ReadonlyMap<UserId, NumberOwner>;
  readonly presence: () => Presence;
  readonly clock: Clock;
}

/** What holds for a person now, in the words of those who show it. */
export interface StatusOf {
  /** For clients; undefined for somebody available. */
  view(user: UserId): StatusView | undefined;
  /** For lamps; undefined where nothing keeps calls away. */
  lamp(user: UserId): LampActivity | undefined;
  isOpen(user: UserId): boolean;
  isWithinHours(user: UserId): boolean;
}

export function createStatusOf({ people, presence, clock }: StatusOfDeps): StatusOf {
  function statusOf(id: UserId): (NumberOwner & { readonly status: PresentStatus }) | undefined {
    const owner = people().get(id);
    if (owner === undefined) return undefined;
    return { ...owner, status: presentStatus(owner.user, owner.organisation, presence(), clock()) };
  }

  return {
    view(id) {
      const found = statusOf(id);
      if (found === undefined || found.status.activity.key === 'available') return undefined;
      const { activity, endsAt } = found.status;
      return {
        activity: labelOf(activity, found.organisation),
        open: activity.rings,
        ...(endsAt === undefined ? {} : { until: endsAt }),
      };
    },
    lamp(id) {
      const found = statusOf(id);
      if (found === undefined || found.status.activity.rings) return undefined;
      return { closed: true, label: labelOf(found.status.activity, found.organisation) };
    },
    isOpen: (id) => statusOf(id)?.status.activity.rings === true,
    isWithinHours(id) {
      const owner = people().get(id);
      if (owner === undefined) return false;
      const { hours } = owner.user;
      return hours === undefined || isWorking(hours, clock(), owner.organisation.zone);
    },
  };
}

const labelOf = (activity: Activity, { language }: Organisation): string =>
  shownLabel({ label: activity.names[language], private: activity.isPrivate }, language);
