import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Log } from '../../common/log.ts';
import { pnpAnswers, readPnp } from './pnp-message.ts';

export interface PnpOptions {
  /** The address of the network that is answered on. */
  readonly host: string;
  /** What every phone that asks is told. */
  readonly url: string;
  readonly log: Log;
  /** 5060 unless told. */
  readonly port?: number;
}

/** Where Yealink phones ask (IANA: `sip.mcast.net`). */
const GROUP = '224.0.1.75';

/**
 * Tells phones that ask the network where the lobby is. Whoever answers such a
 * question first owns the phone, so it is off unless wanted, and it says nothing
 * that is worth knowing.
 */
export async function listenPnp({ host, url, log, port = 5060 }: PnpOptions): Promise<{
  readonly port: number;
  close(): Promise<void>;
}> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (datagram, from) => {
    const question = readPnp(datagram);
    if (question === undefined) return;
    const tag = randomBytes(8).toString('hex');
    const answers = pnpAnswers(question, { host, port: socket.address().port, url, tag });
    for (const answer of answers) socket.send(answer, from.port, from.address);
    log.info({ client: from.address }, 'phone asked the network for its server');
  });
  socket.bind(port, GROUP);
  await once(socket, 'listening');
  socket.addMembership(GROUP, host);
  return {
    port: socket.address().port,
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}
