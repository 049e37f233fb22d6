import type { EpochMs } from '../../common/time.ts';
import type { Arrival } from './arrival.ts';
import type { Routing } from './plan.ts';
import { toPerson } from './to-person.ts';
import { toTeam } from './to-team.ts';
import type { World } from './world.ts';

/** Decides a call to whoever has an extension. */
export function toCallee(arrival: Arrival, world: World, now: EpochMs): Routing {
  const { team } = arrival;
  return team === undefined
    ? toPerson(arrival, world, now)
    : toTeam({ ...arrival, team }, world, now);
}
