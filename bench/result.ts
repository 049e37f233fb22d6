/** One line of the table, and one object of the JSON. */
export interface Result {
  readonly what: string;
  readonly unit: string;
  readonly vaxel: number;
  /** The same legs bridged by static XML in the same run; undefined where there is no such thing. */
  readonly native?: number;
  /** What is held against the target, where it is not `vaxel` itself. */
  readonly compared?: 'difference' | 'ratio';
  readonly target?: { readonly is: 'at most' | 'at least'; readonly value: number };
}

/** What the target is about. */
export function comparedValue({ vaxel, native, compared }: Result): number {
  if (native === undefined || compared === undefined) return vaxel;
  return compared === 'difference' ? vaxel - native : vaxel / native;
}

/** Undefined where nothing was promised. */
export function isMet(result: Result): boolean | undefined {
  const { target } = result;
  if (target === undefined) return undefined;
  const value = comparedValue(result);
  return target.is === 'at most' ? value <= target.value : value >= target.value;
}
