import type { EpochMs } from '../../common/time.ts';
import type { Again, Question } from '../call/question.ts';
import { type Activity, activityAt } from './activity.ts';
import { callerOf, callerStep } from './caller.ts';
import { answerTo, obey } from './code.ts';
import type { Account, NumberOwner, User } from './directory.ts';
import type { MenuPlan, Routing, SaidPart } from './plan.ts';
import type { TraceStep } from './trace.ts';
import type { World } from './world.ts';

/** Says which activities there are, each with its number, and waits for one. */
export function statusMenu(account: Account, trace: readonly TraceStep[]): Routing {
  const { user, organisation } = account;
  const offered = offeredTo(account).flatMap(({ names, position }) => [
    { kind: 'text', text: names[user.language] } as const,
    prompt('press'),
    prompt(`number-${position}`),
  ]);
  return {
    plan: {
      kind: 'menu',
      say: [prompt('status-menu'), ...offered],
      asks: { for: 'activity' },
      ...{ least: 1, most: 2, language: user.language },
      ...{ domain: organisation.domain, extension: user.extension },
    },
    trace: [...trace, { rule: 'menu', because: `${user.name} is asked for an activity` }],
    effects: [],
  };
}

/**
 * Whoever is in the menu has pressed digits. An activity is set as soon as it is
 * chosen, as long as it usually is; who wants another end says it after that, or
 * hangs up.
 */
export function answerMenu(
  question: Question,
  { asked, digits }: Extract<Again, { kind: 'menu' }>,
  world: World,
  now: EpochMs,
): Routing {
  const account = accountOf(question, world);
  const caller = account && callerOf(question, world.directory, account.organisation.country);
  if (account === undefined || caller === undefined) return NOBODYS;
  const { organisation, user } = account;
  const trace = [callerStep(caller)];
  if (digits === '') return told(user, trace, [prompt('goodbye')], 'nothing was pressed');
  if (asked.for === 'end') {
    const code = { kind: 'set-activity', position: asked.position, until: digits } as const;
    return byMenu(obey(code, account, world, now, trace));
  }
  const position = Number(digits);
  const { reply, because, effects } = answerTo(
    { kind: 'set-activity', position },
    account,
    world,
    now,
  );
  const done = told(user, trace, reply, because);
  const lasts = activityAt(organisation.activities, user.id, position)?.key !== 'available';
  return lasts && effects.length > 0
    ? byMenu({ ...done, plan: askEnd(account, reply, position), effects })
    : byMenu({ ...done, effects });
}

const NOBODYS: Routing = {
  plan: { kind: 'refuse', sip: 403, say: undefined, language: 'sv' },
  trace: [{ rule: 'menu', because: 'it is nobody’s device' }],
  effects: [],
};

const told = (
  { language }: User,
  trace: readonly TraceStep[],
  say: readonly SaidPart[],
  because: string,
): Routing => ({
  plan: { kind: 'announce', say, language },
  trace: [...trace, { rule: 'menu', because }],
  effects: [],
});

const askEnd = (
  { user, organisation }: Account,
  reply: readonly SaidPart[],
  position: number,
): MenuPlan => ({
  kind: 'menu',
  say: [...reply, prompt('status-end')],
  asks: { for: 'end', position },
  ...{ least: 4, most: 4, language: user.language },
  ...{ domain: organisation.domain, extension: user.extension },
});

/** Whose password the call was made with; what stands on the channel beside it is not asked. */
function accountOf({ from }: Question, { directory }: World): Account | undefined {
  return from.kind === 'device'
    ? directory.accounts.get(`${from.username}@${from.domain}`)
    : undefined;
}

/** By number, each once: a person's own goes before the organisation's. */
export function offeredTo({
  organisation: { activities },
  user,
}: NumberOwner): readonly Activity[] {
  const positions = new Set([...activities.values()].map(({ position }) => position));
  return [...positions]
    .sort((a, b) => a - b)
    .flatMap((position) => activityAt(activities, user.id, position) ?? []);
}

const byMenu = (routing: Routing): Routing => ({
  ...routing,
  effects: routing.effects.map((effect) =>
    effect.kind === 'set-status' ? { ...effect, by: 'menu' } : effect,
  ),
});

const prompt = (name: Extract<SaidPart, { kind: 'prompt' }>['name']): SaidPart => ({
  kind: 'prompt',
  name,
});
