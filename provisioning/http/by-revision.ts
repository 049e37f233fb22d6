import NodeCache from 'node-cache';

/** As node-cache wants them; times in seconds. Nothing is cloned: what is kept is not changed. */
export interface CacheOptions {
  readonly stdTTL: number;
  readonly checkperiod: number;
  /** Past it, the oldest goes. */
  readonly most: number;
}

/**
 * What was made is good until the database's revision moves. Those who want the
 * same at once wait for one to be made: after a power cut that is everybody.
 */
export function rememberByRevision<Made>(
  { most, ...options }: CacheOptions,
  revisionNow: () => number,
): (key: string, make: () => Promise<Made>) => Promise<Made> {
  const cache = new NodeCache({ ...options, useClones: false });
  const oldestFirst = new Set<string>();
  cache.on('del', (key: string) => oldestFirst.delete(key));

  function keep(key: string, kept: Kept<Made>): void {
    const [oldest] = oldestFirst;
    if (oldest !== undefined && oldestFirst.size >= most) cache.del(oldest);
    oldestFirst.add(key);
    cache.set(key, kept);
  }

  return async (key, make) => {
    const revision = revisionNow();
    const kept = cache.get<Kept<Made>>(key);
    if (kept?.revision === revision) return kept.made;
    const made = make();
    keep(key, { revision, made });
    // What could not be made is tried again by whoever comes next.
    made.catch(() => cache.del(key));
    return made;
  };
}

interface Kept<Made> {
  readonly revision: number;
  readonly made: Promise<Made>;
}
