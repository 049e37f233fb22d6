import { decodeALaw } from './a-law.ts';
import { readKey } from './dtmf.ts';
import { readRtp } from './rtp.ts';
import { SAMPLE_RATE } from './tone.ts';

/** One A-law packet that came in. */
export interface HeardPacket {
  /** On the process's monotonic clock, milliseconds. */
  readonly atMs: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly samples: Int16Array;
}

/** Everything one end of a call has received. */
export interface Listening {
  /** Takes a datagram in. @returns whether it was audio or a key. */
  take(datagram: Buffer, atMs: number, telephoneEvent: number): boolean;
  readonly packets: readonly HeardPacket[];
  /** The keys the other end pressed, in order. */
  keys(): string;
  /** All samples, or those of packet number `first` and later. */
  samples(first?: number): Int16Array;
  receivedMs(): number;
  /** The longest time between two packets from number `first` on; at least one comes every 20 ms while nothing is wrong. */
  longestGapMs(first?: number): number;
}

export function createListening(): Listening {
  const packets: HeardPacket[] = [];
  const arrivals: number[] = [];
  let keys = '';
  let lastKeyAt: number | undefined;

  return {
    packets,
    take(datagram, atMs, telephoneEvent) {
      const packet = readRtp(datagram);
      if (packet === undefined) return false;
      const { payloadType, payload, sequence, timestamp } = packet;
      if (payloadType === telephoneEvent) {
        arrivals.push(atMs);
        // Every packet of one press has the timestamp of its beginning (RFC 4733 §2.2.1).
        if (timestamp !== lastKeyAt) keys += readKey(payload) ?? '';
        lastKeyAt = timestamp;
        return true;
      }
      if (payloadType !== PCMA) return false;
      arrivals.push(atMs);
      packets.push({ atMs, sequence, timestamp, samples: Int16Array.from(payload, decodeALaw) });
      return true;
    },
    keys: () => keys,
    samples(first = 0) {
      const parts = packets.slice(first).map(({ samples }) => samples);
      const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    },
    receivedMs: () =>
      (packets.reduce((sum, { samples }) => sum + samples.length, 0) * 1000) / SAMPLE_RATE,
    longestGapMs(first = 0) {
      const since = packets[first]?.atMs ?? Infinity;
      const times = arrivals.filter((atMs) => atMs >= since);
      return Math.max(0, ...times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs)));
    },
  };
}

/** The static payload type of A-law, RFC 3551 §6. */
const PCMA = 8;
