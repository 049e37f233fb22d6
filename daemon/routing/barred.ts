import { type EpochMs, HOUR_MS } from '../../common/time.ts';
import { isWorking } from '../calendar/working-hours.ts';
import type { ChargedKind, DestinationClass } from '../../common/destination-class.ts';
import {
  isBeyond,
  type NeverAllowed,
  neverAllowed,
  type OutsideReach,
} from '../../common/outside-reach.ts';
import type { NumberOwner } from './directory.ts';
import { NOTHING_SPENT } from './spent.ts';
import type { World } from './world.ts';

/** Why somebody may not call a number of the public network. */
export type Barred =
  | NeverAllowed
  | 'off-hours'
  | 'at-once'
  | 'all-at-once'
  | `${ChargedKind}-an-hour`
  | `all-${ChargedKind}-an-hour`;

/**
 * Whether a person may make a call, or have one sent on, to the public network.
 * It is asked of whoever pays: the one who dials, else the one whose forward or
 * choice leads out. Emergency calls are never asked about.
 *
 * @returns undefined where nothing is in the way.
 */
export function barred(
  to: DestinationClass,
  { organisation, user }: NumberOwner,
  { spent }: Pick<World, 'spent'>,
  now: EpochMs,
): Barred | undefined {
  const { callsOut } = user.rules;
  const all = organisation.callsOut;
  const own = spent.get(user.id) ?? NOTHING_SPENT;
  const everybodys = spent.get(organisation.id) ?? NOTHING_SPENT;
  const hours = user.hours;
  const working = hours === undefined || isWorking(hours, now, organisation.zone);
  return (
    neverAllowed(to, reachOf({ organisation, user })) ??
    (!working && isBeyond(to, callsOut.offHours) ? 'off-hours' : undefined) ??
    (isSpent(own.live, callsOut.atOnce) ? 'at-once' : undefined) ??
    (isSpent(everybodys.live, all.atOnce) ? 'all-at-once' : undefined) ??
    (to.kind === 'free' ? undefined : byTheHour(to.kind))
  );

  function byTheHour(kind: ChargedKind): Barred | undefined {
    if (isSpent(lastHour(own.began[kind], now), callsOut.anHour[kind])) return `${kind}-an-hour`;
    return isSpent(lastHour(everybodys.began[kind], now), all.anHour[kind])
      ? `all-${kind}-an-hour`
      : undefined;
  }
}

/** What a person may call, the hour and the number of calls left aside. */
export const reachOf = ({ organisation, user }: NumberOwner): OutsideReach => ({
  reach: user.rules.callsOut.reach,
  premium: user.rules.callsOut.premium,
  countries: organisation.callsOut.countries,
  home: organisation.country,
});

const isSpent = (count: number, most: number | undefined): boolean =>
  most !== undefined && count >= most;

const lastHour = (began: readonly EpochMs[], now: EpochMs): number =>
  began.filter((at) => now - at < HOUR_MS).length;
