import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again every 20 ms until there is something to see. @throws where there is nothing in time. */
export async function eventually<T>(
  what: string,
  withinMs: number,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (const end = performance.now() + withinMs; ; await sleep(20)) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > end) throw new Error(`no ${what} within ${withinMs} ms`);
  }
}
