import { type EpochMs, HOUR_MS } from '../../common/time.ts';
import { isWorking } from '../calendar/working-hours.ts';
import type { DestinationClass } from '../../common/destination-class.ts';
import type { NumberOwner, Organisation } from './directory.ts';
import type { Reach } from './rules.ts';
import { NOTHING_SPENT, type Spent } from './spent.ts';
import type { World } from './world.ts';

/** Why somebody may not call a number of the public network. */
export type Barred =
  | 'none-outside'
  | 'domestic-only'
  | 'off-hours'
  | 'premium'
  | 'country'
  | 'at-once'
  | 'abroad-an-hour'
  | 'all-at-once'
  | 'all-abroad-an-hour';

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
    outOfReach(to, callsOut.reach, 'domestic-only') ??
    (working ? undefined : outOfReach(to, callsOut.offHours, 'off-hours')) ??
    (to.kind === 'premium' && !callsOut.premium ? 'premium' : undefined) ??
    (isDear(to) && !isAllowed(to.country, organisation) ? 'country' : undefined) ??
    (isSpent(own.live, callsOut.atOnce) ? 'at-once' : undefined) ??
    (isSpent(everybodys.live, all.atOnce) ? 'all-at-once' : undefined) ??
    (isDear(to) && isSpent(lastHour(own, now), callsOut.abroadAnHour)
      ? 'abroad-an-hour'
      : undefined) ??
    (isDear(to) && isSpent(lastHour(everybodys, now), all.abroadAnHour)
      ? 'all-abroad-an-hour'
      : undefined)
  );
}

function outOfReach(to: DestinationClass, reach: Reach, why: Barred): Barred | undefined {
  switch (reach) {
    case 'anywhere':
      return undefined;
    case 'domestic':
      return isDear(to) ? why : undefined;
    case 'none':
      return why === 'domestic-only' ? 'none-outside' : why;
  }
}

type Dear = Extract<DestinationClass, { kind: 'abroad' | 'premium' }>;

/** What fraud earns by. */
export const isDear = (to: DestinationClass): to is Dear =>
  to.kind === 'abroad' || to.kind === 'premium';

function isAllowed(
  country: string | undefined,
  { country: home, callsOut: { countries } }: Organisation,
): boolean {
  if (countries === 'all' || country === home) return true;
  return country !== undefined && countries.includes(country);
}

const isSpent = (count: number, most: number | undefined): boolean =>
  most !== undefined && count >= most;

const lastHour = ({ dear }: Spent, now: EpochMs): number =>
  dear.filter((at) => now - at < HOUR_MS).length;
