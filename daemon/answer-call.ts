import { VaxelError } from '../common/errors.ts';
import type { Clock, EpochMs } from '../common/time.ts';
import type { LegId } from './call/event.ts';
import type { Question } from './call/question.ts';
import { contactsCommand, readContacts } from './esl/contacts.ts';
import { forkDialString } from './esl/dial-string.ts';
import { type HandedPlan, planCommands } from './esl/plan-commands.ts';
import type { RouteConversation } from './esl/route-conversation.ts';
import { takeQuestion } from './esl/route-question.ts';
import { regret } from './routing/code.ts';
import type { Language } from './routing/directory.ts';
import type { Effect } from './routing/effect.ts';
import {
  type Plan,
  type RefusePlan,
  type RingPlan,
  type Routing,
  rungAt,
  type SaidPart,
} from './routing/plan.ts';
import type { TraceStep } from './routing/trace.ts';
import { route } from './routing/route.ts';
import type { World } from './routing/world.ts';

export interface AnswerDeps {
  readonly world: () => World;
  readonly clock: Clock;
  /** Writes down what a call changes. @returns false where that could not be done. */
  readonly carryOut: (effect: Effect) => Promise<boolean>;
  readonly soundOf: (parts: readonly SaidPart[], language: Language) => readonly string[];
  /** The texts among them that are heard as somebody recorded them. */
  readonly recordedOf: (parts: readonly SaidPart[], language: Language) => readonly string[];
  /** Told of every decision as it is made, before the call hears of it; never waits. */
  readonly onDecided?: (question: Question, world: World, at: EpochMs, routing: Routing) => void;
  readonly onOutcome: (outcome: CallOutcome) => void;
}

/** What became of one question. */
export type CallOutcome =
  | {
      readonly kind: 'routed';
      readonly question: Question;
      readonly routing: Routing;
      /** What it was decided on, and when. */
      readonly world: World;
      readonly at: EpochMs;
    }
  /** FreeSWITCH goes on by itself, and why. */
  | { readonly kind: 'native'; readonly leg: string; readonly why: string };

/**
 * Answers one question of FreeSWITCH: take it, decide, ask for the contacts and
 * claim the call in one write, hand over the whole plan in the next, leave.
 *
 * Whatever goes wrong on the way, the socket is closed and FreeSWITCH goes on
 * natively at once; after the claim too, until the plan is handed over
 * (docs/decisions/002-guarded-socket-and-claim.md).
 */
export async function answerCall(conversation: RouteConversation, deps: AnswerDeps): Promise<void> {
  let leg = '';
  try {
    const question = await takeQuestion(conversation);
    if ('kind' in question) {
      deps.onOutcome({ kind: 'native', leg, why: question.why });
      return;
    }
    leg = question.leg;
    deps.onOutcome(await decide(conversation, question, deps));
  } catch (error) {
    if (!(error instanceof VaxelError)) throw error;
    deps.onOutcome({ kind: 'native', leg, why: error.message });
  } finally {
    conversation.close();
  }
}

async function decide(
  conversation: RouteConversation,
  question: Question,
  deps: AnswerDeps,
): Promise<CallOutcome> {
  const world = deps.world();
  const now = deps.clock();
  const { leg, dialled } = question;
  const ask = (what: Question): Routing => {
    const decided = route(what, world, now);
    deps.onDecided?.(what, world, now, decided);
    return decided;
  };
  let routing = ask(question);
  if (routing.plan.kind === 'native') return native(leg, routing.trace.at(-1)?.because ?? '');

  let reached = await claim(conversation, leg, routing.plan);
  if (reached === undefined) return native(leg, 'FreeSWITCH, or another daemon, was first');
  // Nobody to ring is an outcome that the person may have a rule for; each forward leads to somebody new.
  while (routing.plan.kind === 'ring' && reached.dial === undefined) {
    const trace = [...routing.trace, ...reached.because];
    const next = ask(outOfReach(question, routing.plan));
    routing = { ...next, trace: [...trace, ...next.trace] };
    if (routing.plan.kind === 'native') return native(leg, 'who was called is gone');
    ({ reached } = await lookUp(conversation, routing.plan));
  }

  routing = await withEffects(routing, deps);
  const { plan, trace } = routing;
  if (plan.kind === 'native') return native(leg, trace.at(-1)?.because ?? '');
  const sound = 'language' in plan ? deps.soundOf(saidBy(plan), plan.language) : [];
  const offer = 'language' in plan ? deps.soundOf(offeredBy(plan), plan.language) : [];
  const handed = await conversation.ask(
    planCommands(leg, dialled, plan, { dial: reached.dial, sound, offer }),
  );
  const refused = handed.find(({ text }) => text.startsWith('-ERR'));
  if (refused !== undefined) return native(leg, refused.text);
  return {
    kind: 'routed',
    question,
    routing: { ...routing, trace: [...trace, ...reached.because, ...recordedStep(plan, deps)] },
    world,
    at: now,
  };
}

