import type { Language, Organisation } from './directory.ts';
import type { Diversion, Plan, Routing, Shown, TraceStep } from './plan.ts';

/** To the public network, through the organisation's trunks. */
export function out(
  to: string,
  organisation: Organisation,
  language: Language,
  shown: Shown,
  trace: readonly TraceStep[],
  sent: { readonly diversion?: Diversion | undefined; readonly otherwise?: Plan } = {},
): Routing {
  const trunks = organisation.trunks.map(({ name }) => name);
  if (trunks.length === 0) {
    return {
      plan: sent.otherwise ?? { kind: 'refuse', sip: 503, say: 'refuse-no-trunk', language },
      trace: [...trace, { rule: 'trunk', because: `${organisation.name} has none` }],
      effects: [],
    };
  }
  const as = shown.hidden ? 'hidden, since no number may be shown' : `as ${shown.number}`;
  return {
    plan: { kind: 'out', to, trunks, shown, diversion: sent.diversion },
    trace: [...trace, { rule: 'trunk', because: `${trunks.join(', then ')}, ${as}` }],
    effects: [],
  };
}
