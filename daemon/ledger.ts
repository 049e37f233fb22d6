import type { Log } from '../common/log.ts';
import type { CallOutcome } from './answer-call.ts';

/** What became of the calls so far: one log line each, and counts. */
export interface Ledger {
  note(outcome: CallOutcome): void;
  counts(): { readonly routed: number; readonly native: number };
}

export function createLedger(log: Log): Ledger {
  let routed = 0;
  let native = 0;
  return {
    note(outcome) {
      if (outcome.kind === 'native') {
        native += 1;
        log.warn({ leg: outcome.leg, cause: outcome.why }, 'call left to freeswitch');
        return;
      }
      routed += 1;
      const { question, routing } = outcome;
      log.info(
        {
          leg: question.leg,
          dialled: question.dialled,
          plan: routing.plan.kind,
          trace: routing.trace.map(({ rule, because }) => `${rule}: ${because}`),
        },
        'call routed',
      );
      const { barred } = routing.trace.find((step) => step.barred !== undefined) ?? {};
      if (barred === undefined) return;
      log.warn({ leg: question.leg, dialled: question.dialled, cause: barred }, 'call out barred');
    },
    counts: () => ({ routed, native }),
  };
}