/** The same call, as if its devices had been rung and none were there. */
const outOfReach = (question: Question, plan: RingPlan): Question => {
  const { domain, via } = plan;
  const callee = { domain, extension: rungAt(plan) };
  return { ...question, again: { kind: 'unanswered', why: 'unreachable', via, ...callee } };
};

/** What the plan plays of sound that is made or recorded; the names of refusals are the dialplan's. */
function saidBy(plan: HandedPlan): readonly SaidPart[] {
  if (plan.kind === 'ring') return plan.then.kind === 'voicemail' ? (plan.then.say ?? []) : [];
  return 'say' in plan && typeof plan.say === 'object' ? plan.say : [];
}

/** What a mailbox offers, where the plan comes to one. */
function offeredBy(plan: HandedPlan): readonly SaidPart[] {
  const message = 'then' in plan ? plan.then : plan;
  return message.kind === 'voicemail' ? (message.offers?.say ?? []) : [];
}

const refusal = ({ say }: RefusePlan): readonly SaidPart[] =>
  say === undefined ? [] : [{ kind: 'prompt', name: say }];

function recordedStep(plan: HandedPlan, { recordedOf }: AnswerDeps): readonly TraceStep[] {
  const said = plan.kind === 'refuse' ? refusal(plan) : [...saidBy(plan), ...offeredBy(plan)];
  const recorded = 'language' in plan ? recordedOf(said, plan.language) : [];
  if (recorded.length === 0) return [];
  const because = recorded.map((text) => `“${text}”`).join(', ');
  return [{ rule: 'recording', because, recorded }];
}

/** Written down before the caller is told that it is. */
async function withEffects(routing: Routing, { carryOut }: AnswerDeps): Promise<Routing> {
  for (const effect of routing.effects) {
    if (await carryOut(effect)) continue;
    const plan = regret(effect, effect.user.language);
    const failed = { rule: 'effect', because: 'it could not be written down' };
    return { plan, trace: [...routing.trace, failed], effects: [] };
  }
  return routing;
}

/** @returns undefined where the call is not ours. */
async function claim(
  conversation: RouteConversation,
  leg: LegId,
  plan: HandedPlan,
): Promise<Reached | undefined> {
  const { reached, last } = await lookUp(conversation, plan, [`api sched_del ${leg}`]);
  // `Deleted: 1`: the timer to the native context was there and is ours now. Anything else: hands off.
  return /Deleted: [1-9]/.test(last) ? reached : undefined;
}

/** What is registered at this moment for the devices of a plan. */
async function lookUp(
  conversation: RouteConversation,
  plan: HandedPlan,
  and: readonly string[] = [],
): Promise<{ readonly reached: Reached; readonly last: string }> {
  const usernames = accountsOf(plan);
  const domain = plan.kind === 'ring' ? plan.domain : '';
  const commands = [...usernames.map((name) => contactsCommand(name, domain)), ...and];
  const answers = commands.length === 0 ? [] : await conversation.ask(commands);
  const last = answers.at(-1)?.text ?? '';
  if (plan.kind !== 'ring') return { reached: { dial: undefined, because: [] }, last };
  const contacts = new Map(
    usernames.map((username, i) => [username, readContacts(answers[i]?.text ?? '')]),
  );
  const count = [...contacts.values()].reduce((sum, { length }) => sum + length, 0);
  const because = [{ rule: 'registered', because: `${count} of the accounts’ contacts` }];
  return { reached: { dial: forkDialString(plan, contacts), because }, last };
}

interface Reached {
  readonly dial: string | undefined;
  readonly because: readonly TraceStep[];
}

const native = (leg: string, why: string): CallOutcome => ({ kind: 'native', leg, why });

function accountsOf(plan: Plan): readonly string[] {
  if (plan.kind !== 'ring') return [];
  return plan.legs.flatMap(({ device }) => (device.kind === 'mobile' ? [] : [device.username]));
}
