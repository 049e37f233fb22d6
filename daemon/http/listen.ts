import { once } from 'node:events';
import { createServer } from 'node:http';
import type Koa from 'koa';
import { VaxelError } from '../../common/errors.ts';

export interface HttpListener {
  close(): Promise<void>;
}

/** @throws {VaxelError} `PORT_TAKEN`, naming the variable that moves it. */
export async function listenHttp(
  app: Koa,
  at: { readonly host: string; readonly port: number; readonly variable: string },
): Promise<HttpListener> {
  const { host, port, variable } = at;
  // Koa's handler gives a promise that it settles itself: its errors go to the app's listener.
  const handle = app.callback();
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
