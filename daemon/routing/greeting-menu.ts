import type { EpochMs } from '../../common/time.ts';
import { readUntil } from '../calendar/read-until.ts';
import type { GreetingAsks, MenuGreeting, Question } from '../call/question.ts';
import type { PromptName } from '../voice/prompt-name.ts';
import { type Activity, activityAt } from './activity.ts';
import type { Directory, NumberOwner } from './directory.ts';
import type { Greeting } from './greetings.ts';
import type { Effect } from './effect.ts';
import type { Plan, Routing, SaidPart } from './plan.ts';
import { offeredTo } from './status-menu.ts';

/**
 * A person records what callers hear: for which occasion, then the recording, then
 * whether it is to be kept. Whoever has opened the mailbox is the person, and nobody else.
 *
 * @param mailbox - whose menu it is.
 */
export function answerGreetingMenu(
  question: Question,
  mailbox: { readonly domain: string; readonly extension: string },
  asked: GreetingAsks,
  digits: string,
  directory: Directory,
  now: EpochMs,
): Routing {
  const owner = openedBy(question, mailbox, directory);
  if (owner === undefined) return NOBODYS;
  const person: Person = { ...owner, now };
  switch (asked.for) {
    case 'greetings-open':
      return occasions(person, 'the mailbox is left for the greetings');
    case 'greetings':
      return occasionChosen(person, digits);
    case 'greeting-activity':
      return activityChosen(person, digits);
    case 'greeting-end':
      return endChosen(person, digits);
    case 'greeting':
      return deedChosen(person, asked.greeting, digits);
    case 'recorded':
      return Number(digits) < SHORTEST_SECONDS
        ? deeds(person, asked.greeting, [prompt('too-short')])
        : take(person, asked.greeting, []);
    case 'take':
      return takeJudged(person, asked.greeting, digits, question);
  }
}

export const isAboutGreetings = (asked: { readonly for: string }): asked is GreetingAsks =>
  asked.for !== 'activity' && asked.for !== 'end';

interface Person extends NumberOwner {
  readonly now: EpochMs;
}

function openedBy(
  { from, opened }: Question,
  { domain, extension }: { readonly domain: string; readonly extension: string },
  directory: Directory,
): NumberOwner | undefined {
  const organisation = directory.organisations.get(domain);
  const user = [...(organisation?.users.values() ?? [])].find(
    (each) => each.extension === extension,
  );
  if (organisation === undefined || user === undefined) return undefined;
  const account =
    from.kind === 'device' ? directory.accounts.get(`${from.username}@${from.domain}`) : undefined;
  const isOpen = opened === `${extension}@${domain}` || account?.user.id === user.id;
  return isOpen ? { organisation, user } : undefined;
}

const NOBODYS: Routing = {
  plan: { kind: 'refuse', sip: 403, say: undefined, language: 'sv' },
  trace: [{ rule: 'greetings', because: 'the mailbox was not opened by this call' }],
  effects: [],
};

function occasions(person: Person, because: string, first: readonly SaidPart[] = []): Routing {
  const say = [
    ...first,
    prompt('greetings-menu'),
    ...choice('greetings-always', 1),
    ...choice('greetings-busy', 2),
    ...choice('greetings-no-answer', 3),
    ...choice('greetings-activity', 4),
    ...choice('greetings-temporary', 5),
  ];
  return menu(person, { for: 'greetings' }, say, because);
}

function occasionChosen(person: Person, digits: string): Routing {
  const occasion = OCCASIONS[digits];
  if (occasion !== undefined) return deeds(person, { occasion });
  if (digits === '4') return activities(person, []);
  return digits === '5' ? end(person, []) : goodbye(person);
}

const OCCASIONS: Readonly<Record<string, MenuGreeting['occasion']>> = {
  '1': 'always',
  '2': 'busy',
  '3': 'no-answer',
};

function activities(person: Person, first: readonly SaidPart[]): Routing {
  const { language } = person.user;
  const offered = closedOf(person).flatMap(({ names, position }) => [
    { kind: 'text', text: names[language] } as const,
    prompt('press'),
    prompt(`number-${position}`),
  ]);
  const say = [...first, prompt('greetings-which'), ...offered];
  return menu(person, { for: 'greeting-activity' }, say, 'for which activity', 1, 2);
}

/** Under an open one devices ring, and there is nothing to be greeted with. */
const closedOf = (person: Person): readonly Activity[] =>
  offeredTo(person).filter(({ rings }) => !rings);

function activityChosen(person: Person, digits: string): Routing {
  if (digits === '') return goodbye(person);
  const { organisation, user } = person;
  const found = activityAt(organisation.activities, user.id, Number(digits));
  if (found === undefined || found.rings) return activities(person, [prompt('greetings-no-such')]);
  const name: SaidPart = { kind: 'text', text: found.names[user.language] };
  return deeds(person, { occasion: 'activity', activity: found.id }, [name]);
}

function end(person: Person, first: readonly SaidPart[]): Routing {
  const say = [...first, prompt('greetings-until')];
  return menu(person, { for: 'greeting-end' }, say, 'until when', 4, 12);
}

