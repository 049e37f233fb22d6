import type { PersonStatusView } from '../http/schemas.ts';
import { shownLabel } from '../referral/referral.ts';
import type { Activity } from '../routing/activity.ts';
import type { NumberOwner } from '../routing/directory.ts';
import type { PresentStatus } from '../routing/present-status.ts';

/**
 * What holds for a person, who said so, until when and what comes next.
 *
 * @param own - whether it is the person who asks, who is told what is private.
 * @param version - of what was set for the person last.
 */
export function personStatusView(
  owner: NumberOwner,
  status: PresentStatus,
  version: number,
  own: boolean,
): PersonStatusView {
  const { user } = owner;
  const { activity, note, startedAt, endsAt, source, setBy, next } = status;
  const shown = (each: Activity) => shownActivity(each, owner, own);
  return {
    extension: user.extension,
    name: user.name,
    ...shown(activity),
    ...(note === '' ? {} : { note }),
    ...(startedAt === undefined ? {} : { since: startedAt }),
    ...(endsAt === undefined ? {} : { until: endsAt }),
    ...(source === undefined ? {} : { source }),
    ...(setBy === undefined ? {} : { by: setBy }),
    ...(next === undefined ? {} : { next: { at: next.at, ...shown(next.activity) } }),
    version,
  };
}

/** The number of a private one would tell which it is. */
export function shownActivity(
  { names, position, isPrivate, rings: open }: Activity,
  { organisation: { language } }: NumberOwner,
  own: boolean,
) {
  const label = names[language];
  return isPrivate && !own
    ? { activity: shownLabel({ label, private: true }, language), open }
    : { activity: label, number: position, open };
}
