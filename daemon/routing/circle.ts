import type { E164 } from '../../common/phone-number.ts';
import type { Arrival } from './arrival.ts';
import type { World } from './world.ts';

/** How often a call can be sent on, by people of ours and by others, before it must end somewhere. */
export const MOST_HOPS = 5;

/**
 * Why a call must not be sent on to a number of the public network: it has been
 * there, or it has been sent out by us before, or by too many.
 *
 * @returns undefined where nothing is in the way.
 */
export function circleOver(
  arrival: Arrival,
  to: E164,
  { directory }: Pick<World, 'directory'>,
): string | undefined {
  const { numbers } = arrival.caller.passed;
  if (numbers.includes(to)) return `${to} has had this call`;
  const own = numbers.find((number) => directory.numbers.has(number));
  if (own !== undefined) return `it has been here before, at ${own}`;
  const times = timesSentOn(arrival);
  return times < MOST_HOPS ? undefined : `it was sent on ${times} times already`;
}

export const timesSentOn = ({ caller, via }: Arrival): number => caller.passed.times + via.length;
