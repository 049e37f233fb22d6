import { get } from 'node:http';
import { eventStreamReader } from '../common/event-stream.ts';
import { median, quantile } from './statistics.ts';

/** What the clients saw, in milliseconds from the change to the event in hand. */
export interface ClientTimes {
  readonly deliveries: number;
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
}

/**
 * A process of its own with many readers of one stream: `<port> <token> <clients>`.
 * Says `ready` when all have their snapshot; answers `end` with the times. Both
 * processes read the system's monotonic clock, which is one.
 */
const [port = '', token = '', clients = ''] = process.argv.slice(2);
const times: number[] = [];
let waiting = Number(clients);

for (let i = 0; i < Number(clients); i += 1) {
  const headers = { Authorization: `Bearer ${token}` };
  get({ host: '127.0.0.1', port, path: '/v1/events', headers, agent: false }, (response) => {
    const read = eventStreamReader();
    response.on('error', () => undefined);
    response.setEncoding('utf8').on('data', (text: string) => {
      const now = process.hrtime.bigint();
      for (const { event, data } of read(text)) {
        if (event === 'snapshot') note(data);
        if (event !== 'line') continue;
        const at = /"number":"(\d+)"/.exec(data)?.[1];
        if (at !== undefined) times.push(Number(now - BigInt(at)) / 1e6);
      }
    });
  });
}

function note(data: string): void {
  const { part, parts } = JSON.parse(data) as { part: number; parts: number };
  if (part === parts && (waiting -= 1) === 0) process.send?.('ready');
}

process.on('message', () => {
  const result: ClientTimes = {
    deliveries: times.length,
    median: median(times),
    p99: quantile(times, 0.99),
    worst: Math.max(...times.slice(-1), quantile(times, 1)),
  };
  process.send?.(result, () => process.exit());
});
