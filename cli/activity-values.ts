import type { ActivityShape, DefaultLength, EndsAs, EndWord } from '../common/activity.ts';
import type { ActivityChange } from '../common/db/activity-changes.ts';
import { readMinute, tellMinute } from '../common/working-week.ts';
import type { CommandOption, Invocation } from './command.ts';

const SHAPES: readonly ActivityShape[] = ['circle', 'square', 'diamond', 'triangle', 'hexagon'];
const END_WORDS: readonly EndWord[] = ['back', 'until', 'soon'];
const ENDS_AS: readonly EndsAs[] = ['clock', 'date'];
const LENGTH = '45m, 2h, 13:00, rest-of-day, next-working-day or open-ended';

/** What `activity add` and `activity change` take. */
export const ACTIVITY_OPTIONS: Readonly<Record<string, CommandOption>> = {
  sv: { value: '<name>', summary: 'what it is called in Swedish' },
  en: { value: '<name>', summary: 'what it is called in English' },
  'phrase-sv': { value: '<text>', summary: 'follows the name: "är på lunch"; "" says nothing' },
  'phrase-en': { value: '<text>', summary: 'the same in English' },
  'public-phrase-sv': { value: '<text>', summary: 'what callers from outside hear instead' },
  'public-phrase-en': { value: '<text>', summary: 'the same in English' },
  length: { value: '<length>', summary: `when nobody says until when: ${LENGTH}` },
  'ends-as': { value: '<clock|date>', summary: 'whether one comes back at a time or on a day' },
  'end-word': { value: '<back|until|soon>', summary: 'how its end is told' },
  open: { summary: 'calls ring as ever' },
  closed: { summary: 'callers are told' },
  private: { summary: 'its name is for those in the organisation' },
  public: { summary: 'its name is for everybody' },
  'teams-ring': { summary: 'calls to teams ring nevertheless' },
  'teams-quiet': { summary: 'calls to teams do not ring' },
  ring: { value: '<seconds|usual>', summary: 'how long devices ring under it, 5 to 300' },
  position: { value: '<1-99>', summary: 'its place, and the number that is dialled for it' },
  icon: { value: '<name>', summary: 'a Material Symbol, such as restaurant' },
  colour: { value: '<#rrggbb>', summary: 'of its mark' },
  shape: { value: '<shape>', summary: SHAPES.join(', ') },
};

/** What was said of an activity, or a text telling what cannot be read. */
export function readChange({ values, switches }: Invocation): ActivityChange | string {
  const oneOf = <Word extends string>(name: string, words: readonly Word[]) =>
    words.find((word) => word === values.get(name));
  const either = (yes: string, no: string): boolean | undefined =>
    switches.has(yes) ? true : switches.has(no) ? false : undefined;
  const words: readonly (readonly [string, readonly string[]])[] = [
    ['shape', SHAPES],
    ['end-word', END_WORDS],
    ['ends-as', ENDS_AS],
  ];
  const wrong = words.find(
    ([name, known]) => values.has(name) && !known.includes(values.get(name) ?? ''),
  );
  if (wrong !== undefined) return `--${wrong[0]} is one of ${wrong[1].join(', ')}`;
  const length = readLength(values.get('length') ?? '');
  if (values.has('length') && length === undefined) return `--length is ${LENGTH}`;
  const ring = values.get('ring') ?? 'usual';
  if (ring !== 'usual' && !/^\d{1,4}$/.test(ring)) return '--ring is whole seconds, or usual';
  const position = values.get('position');
  return {
    names: bilingual(values.get('sv'), values.get('en')),
    phrase: bilingual(values.get('phrase-sv'), values.get('phrase-en')),
    publicPhrase: bilingual(values.get('public-phrase-sv'), values.get('public-phrase-en')),
    length,
    endsAs: oneOf('ends-as', ENDS_AS),
    endWord: oneOf('end-word', END_WORDS),
    rings: either('open', 'closed'),
    private: either('private', 'public'),
    teamsRing: either('teams-ring', 'teams-quiet'),
    ringSeconds: !values.has('ring') ? undefined : ring === 'usual' ? ring : Number(ring),
    position: position === undefined ? undefined : Number(position),
    icon: values.get('icon'),
    colour: values.get('colour')?.toLowerCase(),
    shape: oneOf('shape', SHAPES),
  };
}

/** `60 min`, `until 13:00`, `rest-of-day` */
export function tellLength(length: DefaultLength): string {
  switch (length.kind) {
    case 'minutes':
      return `${String(length.minutes)} min`;
    case 'time':
      return `until ${tellMinute(length.minuteOfDay)}`;
    case 'rest-of-day':
    case 'next-working-day':
    case 'open-ended':
      return length.kind;
  }
}

function readLength(text: string): DefaultLength | undefined {
  if (text === 'rest-of-day' || text === 'next-working-day' || text === 'open-ended') {
    return { kind: text };
  }
  const [whole, hours, minutes] = /^(?:(\d{1,4})h)?(?:(\d{1,6})m)?$/.exec(text) ?? [];
  if (whole !== undefined && whole !== '') {
    return { kind: 'minutes', minutes: Number(hours ?? 0) * 60 + Number(minutes ?? 0) };
  }
  const minute = /^\d{1,2}[:.]\d\d$/.test(text) ? readMinute(text) : undefined;
  return minute === undefined ? undefined : { kind: 'time', minuteOfDay: minute % 1440 };
}

function bilingual(sv: string | undefined, en: string | undefined) {
  if (sv === undefined && en === undefined) return undefined;
  return { ...(sv === undefined ? {} : { sv }), ...(en === undefined ? {} : { en }) };
}
