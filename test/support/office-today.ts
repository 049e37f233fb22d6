import type { E164, Extension } from '../../common/phone-number.ts';
import { type EpochMs, epochMs } from '../../common/time.ts';
import type { LegId } from '../../daemon/call/event.ts';
import type { Again, Question } from '../../daemon/call/question.ts';
import type { ActivityId } from '../../daemon/routing/activity.ts';
import { contactKey } from '../../daemon/routing/contacts.ts';
import type { Organisation, User } from '../../daemon/routing/directory.ts';
import {
  type Destination,
  type Forward,
  type ForwardReason,
  type Forwards,
  NOBODY_AWAY,
  type Status,
} from '../../daemon/routing/presence.ts';
import { route } from '../../daemon/routing/route.ts';
import type { Rules } from '../../daemon/routing/rules.ts';
import type { World } from '../../daemon/routing/world.ts';
import { anka, directoryOf } from './office.ts';
import { worldOf } from './world.ts';

/** A Tuesday, 13:04 in Stockholm. */
export const now = epochMs(Date.parse('2026-03-31T11:04:00Z'));
export const OUTSIDE = '+46701111111';

/** How one person of the office has it; what is left out is as usual. */
export interface Today extends Partial<Pick<User, 'devices' | 'greetings' | 'numbers'>> {
  readonly rules?: Partial<Rules>;
  /** To an extension, a number or `voicemail`, for ever or until a moment. */
  readonly forwards?: Readonly<Partial<Record<ForwardReason, string | readonly [string, EpochMs]>>>;
  /** The key of an activity without an end: `lunch`. */
  readonly activity?: string;
  /** How many calls the person is in. */
  readonly calls?: number;
}

export interface Known {
  /** Whose contact: an extension; else the organisation's. */
  readonly of?: string;
  readonly number?: string;
  readonly name?: string;
  readonly vip?: boolean;
  readonly blocked?: boolean;
}

/** The office, with what is said of its people, by extension. */
export function today(
  people: Readonly<Record<string, Today>> = {},
  contacts: readonly Known[] = [],
  more: Partial<Organisation> = {},
): World {
  const users = new Map([...anka.users].map(([extension, user]) => [extension, user]));
  const statuses = new Map<string, Status>();
  const forwards = new Map<string, Forwards>();
  const calls = new Map<string, { readonly busy: number }>();
  for (const [text, person] of Object.entries(people)) {
    const extension = text as Extension;
    const usual = users.get(extension);
    if (usual === undefined) throw new Error(`nobody has ${text}`);
    const { rules, forwards: sends = {}, activity, calls: busy, ...differs } = person;
    users.set(extension, { ...usual, ...differs, rules: { ...usual.rules, ...rules } });
    forwards.set(
      usual.id,
      Object.fromEntries(Object.entries(sends).map(([why, to]) => [why, forwardOf(to)])),
    );
    if (activity !== undefined) statuses.set(usual.id, statusOf(activity));
    if (busy !== undefined) calls.set(usual.id, { busy });
  }
  const organisation: Organisation = { ...anka, ...more, users };
  return worldOf(directoryOf(organisation), {
    presence: { ...NOBODY_AWAY, statuses, forwards },
    contacts: {
      revision: 1,
      personal: new Map(contacts.flatMap((known) => (known.of ? [contactOf(known)] : []))),
      shared: new Map(contacts.flatMap((known) => (known.of ? [] : [contactOf(known)]))),
    },
    calls,
  });
}

/** Somebody of the public network calls a number of ours: Anna's. */
export const fromOutside = (more: Partial<Question> = {}): Question => ({
  leg: '7c0e1d52-0000-4000-8000-000000000001' as LegId,
  from: { kind: 'trunk', address: '192.0.2.1' },
  callerNumber: OUTSIDE,
  callerName: '',
  callerHidden: false,
  dialled: '+46812345600',
  again: undefined,
  ...more,
});

/** A colleague dials, from the first device. */
export const dials = (extension: '101' | '102', dialled: string): Question =>
  fromOutside({
    from: { kind: 'device', username: DEVICES[extension], domain: anka.domain },
    callerNumber: extension,
    dialled,
  });

const DEVICES = { '101': '101-desk', '102': '102-app' } as const;

/** The same call, which asks again about a person: nobody answered, or the caller has pressed a digit. */
export function asksAgain(
  question: Question,
  extension: string,
  what:
    | Pick<Extract<Again, { kind: 'unanswered' }>, 'kind' | 'why'>
    | Pick<Extract<Again, { kind: 'choice' }>, 'kind' | 'digit'>,
  via: readonly string[] = [extension],
): Question {
  const callee = { domain: anka.domain, extension: extension as Extension };
  return { ...question, again: { ...what, ...callee, via: via as readonly Extension[] } };
}

export const decide = (question: Question, world: World, at = now) => route(question, world, at);

/** `forward: …`: the last steps of a trace. */
export const lastSteps = (question: Question, world: World, count = 1): readonly string[] =>
  decide(question, world)
    .trace.slice(-count)
    .map(({ rule, because }) => `${rule}: ${because}`);

function forwardOf(to: string | readonly [string, EpochMs]): Forward {
  const [where, endsAt] = typeof to === 'string' ? [to, undefined] : to;
  return { to: destinationOf(where), endsAt, source: 'app', setAt: now };
}

function destinationOf(to: string): Destination {
  if (to === 'voicemail') return { kind: 'voicemail' };
  return to.startsWith('+')
    ? { kind: 'number', number: to as E164 }
    : { kind: 'extension', extension: to as Extension };
}

function statusOf(key: string): Status {
  const activity = `a-${key}` as ActivityId;
  if (!anka.activities.has(activity)) throw new Error(`no activity ${key}`);
  const about = { note: '', startedAt: now, endsAt: undefined, source: 'app', version: 1 } as const;
  return { activity, ...about, setBy: undefined };
}

const contactOf = ({ of, number = OUTSIDE, name = 'Eva Lund', ...marks }: Known) => {
  const about = { id: 'c', name, company: '', favourite: false, vip: false, blocked: false };
  const key = contactKey(of === undefined ? anka.id : `u-${of}`, number as E164);
  return [key, { ...about, ...marks }] as const;
};
