import type { Entry } from './event.ts';
import type { Ring } from './ring.ts';

/** The part of a response that a reader needs. */
export interface Sink {
  /** Bytes that the connection has not taken yet. */
  readonly writableLength: number;
  write(bytes: Buffer): unknown;
  destroy(): void;
}

export interface ReaderOptions {
  readonly sink: Sink;
  readonly ring: Ring<Entry>;
  /** After which number it goes on; undefined: from a snapshot. */
  readonly after: number | undefined;
  /** Which side of an entry it is told. */
  readonly tell: (entry: Entry) => Buffer | undefined;
  /** The state of everything as it is now, a piece at a time; the last piece bears the number it is of. */
  readonly snapshot: () => Iterator<Buffer, undefined>;
  readonly onCut: () => void;
}

export interface Reader {
  /** Sends what there is, as far as the connection takes it. */
  pump(): void;
  /** Looks whether it still takes anything; called at every heartbeat. */
  beat(): void;
}

/**
 * One client of a stream. It takes from the ring what its connection has room
 * for: nothing is ever laid up for it alone past `ROOM` bytes and one piece. One that
 * lies more than a ring behind and takes nothing is cut; it may come back
 * and name the last event it has seen.
 */
export function createReader(options: ReaderOptions): Reader {
  const { sink, ring, after, tell, onCut } = options;
  let pieces = after === undefined ? options.snapshot() : undefined;
  let waitedAtBeat = false;
  let over = false;
  let position = after ?? ring.head;

  const hasRoom = () => sink.writableLength < ROOM;

  function cut(): void {
    over = true;
    onCut();
    sink.destroy();
  }

  function sendPieces(): void {
    while (pieces !== undefined && hasRoom()) {
      const { done, value } = pieces.next();
      if (done === true) pieces = undefined;
      else sink.write(value);
    }
  }

  return {
    pump() {
      if (over) return;
      if (!ring.reaches(position)) {
        // Behind while its connection is full: it is slow. Behind with room: more happened at once than a ring holds.
        if (!hasRoom() || pieces !== undefined) {
          cut();
          return;
        }
        pieces = options.snapshot();
        position = ring.head;
      }
      sendPieces();
      while (pieces === undefined && position < ring.head && hasRoom()) {
        position += 1;
        const bytes = tell(ring.at(position));
        if (bytes !== undefined) sink.write(bytes);
      }
    },
    beat() {
      if (over) return;
      const waits = sink.writableLength > 0;
      if (waits && waitedAtBeat) cut();
      else if (!waits) sink.write(HEARTBEAT);
      waitedAtBeat = waits;
    },
  };
}

/** Bytes that may wait for one reader's connection. */
export const ROOM = 65_536;

/** A comment: keeps what stands between from closing a silent connection. */
const HEARTBEAT = Buffer.from(':\n\n');
