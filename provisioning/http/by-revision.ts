import NodeCache from 'node-cache';

/** As node-cache wants them; times in seconds. Nothing is cloned: what is kept is not changed. */
export interface CacheOptions {
  readonly stdTTL: number;
  readonly checkperiod: number;
  /** Past it, what is made is not kept. */
  readonly maxKeys: number;
  readonly useClones: false;
}

/** What was made is good until the database's revision moves. */
export function rememberByRevision<Made>(
  options: CacheOptions,
  revisionNow: () => Promise<number>,
): (key: string, make: () => Promise<Made>) => Promise<Made> {
  const cache = new NodeCache(options);
  return async (key, make) => {
    const revision = await revisionNow();
    const kept = cache.get<{ readonly revision: number; readonly made: Made }>(key);
    if (kept?.revision === revision) return kept.made;
    const made = await make();
    if (kept !== undefined || cache.getStats().keys < options.maxKeys) {
      cache.set(key, { revision, made });
    }
    return made;
  };
}
