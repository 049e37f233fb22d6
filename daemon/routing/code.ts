import { destinationClass } from '../../common/destination-class.ts';
import { neverAllowed } from '../../common/outside-reach.ts';
import { readDialled } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import { defaultEnd } from '../calendar/default-end.ts';
import { readUntil } from '../calendar/read-until.ts';
import { activityAt, availableOf } from './activity.ts';
import { reachOf } from './barred.ts';
import { calleeAt } from './callee.ts';
import type { Account, Language } from './directory.ts';
import type { FeatureCode } from './feature-code.ts';
import type { Effect } from './effect.ts';
import type { AnnouncePlan, Routing, SaidPart } from './plan.ts';
import type { TraceStep } from './trace.ts';
import type { Destination, ForwardReason } from './presence.ts';
import { sayEnd } from './say-end.ts';
import type { World } from './world.ts';
import { forwardNow } from './forward-now.ts';

/** Whatever is said in one breath; the menu is a conversation. */
type SpokenCode = Exclude<FeatureCode, { kind: 'menu' }>;

type Code<Kind extends FeatureCode['kind']> = Extract<FeatureCode, { kind: Kind }>;

/** Somebody tells the exchange something by dialling it, and hears what became of it. */
export function obey(
  code: SpokenCode,
  account: Account,
  world: World,
  now: EpochMs,
  trace: readonly TraceStep[],
): Routing {
  const { reply, because, effects } = answerTo(code, account, world, now);
  return {
    plan: { kind: 'announce', say: reply, language: account.user.language },
    trace: [...trace, { rule: 'code', because }],
    effects,
  };
}

/** What is said where the effect of a code could not be written down. */
export function regret({ kind }: Effect, language: Language): AnnouncePlan {
  return { kind: 'announce', say: [prompt(REGRETS[kind])], language };
}

const REGRETS = {
  'set-status': 'status-refused',
  'set-forward': 'forward-refused',
  'clear-forward': 'forward-refused',
  'keep-greeting': 'refuse-error',
  'remove-greetings': 'refuse-error',
  recall: 'refuse-error',
} as const;

/** What is said to it, why, and what it changes. */
interface Answer {
  readonly reply: readonly SaidPart[];
  readonly because: string;
  readonly effects: readonly Effect[];
}

export function answerTo(code: SpokenCode, account: Account, world: World, now: EpochMs): Answer {
  switch (code.kind) {
    case 'set-activity':
      return setActivity(code, account, now);
    case 'clear-activity': {
      const { user, organisation } = account;
      const { id, names } = availableOf(organisation.activities);
      return {
        reply: [prompt('status-set'), text(names[user.language])],
        because: `${user.name} is available again`,
        effects: [{ kind: 'set-status', organisation, user, activity: id, endsAt: undefined }],
      };
    }
    case 'set-forward':
      return setForward(code, account, world);
    case 'clear-forward':
      return {
        reply: [prompt('forward-off')],
        because: `${account.user.name} takes back the forward (${code.reason})`,
        effects: [
          {
            kind: 'clear-forward',
            organisation: account.organisation,
            user: account.user,
            reason: code.reason,
          },
        ],
      };
    case 'ask-forward':
      return tellForward(code.reason, account, world, now);
    case 'misdialled':
      return code.of === 'activity' ? statusRefused(MISDIALLED) : forwardRefused(MISDIALLED);
  }
}

function setActivity(
  { position, until }: Code<'set-activity'>,
  { user, organisation }: Account,
  now: EpochMs,
): Answer {
  const { zone } = organisation;
  const activity = activityAt(organisation.activities, user.id, position);
  if (activity === undefined) return statusRefused(`no activity has number ${position}`);
  const read = until === undefined ? undefined : readUntil(until, now, zone, activity.endsAs);
  if (read?.kind === 'refused') return statusRefused(`${until ?? ''} is no end: ${read.because}`);
  const endsAt = read === undefined ? defaultEnd(activity.length, now, zone, user.hours) : read.end;
  const name = activity.names[user.language];
  return {
    reply: [prompt('status-set'), text(name), ...sayEnd(endsAt, now, zone, activity.endsAs)],
    because: `${user.name} sets ${name}${endsAt === undefined ? '' : ` until ${new Date(endsAt).toISOString()}`}`,
    effects: [{ kind: 'set-status', organisation, user, activity: activity.id, endsAt }],
  };
}

function setForward(
  { reason, to }: Code<'set-forward'>,
  { user, organisation }: Account,
  world: World,
): Answer {
  const target = destinationOf(to, organisation, world);
  if (target === undefined) return forwardRefused(`${to} is no number to forward to`);
  if (target.kind === 'extension' && target.extension === user.extension) {
    return forwardRefused('nobody forwards to himself');
  }
  if (target.kind === 'number') {
    const to = destinationClass(target.number, organisation.country);
    const why = neverAllowed(to, reachOf({ organisation, user }));
    if (why !== undefined) return forwardRefused(`${user.name} may not call there: ${why}`);
  }
  return {
    reply: [prompt('forward-on'), ...sayTarget(target)],
    because: `${user.name} forwards (${reason}) to ${to}`,
    effects: [{ kind: 'set-forward', organisation, user, reason, to: target }],
  };
}

/** A number of the organisation's own is the person who has it. */
function destinationOf(
  to: string,
  organisation: Account['organisation'],
  { directory }: World,
): Destination | undefined {
  const dialled = readDialled(to, organisation);
  if (dialled.kind === 'extension' && calleeAt(organisation, dialled.extension) !== undefined) {
    return { kind: 'extension', extension: dialled.extension };
  }
  const number =
    dialled.kind === 'e164'
      ? dialled.e164
      : dialled.kind === 'extension'
        ? dialled.otherwise
        : undefined;
  if (number === undefined) return undefined;
  const owner = directory.numbers.get(number);
  return owner?.organisation.id === organisation.id
    ? { kind: 'extension', extension: owner.user.extension }
    : { kind: 'number', number };
}

function tellForward(
  reason: ForwardReason,
  { user }: Account,
  { presence }: World,
  now: EpochMs,
): Answer {
  const forward = forwardNow(presence, user.id, reason, now);
  const because = `${user.name} asks for the forward (${reason})`;
  const reply =
    forward === undefined
      ? [prompt('forward-off')]
      : [prompt('forward-on'), ...sayTarget(forward.to)];
  return { reply, because, effects: [] };
}

function sayTarget(to: Destination): readonly SaidPart[] {
  switch (to.kind) {
    case 'voicemail':
      return [prompt('to-voicemail')];
    case 'extension':
      return digits(to.extension);
    case 'number':
      return digits(to.number.replace(/^\+/, '00'));
  }
}

const digits = (number: string): readonly SaidPart[] =>
  Array.from(number, (digit) => prompt(`number-${digit}`));

const MISDIALLED = 'it begins as a code and goes on as none';

const statusRefused = (because: string): Answer => ({
  reply: [prompt('status-refused')],
  because,
  effects: [],
});

const forwardRefused = (because: string): Answer => ({
  reply: [prompt('forward-refused')],
  because,
  effects: [],
});

const prompt = (name: Extract<SaidPart, { kind: 'prompt' }>['name']): SaidPart => ({
  kind: 'prompt',
  name,
});

const text = (said: string): SaidPart => ({ kind: 'text', text: said });
