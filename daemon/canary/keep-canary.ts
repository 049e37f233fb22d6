import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { once } from 'node:events';
import { CANARY } from '../../common/canary-account.ts';
import type { Log } from '../../common/log.ts';
import type { Clock } from '../../common/time.ts';
import type { Lamps } from '../lamps/keep-lamps.ts';
import { type Canary, type CanaryFigures, createCanary } from './canary.ts';
import type { NotifyNumbers } from './notify-numbers.ts';

export interface KeepCanaryDeps {
  /** FreeSWITCH’s, and so ours: its account is taken from this address alone. */
  readonly host: string;
  readonly port: number;
  readonly passwordOf: (domain: string) => string;
  readonly lamps: Pick<Lamps, 'entries' | 'has' | 'saw' | 'confirm' | 'toldAt'>;
  /** Whether there is a FreeSWITCH now. */
  readonly isUp: () => boolean;
  readonly numbers: NotifyNumbers;
  /** FreeSWITCH numbers its NOTIFYs lower than before. Never rejects. */
  readonly numbersFell: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Watches a few lamps at a time as a phone would, over UDP, and says what it sees. */
export async function keepCanary(deps: KeepCanaryDeps): Promise<{
  figures(): CanaryFigures;
  stop(): Promise<void>;
}> {
  const { host, port, lamps, isUp, clock, log } = deps;
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  // An answer that cannot be delivered is like one that is lost.
  socket.on('error', (err) => {
    log.debug({ err }, 'the canary cannot send');
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  socket.unref();
  const canary: Canary = createCanary({
    watched: () => [...lamps.entries()].map(({ lamp }) => lamp),
    isWatched: (lamp) => lamps.has(lamp),
    saw: (lamp, state) => {
      lamps.saw(lamp, state);
    },
    toldAt: () => lamps.toldAt(),
    numbers: deps.numbers,
    numbersFell: () => void deps.numbersFell(),
    username: CANARY,
    passwordOf: deps.passwordOf,
    local: `${isIPv6(host) ? `[${host}]` : host}:${socket.address().port}`,
    fresh: () => randomBytes(12).toString('hex'),
  });

  const send = (texts: readonly string[]) =>
    Promise.all(
      texts.map(
        (text) =>
          new Promise<void>((resolve) => {
            socket.send(text, port, host, () => {
              resolve();
            });
          }),
      ),
    );
  socket.on('message', (datagram, { address, port: from }) => {
    if (address === host && from === port) void send(canary.heard(datagram, clock()));
  });
  const ticking = setInterval(() => {
    void send(isUp() ? canary.tick(clock()) : canary.leave(clock()));
    lamps.confirm(canary.sampled());
  }, TICK_MS);

  return {
    figures: () => canary.figures(),
    /** FreeSWITCH may answer, and is not waited for. */
    async stop() {
      clearInterval(ticking);
      await send(canary.leave(clock()));
      socket.close();
      await once(socket, 'close');
    },
  };
}

/** Milliseconds. */
const TICK_MS = 500;
