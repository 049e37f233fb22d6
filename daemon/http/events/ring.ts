/** The newest things of a stream, each with a number one higher than the last; older ones are forgotten. */
export interface Ring<Item> {
  /** The number of the newest; 0 before the first. */
  readonly head: number;
  push(make: (number: number) => Item): void;
  /** Whether everything after this number is still there. */
  reaches(number: number): boolean;
  /** The one of that number, which `reaches(number - 1)` has promised. */
  at(number: number): Item;
}

export function createRing<Item>(size: number): Ring<Item> {
  const items: Item[] = [];
  let head = 0;
  return {
    get head() {
      return head;
    },
    push(make) {
      head += 1;
      items[head % size] = make(head);
    },
    reaches: (number) => number <= head && number >= head - size && number >= 0,
    at(number) {
      const item = number > head || number <= head - size ? undefined : items[number % size];
      if (item === undefined) throw new Error(`${number} is not in the ring`);
      return item;
    },
  };
}
