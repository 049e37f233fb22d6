import { epochMs, type EpochMs } from '../../common/time.ts';
import type { Question } from '../call/question.ts';
import type { Directory } from '../routing/directory.ts';
import { route } from '../routing/route.ts';
import type { Spent } from '../routing/spent.ts';
import type { CallsNow, World } from '../routing/world.ts';
import type { Input, KeptState } from './input.ts';
import { FORMAT, PARTS, type Part, routingText } from './journal.ts';
import { type Drift, pictureText, rebuildFrom, type Rebuilt } from './rebuilt.ts';
import { readWorldJson } from './world-json.ts';

/** What came of deciding everything again. */
export interface Replayed {
  readonly version: string;
  readonly decisions: number;
  /** What was told between them. */
  readonly inputs: number;
  /** What the journal missed. */
  readonly missed: number;
  readonly differences: readonly Difference[];
  readonly drift: Drift | undefined;
}

export interface Difference {
  readonly at: EpochMs;
  readonly leg: string;
  readonly then: string;
  readonly now: string;
}

/**
 * Takes every input of a journal again and decides every question again, in the world that
 * the inputs make; what each decision saw then is only compared with it.
 *
 * @throws {SyntaxError} where the lines are no journal of a format we know.
 */
export async function replay(lines: AsyncIterable<string>): Promise<Replayed> {
  const parts: Partial<Record<Part, unknown>> = {};
  const differences: Difference[] = [];
  const worlds = new Map<number, Omit<World, 'locks'>>();
  let rebuilt: Rebuilt | undefined;
  let drift: Drift | undefined;
  let version: string | undefined;
  let after: unknown;
  const counts = { line: 0, decisions: 0, inputs: 0, missed: 0 };

  function directory(): Directory {
    const known = parts.directory;
    if (!isDirectory(known)) throw new SyntaxError('a line before the directory it speaks of');
    return known;
  }

  /** The one that the question was asked in; one that asks again has it from the first time. */
  function worldOf({ world: number, locks }: Asked): World {
    if (rebuilt === undefined) throw new SyntaxError('a question before the state it was asked in');
    const now = { ...parts, calls: rebuilt.calls(), spent: rebuilt.spent() };
    if (!isWorld(now)) throw new SyntaxError('a question before the world it was asked in');
    const world = worlds.get(number) ?? now;
    worlds.set(number, world);
    if (worlds.size > MOST_WORLDS) worlds.delete(number - MOST_WORLDS);
    return { ...world, locks: new Map(locks) };
  }

  function compare(entry: Asked, world: World): void {
    for (const what of ['calls', 'spent'] as const) {
      const [then, now] = [pictureText(entry[what]), pictureText(world[what])];
      if (drift !== undefined || then === now) continue;
      const { at, question } = entry;
      const seen = { line: counts.line, at: epochMs(at), leg: question.leg };
      drift = { what, ...seen, then, now, after: JSON.stringify(after) };
    }
  }

  for await (const entry of entriesOf(lines)) {
    counts.line += 1;
    if (isHeader(entry)) {
      if (entry.format !== FORMAT) throw otherFormat(entry);
      version = entry.version;
    } else if (version === undefined) throw new SyntaxError('the first line is no journal’s');
    else if (isPart(entry)) parts[entry.kind] = readWorldJson(entry.value);
    else if (isState(entry)) {
      rebuilt = rebuildFrom(readWorldJson(entry.value) as KeptState, directory());
    } else if (isGap(entry)) counts.missed += entry.missed;
    else if (isInput(entry)) {
      if (rebuilt === undefined) throw new SyntaxError('an input before the state it changes');
      rebuilt.take(entry, directory());
      counts.inputs += 1;
      after = entry;
    } else if (isAsked(entry)) {
      const { question, routing: then } = entry;
      const world = worldOf(entry);
      compare(entry, world);
      const at = epochMs(entry.at);
      const now = routingText(route(question, world, at));
      counts.decisions += 1;
      if (now !== then) differences.push({ at, leg: question.leg, then, now });
    } else throw new SyntaxError('a line of no kind we know');
  }
  if (version === undefined) throw new SyntaxError('the journal is empty');
  const { decisions, inputs, missed } = counts;
  return { version, decisions, inputs, missed, differences, drift };
}

/** A daemon that is killed leaves half a line, the last one: what it decided before that is whole. */
async function* entriesOf(lines: AsyncIterable<string>): AsyncGenerator {
  let broken: SyntaxError | undefined;
  for await (const line of lines) {
    if (broken !== undefined) throw broken;
    try {
      yield JSON.parse(line);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      broken = error;
    }
  }
}

/** More than are asked in at once: a call has its answer within three seconds. */
const MOST_WORLDS = 1_000;

const otherFormat = ({ version, format }: Header) =>
  new SyntaxError(`it is of format ${format}, not ${FORMAT}: replay it with vaxel ${version}`);

interface Header {
  readonly version: string;
  readonly format: number;
}

interface Asked {
  readonly kind: 'question';
  readonly at: number;
  readonly question: Question;
  readonly world: number;
  readonly locks: readonly (readonly [string, EpochMs])[];
  readonly calls: readonly (readonly [string, CallsNow])[];
  readonly spent: readonly (readonly [string, Spent])[];
  readonly routing: string;
}

// What this program wrote itself is known by its kind.

const isWorld = (value: object): value is Omit<World, 'locks'> =>
  PARTS.every((part) => part in value);

const isDirectory = (value: unknown): value is Directory =>
  typeof value === 'object' && value !== null && 'organisations' in value;

const isHeader = (entry: unknown): entry is Header => kindOf(entry) === 'journal';

const isPart = (entry: unknown): entry is { readonly kind: Part; readonly value: string } =>
  PARTS.some((part) => part === kindOf(entry));

const isState = (entry: unknown): entry is { readonly value: string } => kindOf(entry) === 'state';

const isGap = (entry: unknown): entry is { readonly missed: number } => kindOf(entry) === 'gap';

const INPUTS: ReadonlySet<unknown> = new Set<Input['kind']>([
  ...(['leg', 'restart', 'renewed', 'left', 'drawn'] as const),
]);

const isInput = (entry: unknown): entry is Input => INPUTS.has(kindOf(entry));

const isAsked = (entry: unknown): entry is Asked => kindOf(entry) === 'question';

const kindOf = (entry: unknown): unknown =>
  typeof entry === 'object' && entry !== null && 'kind' in entry ? entry.kind : undefined;
