/**
 * Any picture of the world as JSON and back: maps keep their order, and an object that
 * stands in several places is written once and is one object again.
 */
export function worldJson(world: unknown): string {
  const numbers = new Map<object, number>();
  const table: unknown[] = [];

  function put(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value === undefined ? [] : value;
    const known = numbers.get(value);
    if (known !== undefined) return [known];
    const number = table.push(undefined) - 1;
    numbers.set(value, number);
    table[number] = entryOf(value);
    return [number];
  }

  function entryOf(value: object): unknown {
    if (value instanceof Map) {
      return { m: [...value].map(([key, each]) => [put(key), put(each)]) };
    }
    if (value instanceof Set) return { s: [...value].map(put) };
    if (Array.isArray(value)) return { a: value.map(put) };
    return { o: Object.entries(value).map(([key, each]) => [key, put(each)]) };
  }

  put(world);
  return JSON.stringify(table);
}

/** @throws {SyntaxError} on what `worldJson` did not write. */
export function readWorldJson(text: string): unknown {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new SyntaxError('a world is a list of what is in it');
  const table: readonly unknown[] = parsed;
  const made = new Map<number, unknown>();

  function get(value: unknown): unknown {
    if (!Array.isArray(value)) return value;
    const number: unknown = value[0];
    if (typeof number !== 'number') return undefined;
    if (!made.has(number)) make(number);
    return made.get(number);
  }

  // What is made is known before it is filled, since an organisation's users may lead back to it.
  function make(number: number): void {
    const entry = table[number];
    if (typeof entry !== 'object' || entry === null) throw new SyntaxError(`no entry ${number}`);
    const [[kind, items] = ['', []]] = Object.entries(entry) as [string, unknown][];
    const list: readonly unknown[] = Array.isArray(items) ? items : [];
    if (kind === 'm') {
      const map = new Map<unknown, unknown>();
      made.set(number, map);
      for (const [key, each] of list.map(pairOf)) map.set(get(key), get(each));
    } else if (kind === 's') {
      const set = new Set<unknown>();
      made.set(number, set);
      for (const each of list) set.add(get(each));
    } else if (kind === 'a') {
      const array: unknown[] = [];
      made.set(number, array);
      for (const each of list) array.push(get(each));
    } else {
      const object: Record<string, unknown> = {};
      made.set(number, object);
      for (const [key, each] of list.map(pairOf)) object[String(key)] = get(each);
    }
  }

  return get([0]);
}

function pairOf(pair: unknown): readonly [unknown, unknown] {
  if (!Array.isArray(pair)) throw new SyntaxError('a pair was meant');
  return [pair[0], pair[1]];
}
