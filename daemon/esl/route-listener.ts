import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { VaxelError } from '../../common/errors.ts';
import { converse, type RouteConversation } from './route-conversation.ts';

export interface RouteListener {
  readonly port: number;
  /** Stops listening; conversations under way end by their own deadline. */
  close(): Promise<void>;
}

/** Milliseconds; FreeSWITCH's own timer takes the call back after three seconds. */
const CONVERSATION_WITHIN_MS = 2_500;

/**
 * Listens where FreeSWITCH's `socket` application asks. Loopback only: whoever
 * answers here steers calls.
 *
 * @param onCall - must not reject; it is given the conversation before anything was said.
 * @throws {VaxelError} `PORT_TAKEN`.
 */
export async function listenForCalls(
  port: number,
  onCall: (conversation: RouteConversation) => void,
): Promise<RouteListener> {
  const server = createServer({ noDelay: true }, (socket: Socket) => {
    onCall(converse(socket, CONVERSATION_WITHIN_MS));
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new VaxelError(
      'PORT_TAKEN',
      `port ${port} on 127.0.0.1 is taken: stop what uses it, or set VAXEL_ROUTE_PORT`,
      { port },
      { cause },
    );
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
