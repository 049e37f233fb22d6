import type { CallLeg } from '../../common/call-leg.ts';
import type { Decision, SeenForward, SeenPerson } from '../decisions/decision.ts';
import type { Plan, SaidPart } from '../routing/plan.ts';
import { endsOf } from './device-ends.ts';
import type { Point } from './point.ts';

/** What is known of one call: the decisions in their order, and how its legs ended. */
export interface KnownCall {
  readonly decisions: readonly Decision[];
  /** Empty while the call goes on. */
  readonly legs: readonly CallLeg[];
}

/** The text of a prompt, for those who read what others heard. */
export type PromptText = (name: string) => string;

/** What there is to tell about a call, in the order it happened. Pure. */
export function story(call: KnownCall, textOf: PromptText): readonly Point[] {
  const { decisions, legs } = call;
  const own = legs.find(({ direction }) => direction === 'in');
  const points = decisions.flatMap((decision, i) => {
    const until = decisions[i + 1]?.at ?? Infinity;
    return [
      ...reasons(decision),
      ...whatBecame(decision, until, legs, textOf),
      ...recordedIn(decision),
    ];
  });
  return [...points, ...ending(own, decisions)];
}

/** Why it was decided so. */
function reasons(decision: Decision): readonly Point[] {
  const { question, plan, seen, at, trace } = decision;
  const [callee, ...others] = seen.people;
  const again = question?.again;
  if (question === undefined) return [{ kind: 'native', because: trace.at(-1)?.because ?? '' }];

  const members = notRung(trace);
  const decided = [
    ...barredBy(trace),
    { kind: 'decided', plan, person: others.at(-1) ?? callee } as const,
  ];
  if (again?.kind === 'choice') {
    return [{ kind: 'chose', at, digit: again.digit }, ...members, ...decided];
  }
  if (again?.kind === 'unanswered') {
    const person = seen.people.find(({ extension }) => extension === again.extension);
    return [
      ...(person === undefined
        ? []
        : [
            { kind: 'unanswered', person, why: again.why } as const,
            ...sentOn(person, again.why, decision),
          ]),
      ...members,
      ...decided,
    ];
  }
  if (again?.kind === 'mailbox' || again?.kind === 'menu') return decided;

  const { caller } = seen;
  const came: Point = { kind: 'came', at, caller, callee, dialled: question.dialled };
  if (callee === undefined) return [came, ...decided];
  if (caller.mark === 'blocked') return [came, { kind: 'blocked', plan: plan.kind }];
  return [came, ...onTheWay(decision), ...decided];
}

/** The members of a team who were not rung, each with the reason; who was is told by the plan. */
const notRung = (trace: Decision['trace']): readonly Point[] =>
  trace.flatMap(({ member }) =>
    member === undefined || member.fate.kind === 'rung' ? [] : [{ kind: 'member', member }],
  );

const teamIn = (trace: Decision['trace']) =>
  trace.find(({ member }) => member !== undefined)?.member?.team;

const recordedIn = ({ trace }: Decision): readonly Point[] =>
  trace.flatMap(({ recorded }) =>
    recorded === undefined ? [] : [{ kind: 'recorded', texts: recorded }],
  );

const barredBy = (trace: Decision['trace']): readonly Point[] =>
  trace.flatMap(({ barred }) => (barred === undefined ? [] : [{ kind: 'barred', why: barred }]));

/** Each person or team the call came to: what sent it on from there, or what held it. */
function onTheWay(decision: Decision): readonly Point[] {
  const { seen, plan, trace } = decision;
  const { people, caller } = seen;
  const vip = caller.mark === 'vip';
  const team = teamIn(trace);
  const points = people.flatMap((person, i): readonly Point[] => {
    const { status, calls } = person;
    const isLast = i === people.length - 1;
    if (person.extension === team?.extension) return notRung(trace);
    if (team !== undefined && isLast && takesMessage(decision)) return [];
    const always = sentOn(person, 'always', decision);
    if (always.length > 0 && (!isLast || !isRung(plan))) return always;
    if (status?.rings === false) {
      const does = isRung(plan) ? (vip ? 'yields-to-vip' : 'yields-to-colleague') : 'closes';
      return [{ kind: 'status', person, status, does, vip }];
    }
    const open = status && ({ kind: 'status', person, status, does: 'opens', vip } as const);
    const engaged = { kind: 'engaged', person } as const;
    if (calls > 0 && !isLast) return [engaged, ...sentOn(person, 'busy', decision)];
    if (calls > 0 && !isRung(plan)) return [engaged];
    return open === undefined ? [] : [open];
  });
  const isTold = people.some(({ extension }) => extension === team?.extension);
  return isTold ? points : [...points, ...notRung(trace)];
}

