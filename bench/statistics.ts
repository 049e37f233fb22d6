/** The value below which the share `q` of the sorted measurements lies: `quantile(ms, 0.99)`. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Three significant digits: more would claim a precision that a shared machine has not. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
