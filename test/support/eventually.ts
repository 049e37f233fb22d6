import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again every 20 ms until there is something to see. @throws where there is nothing in time. */
export async function eventually<T>(
  what: string,
  withinMs: number,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > end) throw new Error(`no ${what} within ${withinMs} ms`);
    await sleep(20);
  }
}
