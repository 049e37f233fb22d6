import { Counter, type Registry } from 'prom-client';

/**
 * A counter of what happens so often that the library's own, two microseconds each time, would be felt:
 * it is counted apart, and put together when somebody looks.
 *
 * @returns counts one. Values are words of ours, in the order of the labels.
 */
export function tally<const Labels extends readonly string[]>(
  registry: Registry,
  { name, help, labels, born = [] }: Tallied<Labels>,
): (...values: Values<Labels>) => void {
  const counts = new Map(born.map((values) => [values.join(' '), 0]));
  new Counter({
    ...{ name, help, labelNames: labels, registers: [registry] },
    collect() {
      this.reset();
      for (const [values, count] of counts) this.inc(labelled(labels, values.split(' ')), count);
    },
  });
  return (...values) => {
    const key = values.join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
}

interface Tallied<Labels extends readonly string[]> {
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
  /** Series that are there, at zero, before the first is counted. */
  readonly born?: readonly Values<Labels>[];
}

type Values<Labels extends readonly string[]> = { readonly [Label in keyof Labels]: string };

const labelled = (labels: readonly string[], values: readonly string[]): Record<string, string> =>
  Object.fromEntries(labels.map((label, i) => [label, values[i] ?? '']));
