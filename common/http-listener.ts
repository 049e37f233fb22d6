import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { VaxelError } from './errors.ts';

export interface HttpListener {
  close(): Promise<void>;
}

/** @throws {VaxelError} `PORT_TAKEN`, naming the variable that moves it. */
export async function listenHttp(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  at: { readonly host: string; readonly port: number; readonly variable: string },
): Promise<HttpListener> {
  const { host, port, variable } = at;
  // Koa's handler settles its promise itself: its errors go to the app's listener.
  const server = createServer((request, response) => void handle(request, response));
  server.listen(port, host);
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
