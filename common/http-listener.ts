import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { VaxelError } from './errors.ts';

export interface HttpListener {
  close(): Promise<void>;
}

/** Where to listen, and the variable that moves it. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly variable: string;
}

/** @throws {VaxelError} as `listening` does. */
export async function listenHttp(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  at: Place,
): Promise<HttpListener> {
  const { host, port } = at;
  // Koa's handler settles its promise itself: its errors go to the app's listener.
  const server = createServer((request, response) => void handle(request, response));
  server.listen(port, host);
  return listening(server, at);
}

/**
 * Waits until a server that was told to listen does.
 * @throws {VaxelError} `PORT_TAKEN`, naming the variable that moves it.
 */
export async function listening(server: Server, at: Place): Promise<HttpListener> {
  const { host, port, variable } = at;
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new VaxelError(
      'PORT_TAKEN',
      `port ${port} on ${host} is taken: stop what uses it, or set ${variable}`,
      { port, host },
      { cause },
    );
  }
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/**
 * Whether a request's `Host` is this machine's own name: what is for programs here alone asks for
 * it, so that no page in a browser reaches it by a name of its own that points here.
 */
export const namesThisMachine = (host: string): boolean =>
  /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
