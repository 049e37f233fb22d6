/**
 * Takes out of any JSON what tells who somebody is, the same name or number by the
 * same word everywhere, so that what belongs together still does.
 *
 * @param names - of people, companies and domains that may occur.
 */
export function redact(json: string, names: readonly string[]): string {
  const words = new Map<string, string>();
  const counts = new Map<string, number>();
  const word = (kind: string, what: string): string => {
    const known = words.get(what);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const made = `${kind}${count}`;
    words.set(what, made);
    return made;
  };
  const longestFirst = [...new Set(names)]
    .filter((name) => name.length > 1)
    .sort((one, other) => other.length - one.length || one.localeCompare(other));
  let text = json;
  for (const name of longestFirst) {
    const written = JSON.stringify(name).slice(1, -1);
    if (text.includes(written)) text = text.replaceAll(written, word('NAME', name));
  }
  return text
    .replaceAll(/(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])/g, (address) => word('ADDRESS', address))
    .replaceAll(/(?<=["\s:,(=]|^)(\+?\d{6,15})(?=["\s:,.)]|$)(?!":)/g, (number, _, at: number, whole: string) =>
      isMoment(number, whole.slice(0, at)) ? number : word('NUMBER', plain(number)),
    );
}

/** A number of JSON's, without quotes before it, is a time or a count. */
const isMoment = (number: string, before: string): boolean =>
  !number.startsWith('+') && /[:[,]$/.test(before);

/** One number, however its country code is written. */
const plain = (number: string): string => number.replace(/^\+/, '').replace(/^00/, '').slice(-9);
