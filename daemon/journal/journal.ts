import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../common/log.ts';
import type { Clock, EpochMs } from '../../common/time.ts';
import type { Question } from '../call/question.ts';
import type { Routing } from '../routing/plan.ts';
import type { World } from '../routing/world.ts';
import { worldJson } from './world-json.ts';

/** Everything that decisions were made from, as lines of JSON that replay to the same decisions. */
export interface Journal {
  /** Never waits and never fails; where the disk does not follow, a gap is written instead. */
  note(question: Question, world: World, at: EpochMs, routing: Routing): void;
  close(): Promise<void>;
}

export interface JournalDeps {
  readonly folder: string;
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
export const FORMAT = 2;

/** Each file begins with all of the world, so that it replays alone. */
export function openJournal(deps: JournalDeps): Journal {
  const { folder, version, clock, log, fileBytes = 64_000_000, files = 8 } = deps;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let out: WriteStream | undefined;
  let written = 0;
  let begunAt: EpochMs = clock();
  let missed = 0;
  let over = false;
  let forgetting: Promise<void> = Promise.resolve();
  let known: Partial<Record<Part, unknown>> = {};

  function begin(): void {
    out?.end();
    known = {};
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

  async function forgetOldest(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
    for (const name of names.slice(0, -files)) await rm(join(folder, name), { force: true });
  }

  return {
    note(question, world, at, routing) {
      if (over) return;
      if ((out?.writableLength ?? 0) > MOST_WAITING) {
        missed += 1;
        return;
      }
      const isFull = written > fileBytes || clock() - begunAt > DAY_MS;
      if (out === undefined || isFull) begin();
      if (missed > 0) line({ kind: 'gap', missed });
      missed = 0;
      for (const part of PARTS) {
        if (known[part] === world[part]) continue;
        known[part] = world[part];
        line({ kind: part, value: worldJson(world[part]) });
      }
      const { locks, calls, spent } = world;
      line({
        kind: 'question',
        at,
        question,
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
