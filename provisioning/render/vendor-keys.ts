import { plainLine } from './plain-line.ts';

/**
 * A Yealink configuration with vendor keys in the place of what it said of them,
 * so that each parameter stands once: which of two lines a firmware heeds is not promised.
 */
export function withVendorKeys(text: string, vendorKeys: ReadonlyMap<string, string>): string {
  if (vendorKeys.size === 0) return text;
  const kept = text.split('\n').filter((line) => !vendorKeys.has(parameterOf(line)));
  const own = sorted(vendorKeys).map(([name, value]) => `${plainLine(name)} = ${plainLine(value)}`);
  return [...kept, ...own, ''].join('\n');
}

const parameterOf = (line: string): string => line.split(' = ', 1)[0] ?? '';

/** By name, whatever order they were read in: a file that differs is fetched and applied anew. */
export const sorted = (
  vendorKeys: ReadonlyMap<string, string>,
): readonly (readonly [string, string])[] => [...vendorKeys].sort(([a], [b]) => (a < b ? -1 : 1));
