import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../common/log.ts';
import type { Clock, EpochMs } from '../../common/time.ts';
import type { Question } from '../call/question.ts';
import type { Directory } from '../routing/directory.ts';
import type { Routing } from '../routing/plan.ts';
import type { World } from '../routing/world.ts';
import type { Input, KeptState } from './input.ts';
import { worldJson } from './world-json.ts';

/** All that decisions were made from, in the order it came, as lines of JSON that replay to the same decisions. */
export interface Journal {
  /** What changes the state that decisions read; said before it does. */
  input(input: Input): void;
  /** The lines are given this directory. */
  renewed(directory: Directory): void;
  /** Never waits and never fails; where the disk does not follow, a gap is written instead. */
  note(question: Question, world: World, at: EpochMs, routing: Routing): void;
  close(): Promise<void>;
}

export interface JournalDeps {
  readonly folder: string;
  /** What all inputs so far have made. */
  readonly state: () => KeptState;
  /** Of this program. */
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Bytes after which a new file is begun. */
  readonly fileBytes?: number;
  /** Files kept. */
  readonly files?: number;
}

/** Counts up where an older world is no longer one that can be routed in. */
export const FORMAT = 3;

/** Each file begins with all of the world, so that it replays alone. */
export function openJournal(deps: JournalDeps): Journal {
  const { folder, state, version, clock, log, fileBytes = 64_000_000, files = 8 } = deps;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let out: WriteStream | undefined;
  let written = 0;
  let begunAt: EpochMs = clock();
  let missed = 0;
  let over = false;
  let forgetting: Promise<void> = Promise.resolve();
  let known: Partial<Record<Part, unknown>> = {};
  let worlds = 0;
  /** A call that asks again, since nobody was there, asks in the world that it first asked in. */
  let numbers = new WeakMap<World, number>();

  function begin(): void {
    out?.end();
    known = {};
    numbers = new WeakMap();
    written = 0;
    begunAt = clock();
    const name = `${new Date(clock()).toISOString().replaceAll(/[:.]/g, '-')}.jsonl`;
    out = createWriteStream(join(folder, name), { flags: 'a', mode: 0o600 });
    out.on('error', (err) => {
      if (!over) log.error({ err }, 'the journal cannot be written and has ended');
      over = true;
    });
    line({ kind: 'journal', format: FORMAT, version, node: process.version });
    out.once('open', () => {
      forgetting = forgetting.then(forgetOldest).catch(() => undefined);
    });
  }

  function line(entry: object): void {
    const text = `${JSON.stringify(entry)}\n`;
    written += text.length;
    out?.write(text);
  }

  function part(name: Part, value: unknown): void {
    if (known[name] === value) return;
    known[name] = value;
    line({ kind: name, value: worldJson(value) });
  }

  /** @returns false where the disk is behind by so much that it is left out. */
  function hasRoom(): boolean {
    if (over) return false;
    if ((out?.writableLength ?? 0) <= MOST_WAITING) return true;
    missed += 1;
    return false;
  }

  function numberOf(world: World): number {
    const number = numbers.get(world) ?? (worlds += 1);
    numbers.set(world, number);
    return number;
  }

  async function forgetOldest(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
    for (const name of names.slice(0, -files)) await rm(join(folder, name), { force: true });
  }

  return {
    input(input) {
      // What comes before the first question is in the state that the file begins with; so is what comes in a gap.
      if (out !== undefined && missed === 0 && hasRoom()) line(input);
    },
    renewed(directory) {
      if (out === undefined || missed > 0 || !hasRoom()) return;
      part('directory', directory);
      line({ kind: 'renewed' });
    },
    note(question, world, at, routing) {
      if (!hasRoom()) return;
      const isFull = written > fileBytes || clock() - begunAt > DAY_MS;
      const isNew = out === undefined || isFull;
      if (isNew) begin();
      for (const name of PARTS) part(name, world[name]);
      if (missed > 0) line({ kind: 'gap', missed });
      if (isNew || missed > 0) line({ kind: 'state', value: worldJson(state()) });
      missed = 0;
      const { locks, calls, spent } = world;
      line({
        kind: 'question',
        at,
        question,
        world: numberOf(world),
        locks: [...locks],
        calls: [...calls],
        spent: [...spent],
        routing: routingText(routing),
      });
    },
    async close() {
      await new Promise<void>((resolve) => {
        if (out === undefined || over) resolve();
        else out.end(resolve);
      });
      await forgetting;
    },
  };
}

/** What a decision is compared by; its effects name people, and are told by their kind. */
export const routingText = ({ plan, trace, effects }: Routing): string =>
  JSON.stringify({ plan, trace, effects: effects.map(({ kind }) => kind) });

export const PARTS = ['directory', 'presence', 'contacts'] as const;
export type Part = (typeof PARTS)[number];

/** So that each can be forgotten when it has had its time. */
const DAY_MS = 24 * 3_600_000;

/** Bytes that may wait for the disk. */
const MOST_WAITING = 32_000_000;
