import type { EpochMs } from '../../common/time.ts';
import { lampKey } from '../call/lamp.ts';
import type { LampRow } from '../status.ts';
import type { LampEntry } from './ledger.ts';

/**
 * The ledger as people read it: a line for every key of every phone.
 *
 * @param wallTime - of a moment of the ledger's own clock.
 */
export function lampRows(
  entries: Iterable<LampEntry>,
  wallTime: (moment: EpochMs) => EpochMs,
): readonly LampRow[] {
  return [...entries].flatMap((entry) =>
    [...entry.watchers.values()].map(({ account }) => ({
      lamp: lampKey(entry.lamp),
      name: entry.lamp.name,
      domain: entry.lamp.domain,
      watcher: account,
      told: entry.told ?? ('nothing' as const),
      toldAt: entry.toldAt && wallTime(entry.toldAt),
      true: entry.true,
      seen: entry.seen?.state,
      wrongSince: entry.wrongSince && wallTime(entry.wrongSince),
    })),
  );
}
