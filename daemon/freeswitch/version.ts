/**
 * The first FreeSWITCH without the holes its project published in August 2026,
 * some of which a phone's SUBSCRIBE reaches (release notes of 1.11.2).
 */
export const SAFE_VERSION = '1.11.2';

/**
 * Whether to warn about a FreeSWITCH, by what it says of itself: `1.10.12`,
 * `1.11.2-release+git~…`. A version that cannot be read is warned about too.
 */
export function isBelowSafe(version: string): boolean {
  const found = partsOf(version);
  const wanted = partsOf(SAFE_VERSION) ?? [];
  if (found === undefined) return true;
  const at = wanted.findIndex((part, i) => found[i] !== part);
  return at !== -1 && (found[at] ?? 0) < (wanted[at] ?? 0);
}

function partsOf(version: string): readonly number[] | undefined {
  const [, ...parts] = /(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return parts.length === 3 ? parts.map(Number) : undefined;
}
