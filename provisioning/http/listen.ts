import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type HttpListener, listening, type Place } from '../../common/http-listener.ts';

export interface ListenAt extends Place {
  /** Undefined: plain HTTP. */
  readonly tls: TlsDoor | undefined;
}

export interface TlsDoor {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Whether phones are asked for a certificate of theirs. */
  readonly asksCertificate: boolean;
}

/**
 * An HTTP server for whoever may come: small headers, deadlines for each part of
 * a request (milliseconds), Node's strict parser, and a bound on connections.
 *
 * @throws {VaxelError} `PORT_TAKEN`, naming the variable that moves it.
 */
export async function listenForPhones(
  handle: RequestListener,
  at: ListenAt,
): Promise<HttpListener> {
  const { host, port, tls } = at;
  const server: Server =
    tls === undefined
      ? createServer(STRICT, handle)
      : createTlsServer(
          {
            ...STRICT,
            cert: tls.cert,
            key: tls.key,
            requestCert: tls.asksCertificate,
            // The chain is checked by us, who know which complaints to overlook.
            rejectUnauthorized: false,
            minVersion: 'TLSv1.2',
            handshakeTimeout: 20_000,
          },
          handle,
        );
  server.maxConnections = 20_000;
  server.keepAliveTimeout = 5_000;
  server.timeout = 60_000;
  server.on('clientError', refuseNonsense);
  server.listen({ port, host, backlog: 2_048 });
  return listening(server, at);
}

/** What is no HTTP gets four words, and its connection ends. */
function refuseNonsense(_: Error, socket: Socket): void {
  if (socket.writable) {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  } else {
    socket.destroy();
  }
}

const STRICT: ServerOptions = {
  maxHeaderSize: 8_192,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
  insecureHTTPParser: false,
  requireHostHeader: false,
};
