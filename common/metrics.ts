import { readdir, readFile } from 'node:fs/promises';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { packageVersion } from './package-root.ts';
import { type Clock, systemClock } from './time.ts';

/** What one program measures, for Prometheus; a registry of its own, not the library's one for all. */
export interface MetricsPage {
  readonly registry: Registry;
  /** Everything, in Prometheus' text form 0.0.4. */
  text(): Promise<string>;
  close(): void;
}

/** The media type of that text. */
export const METRICS_TYPE: string = Registry.PROMETHEUS_CONTENT_TYPE;

/** Begins with what every program has: its version, its process, and how late its event loop is. */
export function openMetrics(program: string, clock: Clock = systemClock): MetricsPage {
  const registry = new Registry();
  for (const figure of processFigures(program, clock)) lookUp(registry, figure);
  const lag = watchLag(registry);
  return {
    registry,
    text: () => registry.metrics(),
    close: () => {
      clearInterval(lag);
    },
  };
}

/** A figure that is looked up each time somebody asks, and costs nothing between. */
export interface Figure {
  readonly type: 'gauge' | 'counter';
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** @returns undefined where it cannot be known now; a `counter` gives its total so far. */
  readonly look: () => Samples | Promise<Samples>;
}

/** One number, or one for each set of labels. */
export type Samples =
  | number
  | undefined
  | readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];

export function lookUp(registry: Registry, { type, name, help, labels, look }: Figure): void {
  const Kind = type === 'gauge' ? Gauge : Counter;
  const metric: Gauge | Counter = new Kind({
    ...{ name, help, labelNames: labels ?? [], registers: [registry] },
    async collect() {
      const samples = await look();
      metric.reset();
      if (samples === undefined) {
        // Without labels, a reset leaves a zero behind.
        if (labels === undefined) metric.remove();
      } else if (typeof samples === 'number') metric.inc(samples);
      else for (const [of, value] of samples) metric.inc(of, value);
    },
  });
}

function processFigures(program: string, clock: Clock): readonly Figure[] {
  const startedAt = clock() / 1_000 - process.uptime();
  const info = { program, version: packageVersion(), node: process.version };
  return [
    {
      type: 'gauge',
      name: 'vaxel_build_info',
      help: 'Which program of which version this is; always 1.',
      labels: Object.keys(info),
      look: () => [[info, 1]],
    },
    {
      type: 'gauge',
      name: 'process_start_time_seconds',
      help: 'When the process began, in seconds since 1970.',
      look: () => startedAt,
    },
    {
      type: 'counter',
      name: 'process_cpu_seconds_total',
      help: 'Processor time the process has taken, in seconds.',
      look: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    },
    {
      type: 'gauge',
      name: 'process_resident_memory_bytes',
      help: 'Memory the process holds.',
      look: () => process.memoryUsage.rss(),
    },
    {
      type: 'gauge',
      name: 'process_open_fds',
      help: 'File handles the process has open.',
      look: async () => (await readdir('/proc/self/fd').catch(() => undefined))?.length,
    },
    {
      type: 'gauge',
      name: 'process_max_fds',
      help: 'File handles the process may have open.',
      look: async () => {
        const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
        const [, soft] = /^Max open files +(\d+)/m.exec(limits) ?? [];
        return soft === undefined ? undefined : Number(soft);
      },
    },
  ];
}

/** Looks four times a second how much later than told a timer comes: that late is everything else too. */
function watchLag(registry: Registry): NodeJS.Timeout {
  const lag = new Histogram({
    name: 'vaxel_event_loop_lag_seconds',
    help: 'How late the event loop comes to what is due, looked at four times a second.',
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  let due = performance.now() + LOOK_EVERY_MS;
  return setInterval(() => {
    const now = performance.now();
    lag.observe(Math.max(0, now - due) / 1_000);
    due = now + LOOK_EVERY_MS;
  }, LOOK_EVERY_MS).unref();
}

/** Milliseconds. */
const LOOK_EVERY_MS = 250;
