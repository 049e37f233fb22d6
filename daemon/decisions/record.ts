import type { DecisionRecord, NewDecision } from '../../common/db/decisions.ts';
import type { Question } from '../call/question.ts';
import type { Plan } from '../routing/plan.ts';
import type { TraceStep } from '../routing/trace.ts';
import type { Decision, Seen } from './decision.ts';

/** A decision as the database keeps it. */
export function decisionRecord(decision: Decision): NewDecision {
  const { leg, at, question, plan, trace, seen } = decision;
  return {
    leg,
    organisationId: seen.organisationId,
    userId: seen.calleeId,
    teamId: seen.teamId,
    rung: rungBeside(seen.calleeId, plan),
    at,
    caller: question?.callerHidden === true ? '' : seen.caller.number,
    dialled: question?.dialled ?? '',
    question: JSON.stringify(question ?? null),
    plan: JSON.stringify(plan),
    trace: JSON.stringify({ steps: trace, seen }),
  };
}

/** Whose devices ring, but for the person who was called. */
function rungBeside(callee: string | undefined, plan: Plan): readonly string[] {
  if (plan.kind !== 'ring') return [];
  const owners = new Set(plan.legs.map(({ device }) => device.user));
  return [...owners].filter((owner) => owner !== callee);
}

/** @returns undefined for one that another version of this program wrote and we no longer understand. */
export function readDecision(record: DecisionRecord): Decision | undefined {
  const question: unknown = JSON.parse(record.question);
  const plan: unknown = JSON.parse(record.plan);
  const why: unknown = JSON.parse(record.trace);
  if (!isPlan(plan) || !isWhy(why)) return undefined;
  return {
    leg: record.leg,
    at: record.at,
    question: isQuestion(question) ? question : undefined,
    plan,
    trace: why.steps,
    seen: why.seen,
  };
}

// What we wrote ourselves is known by what every version of it has.

const isQuestion = (value: unknown): value is Question =>
  isObject(value) && 'leg' in value && 'from' in value && 'dialled' in value;

const isPlan = (value: unknown): value is Plan => isObject(value) && 'kind' in value;

const isWhy = (
  value: unknown,
): value is { readonly steps: readonly TraceStep[]; readonly seen: Seen } =>
  isObject(value) && 'steps' in value && 'seen' in value;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
