import type { Via } from '../call/question.ts';
import type { Caller } from './caller.ts';
import type { Called } from './directory.ts';
import type { Plan, Routing } from './plan.ts';
import type { TraceStep } from './trace.ts';

/** A call that has come to a person or a team, by whatever way. */
export interface Arrival extends Called {
  readonly caller: Caller;
  /** Whose call it was before it was sent on to this person, oldest first. */
  readonly via: Via;
  /** What has been decided on the way here. */
  readonly trace: readonly TraceStep[];
}

/** One more step of the way. */
export const after = (arrival: Arrival, rule: string, because: string): Arrival => ({
  ...arrival,
  trace: [...arrival.trace, { rule, because }],
});

/** The last step, and what it comes to. */
export const ends = (arrival: Arrival, rule: string, because: string, plan: Plan): Routing => ({
  plan,
  trace: [...arrival.trace, { rule, because }],
  effects: [],
});
