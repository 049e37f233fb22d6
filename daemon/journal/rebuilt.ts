import type { EpochMs } from '../../common/time.ts';
import type { LegEvent } from '../call/event.ts';
import { keepCallsNow } from '../calls-now.ts';
import { keepSpent } from '../keep-spent.ts';
import { createLegs } from '../lines/legs.ts';
import { createLines } from '../lines/lines.ts';
import type { Directory } from '../routing/directory.ts';
import type { Spent } from '../routing/spent.ts';
import type { CallsNow } from '../routing/world.ts';
import type { Input, KeptState } from './input.ts';

/** What the daemon knew beside the database, made again of what it was told. */
export interface Rebuilt {
  take(input: Input, directory: Directory): void;
  calls(): ReadonlyMap<string, CallsNow>;
  spent(): ReadonlyMap<string, Spent>;
}

/** As daemon/daemon.ts puts it together. */
export function rebuildFrom(state: KeptState, directory: Directory): Rebuilt {
  const lines = createLines(directory, createLegs(state.legs));
  const calls = keepCallsNow(lines);
  const spent = keepSpent(state.spent, (leg) => lines.isLive(leg));
  let drawn: ReadonlyMap<string, Spent> = state.spent.drawn?.picture ?? new Map<string, Spent>();

  function hear(event: LegEvent): void {
    lines.note(event);
    if (event.kind === 'leg-ended') spent.legEnded(event.leg);
  }

  return {
    calls,
    spent: () => drawn,
    take(input, newest) {
      switch (input.kind) {
        case 'leg':
          hear(input.event);
          return;
        case 'restart':
          lines.restart(input.snapshot, input.meanwhile);
          return;
        case 'renewed':
          lines.renew(newest);
          return;
        case 'left':
          spent.left(input.call);
          return;
        case 'drawn':
          drawn = spent.at(input.at);
          return;
      }
    },
  };
}

/** The first thing that was made again and is another than it was. */
export interface Drift {
  readonly what: 'calls' | 'spent';
  /** Of the journal, the question that saw it. */
  readonly line: number;
  readonly at: EpochMs;
  readonly leg: string;
  readonly then: string;
  readonly now: string;
  /** The last input before it, as it stands in the journal. */
  readonly after: string;
}

/** Which came first into a map is nothing that a decision sees. */
export const pictureText = (entries: Iterable<readonly [string, unknown]>): string =>
  JSON.stringify([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
