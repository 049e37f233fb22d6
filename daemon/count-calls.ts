import type { Lines, UserId } from './lines/line.ts';

/**
 * How many calls each person is in, over all devices; one that rings at them is
 * none yet. A picture that is handed out does not change any more.
 */
export function countCalls(lines: Lines): () => ReadonlyMap<UserId, number> {
  let counts: ReadonlyMap<UserId, number> = new Map();
  lines.onChange((changed) => {
    const next = new Map(counts);
    for (const { user, line } of changed) {
      const count = line?.calls.filter(({ state }) => state !== 'ringing').length ?? 0;
      if (count === 0) next.delete(user);
      else next.set(user, count);
    }
    counts = next;
  });
  return () => counts;
}