/** Somebody's mailbox stands in for a team: what the person does is not why. */
const takesMessage = ({ plan, trace }: Decision): boolean =>
  plan.kind === 'voicemail' && trace.at(-1)?.rule === 'unanswered';

function sentOn(
  from: SeenPerson,
  reason: SeenForward['reason'],
  { seen, trace }: Decision,
): readonly Point[] {
  const forward = from.forwards.find((each) => each.reason === reason);
  if (forward === undefined) return [];
  const { to } = forward;
  const extension = to.kind === 'extension' ? to.extension : undefined;
  const others = [...seen.people, teamIn(trace)];
  const callee = others.find((each) => each !== undefined && each.extension === extension);
  return [{ kind: 'forwarded', from, forward, to: callee?.name ?? extension }];
}

const isRung = ({ kind }: Plan): boolean => kind === 'ring';

/** What came of it, as far as the legs tell. */
function whatBecame(
  { plan, at, seen }: Decision,
  until: number,
  legs: readonly CallLeg[],
  textOf: PromptText,
): readonly Point[] {
  const during = legs.filter(
    ({ direction, startedAt }) =>
      direction === 'out' && startedAt >= at - CLOCKS_DIFFER_MS && startedAt < until,
  );
  const own = legs.find(({ direction }) => direction === 'in');
  switch (plan.kind) {
    case 'ring':
      return legs.length === 0 ? [] : endsOf(plan, during, seen.people);
    case 'out':
      return during
        .slice(-1)
        .map(({ answeredAt, cause }) => ({ kind: 'gone-out', answeredAt, cause }));
    case 'referral':
    case 'announce':
    case 'menu':
    case 'record':
      return own === undefined ? [] : [heard(plan.say, own, at, textOf)];
    case 'refuse':
      return own === undefined || plan.say === undefined
        ? []
        : [heard([{ kind: 'prompt', name: plan.say }], own, at, textOf)];
    case 'voicemail':
    case 'mailbox':
    case 'which-mailbox':
    case 'pickup':
    case 'silence':
    case 'unheard':
    case 'native':
      return [];
  }
}

function heard(
  say: readonly SaidPart[],
  { heard: played }: CallLeg,
  at: number,
  textOf: PromptText,
): Point {
  const began = played.some(
    (each) => each.at >= at - CLOCKS_DIFFER_MS && !each.what.includes('message'),
  );
  if (!began) return { kind: 'heard-nothing' };
  const text = say.map((part) => said(part, textOf)).join(' ');
  return { kind: 'heard', text };
}

function said(part: SaidPart, textOf: PromptText): string {
  switch (part.kind) {
    case 'prompt':
      return textOf(part.name);
    case 'text':
    case 'name':
      return part.text;
    case 'recording':
    case 'take':
      return '♪';
  }
}

function ending(own: CallLeg | undefined, decisions: readonly Decision[]): readonly Point[] {
  if (own === undefined) return [];
  const message = own.heard.some(({ what }) => what.includes('message'));
  const native = own.native && decisions.every(({ question }) => question !== undefined);
  const talked = own.answeredAt === undefined ? undefined : own.endedAt - own.answeredAt;
  return [
    ...(native && decisions.length === 0 ? [{ kind: 'native', because: '' } as const] : []),
    ...(message ? [{ kind: 'left-message' } as const] : []),
    {
      kind: 'ended',
      at: own.endedAt,
      seconds: talked === undefined ? undefined : Math.round(talked / 1000),
    },
  ];
}

/** FreeSWITCH and the daemon may stand on clocks this far apart, in milliseconds. */
const CLOCKS_DIFFER_MS = 1_000;
