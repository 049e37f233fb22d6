import type { EpochMs } from '../../common/time.ts';
import { destinationClass } from '../../common/destination-class.ts';
import { barred } from './barred.ts';
import type { NumberOwner } from './directory.ts';
import type { Diversion, Plan, RefusePlan, Routing, Shown } from './plan.ts';
import type { TraceStep } from './trace.ts';
import type { World } from './world.ts';

/** A call that leaves for the public network. */
export interface Leaving {
  /** E.164, or a short number as it was dialled. */
  readonly to: string;
  /** The one who dialled, else the one whose forward or choice leads out. */
  readonly payer: NumberOwner;
  readonly shown: Shown;
  readonly trace: readonly TraceStep[];
  readonly diversion?: Diversion | undefined;
  /** What there is instead where it cannot leave; else it is refused. */
  readonly otherwise?: Plan;
}

/** Through the organisation's trunks, where the one who pays may. */
export function out(leaving: Leaving, world: World, now: EpochMs): Routing {
  const { to, payer, shown, trace, diversion } = leaving;
  const { organisation, user } = payer;
  const goesTo = destinationClass(to, organisation.country);
  const why = barred(goesTo, payer, world, now);
  if (why !== undefined) {
    const step = { rule: 'calls out', because: `${user.name} may not: ${why}`, barred: why };
    return instead(leaving, { sip: 403, say: 'refuse-not-allowed' }, step);
  }
  const trunks = organisation.trunks.map(({ name }) => name);
  if (trunks.length === 0) {
    const step = { rule: 'trunk', because: `${organisation.name} has none` };
    return instead(leaving, { sip: 503, say: 'refuse-no-trunk' }, step);
  }
  const as = shown.hidden
    ? shown.asserted === undefined
      ? 'hidden, since no number may be shown'
      : 'hidden, and vouched for'
    : `as ${shown.number}`;
  return {
    plan: {
      ...{ kind: 'out', to, trunks, shown, diversion },
      payer: { user: user.id, organisation: organisation.id, class: goesTo.kind },
    },
    trace: [...trace, { rule: 'trunk', because: `${trunks.join(', then ')}, ${as}` }],
    effects: [],
  };
}

function instead(
  { payer, trace, otherwise }: Leaving,
  refusal: Pick<RefusePlan, 'sip' | 'say'>,
  step: TraceStep,
): Routing {
  const { language } = payer.user;
  const plan = otherwise ?? { kind: 'refuse', ...refusal, language };
  return { plan, trace: [...trace, step], effects: [] };
}
