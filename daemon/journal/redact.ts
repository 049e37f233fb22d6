/**
 * Takes out of any JSON what tells who somebody is: the same name or number becomes the
 * same word everywhere, so that what belongs together still does.
 *
 * @param names - of people, companies, domains and accounts that may occur.
 */
export function redact(value: unknown, names: readonly string[]): unknown {
  const words = new Map<string, string>();
  const counts = new Map<string, number>();
  const longestFirst = [...new Set(names)]
    .filter((name) => name.length > 1)
    .sort((one, other) => other.length - one.length || one.localeCompare(other));

  function word(kind: string, what: string): string {
    const known = words.get(what);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    words.set(what, `${kind}${count}`);
    return `${kind}${count}`;
  }

  function inText(text: string): string {
    let hidden = text;
    for (const name of longestFirst) {
      if (hidden.includes(name)) hidden = hidden.replaceAll(name, word('NAME', name));
    }
    return hidden
      .replaceAll(/(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])/g, (at) => word('ADDRESS', at))
      .replaceAll(/(?<![\w-])\+?\d{6,15}(?![\w-])/g, (number) => word('NUMBER', plain(number)));
  }

  function inside(each: unknown): unknown {
    if (typeof each === 'string') return inText(each);
    if (Array.isArray(each)) return each.map(inside);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, one]) => [key, inside(one)]));
  }

  return inside(value);
}

/** One number, whether its country is written or not. */
const plain = (number: string): string => number.replace(/^(?:\+|00)/, '').slice(-9);
