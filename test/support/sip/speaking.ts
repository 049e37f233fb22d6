import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { A_LAW_SILENCE, encodeALaw } from './a-law.ts';
import { type KeyPacket, keyPackets, keyPayload } from './dtmf.ts';
import { rtpBytes } from './rtp.ts';
import type { Timers } from './timers.ts';
import { PACKET_SAMPLES, tonePacket } from './tone.ts';

/** What one end of a call sends: a tone, or silence, and keys. */
export interface Speaking {
  /** `undefined` sends silence. */
  tone(hz: number | undefined): void;
  start(): void;
  /** Sends nothing at all any more, as a phone on hold. */
  stop(): void;
  /** Presses keys one after the other. @returns once the last is released. */
  press(keys: string, pressMs: number, pauseMs: number): Promise<void>;
  packetsSent(): number;
}

export function createSpeaking(
  timers: Timers,
  firstTone: number | undefined,
  telephoneEvent: () => number,
  send: (packet: Buffer) => void,
): Speaking {
  const ssrc = randomInt(2 ** 32);
  let hz = firstTone;
  let sent = 0;
  let running = false;
  let startedAtMs = 0;
  let ticks = 0;
  let timestamp = randomInt(2 ** 31);
  let takeBack = (): void => undefined;
  const queue: Step[] = [];

  function tick(): void {
    // Counted from the start, so that a late timer is made up for and the stream never drifts.
    while (running && startedAtMs + ticks * 20 <= performance.now()) {
      sendNext();
      ticks += 1;
    }
    const waitMs = Math.max(1, startedAtMs + ticks * 20 - performance.now());
    takeBack = running ? timers.after(waitMs, tick) : () => undefined;
  }

  function sendNext(): void {
    const step = queue.shift();
    if (step?.kind === 'key') {
      const began = timestamp - step.position * PACKET_SAMPLES;
      transmit(telephoneEvent(), step.position === 0, began, keyPayload(step.packet));
    } else {
      transmit(8, sent === 0, timestamp, audio(hz, timestamp));
    }
    timestamp += PACKET_SAMPLES;
    if (step?.kind === 'pause') step.done();
  }

  function transmit(payloadType: number, marker: boolean, at: number, payload: Buffer): void {
    send(rtpBytes({ payloadType, marker, sequence: sent, timestamp: at, ssrc, payload }));
    sent += 1;
  }

  return {
    tone(next) {
      hz = next;
    },
    start() {
      if (running) return;
      running = true;
      startedAtMs = performance.now();
      ticks = 0;
      tick();
    },
    stop() {
      running = false;
      takeBack();
    },
    press(keys, pressMs, pauseMs) {
      return new Promise((resolve) => {
        const pauses = Math.max(1, Math.round(pauseMs / 20));
        Array.from(keys).forEach((key, index) => {
          keyPackets(key, pressMs).forEach((packet, position) => {
            queue.push({ kind: 'key', packet, position });
          });
          for (let pause = 1; pause <= pauses; pause += 1) {
            const last = index === keys.length - 1 && pause === pauses;
            queue.push({ kind: 'pause', done: last ? resolve : () => undefined });
          }
        });
      });
    },
    packetsSent: () => sent,
  };
}

type Step =
  | { readonly kind: 'key'; readonly packet: KeyPacket; readonly position: number }
  | { readonly kind: 'pause'; readonly done: () => void };

function audio(hz: number | undefined, firstSample: number): Buffer {
  return hz === undefined
    ? Buffer.alloc(PACKET_SAMPLES, A_LAW_SILENCE)
    : Buffer.from(Uint8Array.from(tonePacket(hz, firstSample), encodeALaw));
}
