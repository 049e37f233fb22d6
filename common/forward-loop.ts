/** One forward from a person to a colleague. */
export interface ForwardEdge {
  /** Extensions. */
  readonly from: string;
  readonly to: string;
  readonly reason: 'always' | 'busy' | 'no-answer' | 'unreachable';
}

/**
 * The chain by which a new forward would bring a call back to where it began.
 *
 * Two who stand in for each other when busy are no loop: the call ends with the
 * second. It is one where some step of it is taken always.
 *
 * @returns the extensions, the first one last again; undefined where there is no loop.
 */
export function forwardLoop(
  added: ForwardEdge,
  others: readonly ForwardEdge[],
): readonly string[] | undefined {
  const waiting: Walk[] = [
    { at: added.to, always: added.reason === 'always', chain: [added.from, added.to] },
  ];
  const seen = new Set<string>();
  for (let walk = waiting.shift(); walk !== undefined; walk = waiting.shift()) {
    const { at, always, chain } = walk;
    if (at === added.from) {
      if (always) return chain;
      continue;
    }
    if (seen.has(`${at} ${always}`)) continue;
    seen.add(`${at} ${always}`);
    for (const edge of others.filter(({ from }) => from === at)) {
      const next = always || edge.reason === 'always';
      waiting.push({ at: edge.to, always: next, chain: [...chain, edge.to] });
    }
  }
  return undefined;
}

interface Walk {
  readonly at: string;
  /** Some step so far is taken always. */
  readonly always: boolean;
  readonly chain: readonly string[];
}
