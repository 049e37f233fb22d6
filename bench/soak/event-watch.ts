import { get, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { eventStreamReader, type StreamedEvent } from '../../common/event-stream.ts';
import type { Lit } from '../../test/support/lamp.ts';
import type { Faults } from './faults.ts';
import type { Person } from './office.ts';

/** A client of `/v1/events` that comes back whenever it is cut off, as docs/api.md says. */
export interface EventWatch {
  readonly counts: Readonly<EventCounts>;
  /** Waits until its picture of a person is this. @throws where it never is. */
  shows(person: Person, wanted: Lit): Promise<void>;
  /** Everybody's line as it has heard of them, by extension. */
  readonly picture: ReadonlyMap<string, string>;
  close(): void;
}

interface EventCounts {
  connected: number;
  snapshots: number;
  events: number;
  /** The longest that the picture was wrong, in milliseconds. */
  worstMs: number;
}

export function watchEvents(port: number, token: string, faults: Faults): EventWatch {
  const counts: EventCounts = { connected: 0, snapshots: 0, events: 0, worstMs: 0 };
  const picture = new Map<string, string>();
  let lastId: string | undefined;
  let current: IncomingMessage | undefined;
  let closed = false;

  async function listen(): Promise<void> {
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(lastId === undefined ? {} : { 'Last-Event-ID': lastId }),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/v1/events', headers, agent: false };
      get(options, resolve).on('error', reject);
    });
    current = response;
    if (response.statusCode !== 200) throw new Error(`no stream: ${response.statusCode}`);
    counts.connected += 1;
    const read = eventStreamReader();
    for await (const text of response.setEncoding('utf8')) read(String(text)).forEach(note);
  }

  function note({ id, event, data }: StreamedEvent): void {
    lastId = id ?? lastId;
    if (event === 'snapshot') {
      const { part, lines } = JSON.parse(data) as Snapshot;
      if (part === 1) {
        picture.clear();
        counts.snapshots += 1;
      }
      for (const line of lines) picture.set(line.extension, line.state);
    } else if (event === 'line' || event === 'status') {
      const { extension, state } = JSON.parse(data) as LineSeen;
      counts.events += 1;
      picture.set(extension, state);
    }
  }

  async function go(): Promise<void> {
    while (!closed) {
      // A daemon that was killed is not there, or has let go of us.
      await listen().catch(() => undefined);
      await pause(AGAIN_MS);
    }
  }
  void go();

  return {
    counts,
    picture,
    async shows({ extension }, wanted) {
      const began = performance.now();
      const since = () => performance.now() - Math.max(began, faults.overAt('daemon'));
      while (picture.get(extension) !== STATES[wanted]) {
        await pause(LOOK_MS);
        if (since() > NEVER_MS) {
          const state = picture.get(extension) ?? 'nothing';
          throw new Error(`the stream says that ${extension} is ${state}, not ${STATES[wanted]}`);
        }
      }
      counts.worstMs = Math.max(counts.worstMs, since());
    },
    close() {
      closed = true;
      current?.destroy();
    },
  };
}

interface LineSeen {
  readonly extension: string;
  readonly state: string;
}

interface Snapshot {
  readonly part: number;
  readonly lines: readonly LineSeen[];
}

const STATES: Readonly<Record<Lit, string>> = {
  off: 'idle',
  ringing: 'ringing',
  busy: 'busy',
  held: 'held',
  unknown: 'unknown',
};

const AGAIN_MS = 200;
const LOOK_MS = 20;
const NEVER_MS = 20_000;
