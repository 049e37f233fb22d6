import { setImmediate } from 'node:timers/promises';

/** How long one slice may keep everybody else waiting, in milliseconds. */
const SLICE_MS = 4;

/**
 * Goes through a list of any length a slice at a time. Between two slices the
 * event loop serves whoever waits: a call does not stand still while the
 * directory of ten thousand people is worked through.
 */
export async function eachInTurns<Item>(
  items: Iterable<Item>,
  work: (item: Item) => void,
): Promise<void> {
  let began = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - began < SLICE_MS) continue;
    await othersTurn();
    began = performance.now();
  }
}

export async function mapInTurns<Item, Result>(
  items: Iterable<Item>,
  map: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  await eachInTurns(items, (item) => results.push(map(item)));
  return results;
}

/** Lets everybody who waits for the event loop go first. */
export const othersTurn = (): Promise<void> => setImmediate();
