import { VaxelError } from '../common/errors.ts';
import type { Clock } from '../common/time.ts';
import type { Question } from './call/question.ts';
import { contactsCommand, readContacts, type Contact } from './esl/contacts.ts';
import { forkDialString } from './esl/dial-string.ts';
import { planCommands } from './esl/plan-commands.ts';
import type { RouteConversation } from './esl/route-conversation.ts';
import { takeQuestion } from './esl/route-question.ts';
import type { Line, UserId } from './lines/line.ts';
import type { Directory } from './routing/directory.ts';
import { routePickup } from './routing/pickup.ts';
import type { Plan, Routing } from './routing/plan.ts';
import { route, type MailboxLocks } from './routing/route.ts';

export interface AnswerDeps {
  readonly directory: () => Directory;
  readonly locks: () => MailboxLocks;
  readonly lines: () => ReadonlyMap<UserId, Line>;
  readonly clock: Clock;
  readonly onOutcome: (outcome: CallOutcome) => void;
}

/** What became of one question. */
export type CallOutcome =
  | { readonly kind: 'routed'; readonly question: Question; readonly routing: Routing }
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
    const directory = deps.directory();
    const routing =
      routePickup(question, directory, deps.lines()) ??
      route(question, directory, deps.locks(), deps.clock());
    const claimed = await claim(conversation, question, routing);
    deps.onOutcome(claimed);
  } catch (error) {
    if (!(error instanceof VaxelError)) throw error;
    deps.onOutcome({ kind: 'native', leg, why: error.message });
  } finally {
    conversation.close();
  }
}

async function claim(
  conversation: RouteConversation,
  question: Question,
  routing: Routing,
): Promise<CallOutcome> {
  const { leg, dialled } = question;
  const { plan } = routing;
  if (plan.kind === 'native') return native(leg, routing.trace.at(-1)?.because ?? '');

  const usernames = accountsOf(plan);
  const domain = plan.kind === 'ring' ? plan.domain : '';
  const answers = await conversation.ask([
    ...usernames.map((username) => contactsCommand(username, domain)),
    `api sched_del ${leg}`,
  ]);
  // `Deleted: 1`: the timer to the native context was there and is ours now. Anything else: hands off.
  if (!/Deleted: [1-9]/.test(answers.at(-1)?.text ?? '')) {
    return native(leg, 'FreeSWITCH, or another daemon, was first');
  }

  const contacts = new Map(
    usernames.map((username, i) => [username, readContacts(answers[i]?.text ?? '')]),
  );
  const reached =
    plan.kind === 'ring' ? reach(plan, contacts) : { plan, dial: undefined, because: [] };
  const handed = await conversation.ask(planCommands(leg, dialled, reached.plan, reached.dial));
  const refused = handed.find(({ text }) => text.startsWith('-ERR'));
  if (refused !== undefined) return native(leg, refused.text);
  return {
    kind: 'routed',
    question,
    routing: { plan: reached.plan, trace: [...routing.trace, ...reached.because] },
  };
}

const native = (leg: string, why: string): CallOutcome => ({ kind: 'native', leg, why });

function accountsOf(plan: Plan): readonly string[] {
  if (plan.kind !== 'ring') return [];
  return plan.devices.flatMap((device) => (device.kind === 'mobile' ? [] : [device.username]));
}

/** Puts what is registered at this moment into the plan: nobody there means that a message is taken at once. */
function reach(
  plan: Extract<Plan, { kind: 'ring' }>,
  contacts: ReadonlyMap<string, readonly Contact[]>,
) {
  const dial = forkDialString(plan, contacts);
  const count = [...contacts.values()].reduce((sum, { length }) => sum + length, 0);
  const because = [{ rule: 'registered', because: `${count} of the accounts’ contacts` }];
  return dial === undefined ? { plan: plan.then, dial, because } : { plan, dial, because };
}
