import { createSocket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import type { Endpoint } from './address.ts';
import { createListening, type Listening } from './listening.ts';
import { createSpeaking, type Speaking } from './speaking.ts';
import type { Timers } from './timers.ts';
import type { Watch } from './watch.ts';
import { writeWav } from './wav.ts';

/** The sound of one end of one call: a socket of its own, what it sends and what it has heard. */
export interface Media {
  readonly heard: Listening;
  readonly watch: Watch;
  /** The address to put in the session description. */
  local(): Promise<Endpoint>;
  /** Where the other end listens, and whether we shall send. */
  connect(remote: Endpoint, telephoneEvent: number | undefined, sending: boolean): void;
  /** Changes the tone this end sends; `undefined` is silence. */
  tone(hz: number | undefined): void;
  /** Presses keys as RFC 4733 events, each `pressMs` long with `pauseMs` after it. */
  dtmf(keys: string, pressMs?: number, pauseMs?: number): Promise<void>;
  packetsSent(): number;
  saveWav(file: string): Promise<void>;
  close(): Promise<void>;
}

export function openMedia(
  bind: string,
  timers: Timers,
  watch: Watch,
  toneHz: number | undefined,
): Media {
  const socket = createSocket('udp4');
  const heard = createListening();
  let remote: Endpoint | undefined;
  let eventType = 101;
  let closed = false;
  socket.on('error', () => undefined);
  const bound = new Promise<Endpoint>((resolve) => {
    socket.bind(0, bind, () => {
      resolve({ host: bind, port: closed ? 0 : socket.address().port });
    });
  });
  socket.on('message', (datagram) => {
    if (heard.take(datagram, performance.now(), eventType)) watch.changed();
  });
  const speaking: Speaking = createSpeaking(
    timers,
    toneHz,
    () => eventType,
    (packet) => {
      if (!closed && remote !== undefined) {
        socket.send(packet, remote.port, remote.host, () => undefined);
      }
    },
  );
  return {
    heard,
    watch,
    local: () => bound,
    connect(to, telephoneEvent, sending) {
      remote = to;
      eventType = telephoneEvent ?? eventType;
      if (sending && to.port !== 0) speaking.start();
      else speaking.stop();
    },
    tone: (hz) => {
      speaking.tone(hz);
    },
    dtmf: (keys, pressMs = 100, pauseMs = 60) => speaking.press(keys, pressMs, pauseMs),
    packetsSent: () => speaking.packetsSent(),
    saveWav: (file) => writeWav(file, heard.samples()),
    close() {
      if (closed) return Promise.resolve();
      closed = true;
      speaking.stop();
      return new Promise((resolve) => {
        socket.close(resolve);
      });
    },
  };
}
