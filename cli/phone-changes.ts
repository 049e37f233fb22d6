import { rebootsFor } from '../provisioning/files/reboots.ts';
import type { Vendor } from '../provisioning/models/model.ts';

export interface Changes {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/**
 * The lines that only one of two files has, each in its order. Neither vendor's
 * files mean anything by the order of their lines, so nothing else is a change.
 */
export function changesBetween(before: string, after: string): Changes {
  const old = linesOf(before);
  const now = linesOf(after);
  return { removed: without(old, now), added: without(now, old) };
}

/** Whether a phone restarts to take a change in. */
export function restartsFor(vendor: Vendor, { removed, added }: Changes): boolean {
  return [...removed, ...added].some((line) => {
    const [parameter] = /^[\w.-]+/.exec(line) ?? [];
    return parameter !== undefined && rebootsFor(vendor, parameter);
  });
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Counted: a line that stands twice in one and once in the other is a change. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
