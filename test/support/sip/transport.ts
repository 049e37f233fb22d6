import { createSocket } from 'node:dgram';
import type { Endpoint } from './address.ts';

/** Carries whole SIP messages; UDP today, and what a TCP one has to offer. */
export interface Transport {
  readonly protocol: 'UDP';
  /** Retransmission is the sender's business (RFC 3261 §17). */
  readonly reliable: boolean;
  readonly local: Endpoint;
  send(bytes: Buffer, to: Endpoint): void;
  close(): Promise<void>;
}

/** @param port - 0 takes a free one. */
export async function openUdp(
  bind: string,
  port: number,
  receive: (bytes: Buffer, from: Endpoint) => void,
): Promise<Transport> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, bind, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  // A datagram to nobody comes back as ECONNREFUSED; to SIP it is only one lost.
  socket.on('error', () => undefined);
  socket.on('message', (bytes, { address, port: from }) => {
    receive(bytes, { host: address, port: from });
  });
  let closed = false;
  return {
    protocol: 'UDP',
    reliable: false,
    local: { host: bind, port: socket.address().port },
    send(bytes, to) {
      if (!closed) socket.send(bytes, to.port, to.host, () => undefined);
    },
    close() {
      if (closed) return Promise.resolve();
      closed = true;
      return new Promise((resolve) => {
        socket.close(() => {
          resolve();
        });
      });
    },
  };
}
