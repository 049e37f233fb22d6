/** Counts of what happened, in Prometheus' text form (its exposition format 0.0.4). */
export interface Metrics {
  count(name: MetricName, label: string): void;
  text(): string;
}

export type MetricName = keyof typeof METRICS;

export function createMetrics(): Metrics {
  const counts = new Map<MetricName, Map<string, number>>();
  return {
    count: (name, label) => {
      const of = counts.get(name) ?? new Map<string, number>();
      counts.set(name, of.set(label, (of.get(label) ?? 0) + 1));
    },
    text: () =>
      Object.entries(METRICS)
        .flatMap(([name, { help, label }]) => [
          `# HELP ${name} ${help}`,
          `# TYPE ${name} counter`,
          ...[...(counts.get(name as MetricName) ?? [])].map(
            ([value, count]) => `${name}{${label}="${value}"} ${count}`,
          ),
        ])
        .join('\n')
        .concat('\n'),
  };
}

const METRICS = {
  vaxel_phone_requests_total: { help: 'Answers to requests, by status.', label: 'status' },
  vaxel_phone_granted_total: { help: 'Requests granted, by what was shown.', label: 'by' },
  vaxel_phone_refused_total: { help: 'Requests refused, by why.', label: 'why' },
  vaxel_phone_scans_total: {
    help: 'Requests as scanners send them: somebody is looking for phones.',
    label: 'kind',
  },
} as const;