function endChosen(person: Person, digits: string): Routing {
  if (digits === '') return goodbye(person);
  const { organisation, now } = person;
  const read = readUntil(digits, now, organisation.zone, 'clock');
  return read.kind === 'refused'
    ? end(person, [prompt('greetings-no-such')])
    : deeds(person, { occasion: 'always', endsAt: read.end });
}

/** What to do about one occasion. */
function deeds(person: Person, greeting: MenuGreeting, first: readonly SaidPart[] = []): Routing {
  const there = existing(person, greeting).length > 0;
  const say = [
    ...first,
    ...choice('greeting-record', 1),
    ...(there ? [...choice('recording-listen', 2), ...choice('greeting-remove', 3)] : []),
    ...choice('greetings-back', 0),
  ];
  return menu(person, { for: 'greeting', greeting }, say, `what to do about ${nameOf(greeting)}`);
}

function deedChosen(person: Person, greeting: MenuGreeting, digits: string): Routing {
  const there = existing(person, greeting);
  const [newest] = there;
  if (digits === '') return goodbye(person);
  if (digits === '1') return record(person, greeting);
  if (digits === '2' && newest !== undefined) {
    return deeds(person, greeting, [{ kind: 'recording', greeting: newest.id }]);
  }
  if (digits === '3' && newest !== undefined) {
    const { organisation, user } = person;
    const ids = there.map(({ id }) => id);
    const removed = occasions(person, `${nameOf(greeting)} is removed`, [prompt('deleted')]);
    return { ...removed, effects: [{ kind: 'remove-greetings', organisation, user, ids }] };
  }
  return occasions(person, 'back');
}

function record(person: Person, greeting: MenuGreeting): Routing {
  const { organisation, user } = person;
  return toldTo(person, `records ${nameOf(greeting)}`, {
    kind: 'record',
    say: [prompt('record-greeting')],
    language: user.language,
    asks: { for: 'recorded', greeting },
    ...{ domain: organisation.domain, extension: user.extension },
  });
}

function take(person: Person, greeting: MenuGreeting, first: readonly SaidPart[]): Routing {
  const say = [
    ...first,
    ...choice('recording-listen', 1),
    ...choice('recording-save', 2),
    ...choice('recording-again', 3),
    ...choice('recording-discard', 0),
  ];
  return menu(person, { for: 'take', greeting }, say, `what to do with the recording`);
}

function takeJudged(
  person: Person,
  greeting: MenuGreeting,
  digits: string,
  { leg }: Question,
): Routing {
  switch (digits) {
    case '1':
      return take(person, greeting, [{ kind: 'take', leg }]);
    case '2': {
      const { organisation, user } = person;
      const replaces = existing(person, greeting).map(({ id }) => id);
      const effect: Effect = {
        ...{ kind: 'keep-greeting', organisation, user },
        ...{ take: leg, greeting, replaces },
      };
      const kept = occasions(person, `${nameOf(greeting)} is kept`, [prompt('saved')]);
      return { ...kept, effects: [effect] };
    }
    case '3':
      return record(person, greeting);
    case '':
      return goodbye(person);
    default:
      return occasions(person, 'the recording is thrown away', [prompt('deleted')]);
  }
}

/** The same occasion, and for a while or until it is removed, as asked. */
const existing = (
  { user, now }: Person,
  { occasion, activity, endsAt }: MenuGreeting,
): readonly Greeting[] =>
  (user.greetings ?? []).filter(
    (each) =>
      each.for.kind === occasion &&
      (each.for.kind !== 'activity' || each.for.activity === activity) &&
      (each.endsAt === undefined) === (endsAt === undefined) &&
      (each.endsAt === undefined || each.endsAt > now),
  );

const nameOf = ({ occasion, endsAt }: MenuGreeting): string =>
  endsAt === undefined
    ? `the greeting for ${occasion}`
    : `the greeting until ${new Date(endsAt).toISOString()}`;

const goodbye = (person: Person): Routing =>
  toldTo(person, 'nothing was pressed', {
    kind: 'announce',
    say: [prompt('goodbye')],
    language: person.user.language,
  });

function menu(
  person: Person,
  asks: GreetingAsks,
  say: readonly SaidPart[],
  because: string,
  least = 1,
  most = 1,
): Routing {
  const { organisation, user } = person;
  return toldTo(person, because, {
    ...{ kind: 'menu', say, asks, least, most, language: user.language },
    ...{ domain: organisation.domain, extension: user.extension },
  });
}

const toldTo = ({ user }: Person, because: string, plan: Plan): Routing => ({
  plan,
  trace: [{ rule: 'greetings', because: `${user.name}: ${because}` }],
  effects: [],
});

const choice = (name: PromptName, key: number): readonly SaidPart[] => [
  prompt(name),
  prompt(`number-${key}`),
];

const prompt = (name: PromptName): SaidPart => ({ kind: 'prompt', name });

/** Seconds; of a shorter one nobody would hear a word. */
const SHORTEST_SECONDS = 1;
