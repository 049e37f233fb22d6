import type { CallLeg } from '../../common/call-leg.ts';
import type { SeenPerson } from '../decisions/decision.ts';
import type { RingPlan } from '../routing/plan.ts';
import type { DeviceEnd, Point } from './point.ts';

/** How each device of a fork fared, the one that answered first. */
export function endsOf(
  { legs: planned }: RingPlan,
  legs: readonly CallLeg[],
  people: readonly SeenPerson[],
): readonly Point[] {
  const known = new Map(people.flatMap(({ devices }) => devices.map((each) => [each.id, each])));
  const devices = planned.map(({ device: { id, kind, label }, member }) => ({
    ...(known.get(id) ?? { id, kind, label }),
    ...(member === undefined ? {} : { member }),
  }));
  const rung = devices.flatMap((device) => {
    const leg = best(legs.filter(({ deviceId }) => deviceId === device.id));
    return leg === undefined ? [] : [{ device, ended: endOf(leg, legs) }];
  });
  const absent = devices.filter(({ id }) => !legs.some(({ deviceId }) => deviceId === id));
  return [
    ...rung
      .toSorted((one, other) => rank(one.ended) - rank(other.ended))
      .map((each) => ({ kind: 'device', ...each }) as const),
    ...(absent.length === 0 ? [] : [{ kind: 'absent', devices: absent } as const]),
  ];
}

const rank = ({ how }: DeviceEnd): number => (how === 'answered' ? 0 : 1);

/** A device may be registered twice; what it did best is what it did. */
const best = (legs: readonly CallLeg[]): CallLeg | undefined =>
  legs.find(({ answeredAt }) => answeredAt !== undefined) ??
  legs.find(({ rangAt }) => rangAt !== undefined) ??
  legs[0];

function endOf(leg: CallLeg, all: readonly CallLeg[]): DeviceEnd {
  const { answeredAt, rangAt, startedAt, endedAt, cause } = leg;
  if (cause === 'LOSE_RACE' || cause === 'PICKED_OFF') {
    return { how: 'elsewhere', after: seconds(endedAt - startedAt) };
  }
  if (answeredAt !== undefined) {
    return { how: 'answered', at: answeredAt, after: seconds(answeredAt - startedAt) };
  }
  const after = seconds(endedAt - startedAt);
  switch (cause) {
    case 'ORIGINATOR_CANCEL':
      return { how: all.some(isAnswered) ? 'elsewhere' : 'caller-gave-up', after };
    case 'NO_ANSWER':
    case 'ALLOTTED_TIMEOUT':
    case 'NO_USER_RESPONSE':
    case 'PROGRESS_TIMEOUT':
      return rangAt === undefined ? { how: 'unreachable', cause } : { how: 'no-answer', after };
    case 'USER_BUSY':
      return { how: 'busy', after };
    case 'CALL_REJECTED':
      return { how: 'declined', after };
    default:
      return { how: 'unreachable', cause };
  }
}

const isAnswered = ({ answeredAt }: CallLeg): boolean => answeredAt !== undefined;

const seconds = (ms: number): number => Math.round(ms / 1000);
