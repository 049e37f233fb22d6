import type { Config } from '../../common/config.ts';
import type { Log } from '../../common/log.ts';
import { packageVersion } from '../../common/package-root.ts';
import type { Clock, EpochMs } from '../../common/time.ts';
import type { LegEvent, LegFacts } from '../call/event.ts';
import { keepSpent, type LeftCall, type SpentKeeper } from '../keep-spent.ts';
import { createLines, type LineKeeper } from '../lines/lines.ts';
import type { Directory } from '../routing/directory.ts';
import type { Input } from './input.ts';
import { type Journal, openJournal } from './journal.ts';

export interface JournalledDeps {
  readonly config: Pick<Config, 'journal'>;
  readonly directory: Directory;
  /** Calls to the public network of the last hour. */
  readonly left: readonly LeftCall[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The lines, and what is spent; where a journal is kept, whatever they are told is in it before they hear of it. */
export interface Journalled {
  readonly lines: LineKeeper;
  readonly spent: SpentKeeper;
  readonly journal: Journal | undefined;
}

export function openJournalled(deps: JournalledDeps): Journalled {
  const { config, directory, left, clock, log } = deps;
  const { journal: folder } = config;
  if (folder === undefined)
    return { ...journalled(directory, left, undefined), journal: undefined };
  const journal = openJournal({
    folder,
    version: packageVersion(),
    ...{ clock, log },
    state: () => ({ legs: kept.lines.legsState(), spent: kept.spent.state() }),
  });
  const kept = journalled(directory, left, journal);
  return { ...kept, journal };
}

export function journalled(
  directory: Directory,
  left: readonly LeftCall[],
  journal: Pick<Journal, 'input' | 'renewed'> | undefined,
): Pick<Journalled, 'lines' | 'spent'> {
  const lines = createLines(directory);
  const spent = keepSpent(
    left,
    (leg) => lines.isLive(leg),
    (at: EpochMs) => journal?.input({ kind: 'drawn', at }),
  );
  if (journal === undefined) return { lines, spent };
  const tell = (input: Input): void => {
    journal.input(input);
  };
  return {
    lines: {
      ...lines,
      note(event) {
        if (event.kind !== 'registered' && event.kind !== 'unregistered') {
          tell({ kind: 'leg', event: unmarked<LegEvent>(event) });
        }
        lines.note(event);
      },
      restart({ legs, bridges }, meanwhile = []) {
        const snapshot = { legs: legs.map(unmarked), bridges };
        tell({ kind: 'restart', snapshot, meanwhile: meanwhile.map(unmarked) });
        lines.restart({ legs, bridges }, meanwhile);
      },
      renew(newest) {
        journal.renewed(newest);
        lines.renew(newest);
      },
    },
    spent: {
      ...spent,
      left(call) {
        tell({ kind: 'left', call });
        spent.left(call);
      },
    },
  };
}

/** What else is written on a leg is read by nobody here, and nobody's business. */
const unmarked = <Facts extends LegFacts>(facts: Facts): Facts => ({ ...facts, markers: {} });
