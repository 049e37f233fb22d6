import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VaxelError } from '../../common/errors.ts';
import type { Log } from '../../common/log.ts';
import { isNoSuchFile } from '../../common/no-such-file.ts';
import { type Clock, epochMs } from '../../common/time.ts';
import { writeWhole } from '../freeswitch/write-file.ts';
import { FALL, type NotifyNumbers, type SeenNumber } from './notify-numbers.ts';

export interface NumbersFileDeps {
  readonly state: string;
  /** The one that `NotifyNumbers` goes by, which knows no date. */
  readonly clock: Clock;
  readonly wallClock: Clock;
  readonly log: Log;
}

/**
 * What a daemon before this one knew of the numbers of NOTIFYs: they may have fallen while there was none.
 * Never rejects; undefined where nothing is written, or nothing that can be read.
 */
export async function readNumbers(deps: NumbersFileDeps): Promise<SeenNumber | undefined> {
  const { state, clock, wallClock, log } = deps;
  try {
    const read = readSeen(JSON.parse(await readFile(fileIn(state), 'utf8')));
    if (read) return { ...read, at: epochMs(clock() - (wallClock() - read.at)) };
    log.warn({}, 'what phones were told last is of another form');
  } catch (err) {
    if (!isNoSuchFile(err)) log.warn({ err }, 'what phones were told last cannot be read');
  }
  return undefined;
}

/** Writes them down as they rise. While `isHeld`, what stands there stays: somebody has to go by it yet. */
export function keepNumbers(
  deps: NumbersFileDeps & { readonly numbers: NotifyNumbers; readonly isHeld: () => boolean },
): { stop(): Promise<void> } {
  const { state, clock, wallClock, log, numbers, isHeld } = deps;
  let written: SeenNumber | undefined;
  let writing: Promise<void> = Promise.resolve();
  let isFailing = false;

  async function look(): Promise<void> {
    const last = numbers.last();
    if (last === undefined || isHeld() || isSame(last, written)) return;
    const at = wallClock() - (clock() - last.at);
    try {
      await writeWhole(fileIn(state), [JSON.stringify({ ...last, at })]);
      written = last;
      isFailing = false;
    } catch (err) {
      if (!(err instanceof VaxelError)) throw err;
      if (!isFailing) log.warn({ err }, 'what phones are told cannot be written down');
      isFailing = true;
    }
  }

  const looking = setInterval(() => {
    writing = writing.then(look);
  }, LOOK_MS);
  return {
    async stop() {
      clearInterval(looking);
      await writing;
    },
  };
}

const isSame = (last: SeenNumber, written: SeenNumber | undefined): boolean =>
  last.core === written?.core && Math.abs(last.highest - written.highest) < STEP;

const fileIn = (state: string): string => join(state, 'notify-numbers.json');

/** Total: anything else is undefined. */
function readSeen(value: unknown): SeenNumber | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { highest, at, core } = value as Readonly<Record<string, unknown>>;
  const isSeen = Number.isSafeInteger(highest) && Number.isFinite(at) && typeof core === 'string';
  return isSeen ? { highest: Number(highest), at: epochMs(Number(at)), core } : undefined;
}

/** Numbers: a fall is noticed though the last few were not written; without load it takes three minutes to get there. */
const STEP = FALL / 5;

/** Milliseconds. */
const LOOK_MS = 1_000;
