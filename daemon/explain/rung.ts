import type { RingPlan } from '../routing/plan.ts';

/** Who or what rang: a team's people, else the person's devices as the language calls them. */
export function rung(
  legs: RingPlan['legs'],
  device: (device: RingPlan['legs'][number]['device']) => string,
): string {
  const members = new Set(legs.flatMap(({ member }) => member ?? []));
  const names = members.size > 0 ? [...members] : legs.map((leg) => device(leg.device));
  return names.join(', ');
}
