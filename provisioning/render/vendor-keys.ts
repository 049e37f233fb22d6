import { plainLine } from './plain-line.ts';

/**
 * A Yealink configuration with vendor keys in the place of what it said of them,
 * so that each parameter stands once: which of two lines a firmware heeds is not promised.
 */
export function withVendorKeys(text: string, vendorKeys: ReadonlyMap<string, string>): string {
  if (vendorKeys.size === 0) return text;
  const kept = text.split('\n').filter((line) => !vendorKeys.has(parameterOf(line)));
  const own = [...vendorKeys].map(([name, value]) => `${plainLine(name)} = ${plainLine(value)}`);
  return [...kept, ...own, ''].join('\n');
}

const parameterOf = (line: string): string => line.split(' = ', 1)[0] ?? '';
