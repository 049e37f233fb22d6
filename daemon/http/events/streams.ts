import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Client, maySeePersonal } from '../client.ts';
import type { EventFigures, LineView } from '../schemas.ts';
import { type Entry, entryOf, frame, type Happening } from './event.ts';
import { createReader, type Reader } from './reader.ts';
import { createRing, type Ring } from './ring.ts';

/** The event streams of all organisations. */
export interface EventStreams {
  /** Whether somebody reads of any organisation. */
  isHeard(): boolean;
  /** Whether somebody reads of this organisation, or may come back for what happens now. */
  isKept(organisation: string): boolean;
  /** Tells an organisation's readers at once; nobody, where it is not kept. */
  publish(organisation: string, happenings: readonly Happening[]): void;
  /** Makes a response a stream, until one of the two ends it. */
  open(client: Client, lastEventId: string | undefined, response: ServerResponse): void;
  figures(): EventFigures;
  close(): void;
}

export interface StreamDeps {
  /** Everybody's line as this client may see it, at this moment. */
  readonly linesFor: (client: Client) => LinesSeen;
  /** Which of these tokens are there still; asked at every heartbeat. */
  readonly liveTokens: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Milliseconds. */
  readonly heartbeatMs?: number;
  /** How many happenings of an organisation are kept for readers that come back. */
  readonly kept?: number;
}

/** Lines of one moment, made into views a piece at a time: ten thousand at once would hold everybody up. */
export interface LinesSeen {
  readonly length: number;
  views(from: number, to?: number): readonly LineView[];
}

export function createEventStreams(deps: StreamDeps): EventStreams {
  const { linesFor, liveTokens, heartbeatMs = 15_000, kept = 1_000 } = deps;
  const tapes = new Map<string, Tape>();
  const readers = new Map<string, Set<OpenReader>>();
  const counts = { opened: 0, cut: 0, snapshots: 0, events: 0 };

  const tapeOf = (organisation: string) => getOrMake(tapes, organisation, () => newTape(kept));
  const readersOf = (organisation: string) => getOrMake(readers, organisation, () => new Set());
  const all = () => [...readers.values()].flatMap((each) => [...each]);

  function* snapshotFor(client: Client): Generator<Buffer, undefined> {
    counts.snapshots += 1;
    const { life, ring } = tapeOf(client.organisation.id);
    const id = `${life}-${ring.head}`;
    const lines = linesFor(client);
    const parts = Math.max(1, Math.ceil(lines.length / LINES_A_PART));
    for (let part = 1; part <= parts; part += 1) {
      const some = lines.views((part - 1) * LINES_A_PART, part * LINES_A_PART);
      yield frame('snapshot', { part, parts, lines: some }, part === parts ? id : undefined);
    }
    return undefined;
  }

  async function beat(): Promise<void> {
    const open = all();
    for (const { reader } of open) reader.beat();
    const live = await liveTokens([...new Set(open.map(({ client }) => client.tokenId))]);
    for (const { client, end } of open) if (!live.has(client.tokenId)) end();
  }

  const timer = setInterval(() => {
    // A database that cannot be read takes nobody's stream away; the next beat asks again.
    beat().catch(() => undefined);
  }, heartbeatMs);
  timer.unref();

  return {
    isHeard: () => [...readers.values()].some((each) => each.size > 0),
    isKept: (organisation) => tapes.has(organisation),
    publish(organisation, happenings) {
      const tape = tapes.get(organisation);
      if (tape === undefined) return;
      const { life, ring } = tape;
      for (const happening of happenings) {
        ring.push((number) => entryOf(happening, `${life}-${number}`));
      }
      // Whoever left last is told all lines anew when they come back: nothing is kept for nobody.
      if (readersOf(organisation).size === 0 && !ring.reaches(tape.lastLeft)) {
        tapes.delete(organisation);
      }
      counts.events += happenings.length;
      for (const { reader } of readersOf(organisation)) reader.pump();
    },
    open(client, lastEventId, response) {
      const organisation = client.organisation.id;
      const tape = tapeOf(organisation);
      const { ring } = tape;
      const after = readAfter(lastEventId, tape);
      begin(response);
      const reader = createReader({
        sink: response,
        ring,
        after,
        tell: (entry) => (maySeePersonal(client, entry.user) ? entry.personal() : entry.open()),
        snapshot: () => snapshotFor(client),
        onCut: () => (counts.cut += 1),
      });
      const open: OpenReader = { reader, client, end: () => response.destroy() };
      readersOf(organisation).add(open);
      counts.opened += 1;
      response.on('drain', () => {
        reader.pump();
      });
      response.on('close', () => {
        readersOf(organisation).delete(open);
        tape.lastLeft = ring.head;
      });
      reader.pump();
    },
    figures: () => ({ clients: all().length, ...counts }),
    close() {
      clearInterval(timer);
      for (const { end } of all()) end();
    },
  };
}

/** What has happened in one organisation since somebody reads of it. */
interface Tape {
  /** Numbers begin anew with every tape: an id names it too. */
  readonly life: string;
  readonly ring: Ring<Entry>;
  /** The number of the last that had happened when a reader left. */
  lastLeft: number;
}

const newTape = (kept: number): Tape => ({
  life: randomBytes(6).toString('hex'),
  ring: createRing(kept),
  lastLeft: 0,
});

interface OpenReader {
  readonly reader: Reader;
  readonly client: Client;
  readonly end: () => void;
}

/** About 30 kB, so that a snapshot of ten thousand lines never lies in memory as one. */
const LINES_A_PART = 100;

/**
 * The response ends with its connection, so no reader costs the chunks of a
 * response that goes on: what is written for one is the same bytes for all.
 */
function begin(response: ServerResponse): void {
  response.removeHeader('Transfer-Encoding');
  response.socket?.setNoDelay(true);
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
    Connection: 'close',
  });
  response.write(`retry: ${RETRY_MS}\n\n`);
}

/** How long a reader that was cut waits before it comes back. */
const RETRY_MS = 1_000;

/** The number after which the reader goes on; undefined: what it has seen is of another life, or forgotten. */
function readAfter(id: string | undefined, { life, ring }: Tape): number | undefined {
  const [, of, text = ''] = /^([0-9a-f]{12})-(\d{1,15})$/.exec(id ?? '') ?? [];
  const number = Number(text);
  return of === life && ring.reaches(number) ? number : undefined;
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
