import { epochMs, type EpochMs } from '../../common/time.ts';
import type { Question } from '../call/question.ts';
import { route } from '../routing/route.ts';
import type { Spent } from '../routing/spent.ts';
import type { CallsNow, World } from '../routing/world.ts';
import { FORMAT, PARTS, type Part, routingText } from './journal.ts';
import { readWorldJson } from './world-json.ts';

/** What came of deciding everything again. */
export interface Replayed {
  readonly version: string;
  readonly decisions: number;
  /** Questions that the journal missed. */
  readonly missed: number;
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly at: EpochMs;
  readonly leg: string;
  readonly then: string;
  readonly now: string;
}

/**
 * Decides every question of a journal again, on the world it was decided on.
 *
 * @throws {SyntaxError} where the lines are no journal of a format we know.
 */
export async function replay(lines: AsyncIterable<string>): Promise<Replayed> {
  const parts: Partial<Record<Part, unknown>> = {};
  const differences: Difference[] = [];
  let version: string | undefined;
  let decisions = 0;
  let missed = 0;
  for await (const line of lines) {
    const entry: unknown = JSON.parse(line);
    if (isHeader(entry)) {
      if (entry.format !== FORMAT) throw otherFormat(entry);
      version = entry.version;
    } else if (version === undefined) throw new SyntaxError('the first line is no journal’s');
    else if (isPart(entry)) parts[entry.kind] = readWorldJson(entry.value);
    else if (isGap(entry)) missed += entry.missed;
    else if (isAsked(entry)) {
      const { question, routing: then } = entry;
      const world = worldOf(parts, entry);
      const at = epochMs(entry.at);
      const now = routingText(route(question, world, at));
      decisions += 1;
      if (now !== then) differences.push({ at, leg: question.leg, then, now });
    } else throw new SyntaxError('a line of no kind we know');
  }
  if (version === undefined) throw new SyntaxError('the journal is empty');
  return { version, decisions, missed, differences };
}

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
  readonly locks: readonly (readonly [string, EpochMs])[];
  readonly calls: readonly (readonly [string, CallsNow])[];
  readonly spent: readonly (readonly [string, Spent])[];
  readonly routing: string;
}

function worldOf(parts: Partial<Record<Part, unknown>>, { locks, calls, spent }: Asked): World {
  const world = { ...parts, locks: new Map(locks), calls: new Map(calls), spent: new Map(spent) };
  if (!isWorld(world)) throw new SyntaxError('a question before the world it was asked in');
  return world;
}

// What this program wrote itself is known by its kind.

const isWorld = (value: object): value is World => PARTS.every((part) => part in value);

const isHeader = (entry: unknown): entry is Header => kindOf(entry) === 'journal';

const isPart = (entry: unknown): entry is { readonly kind: Part; readonly value: string } =>
  PARTS.some((part) => part === kindOf(entry));

const isGap = (entry: unknown): entry is { readonly missed: number } => kindOf(entry) === 'gap';

const isAsked = (entry: unknown): entry is Asked => kindOf(entry) === 'question';

const kindOf = (entry: unknown): unknown =>
  typeof entry === 'object' && entry !== null && 'kind' in entry ? entry.kind : undefined;
