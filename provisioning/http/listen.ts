import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { DEFAULT_CIPHERS } from 'node:tls';
import { type HttpListener, listening, type Place } from '../../common/http-listener.ts';
import type { KeyedCertificate } from '../tls/certificate.ts';

export interface ListenAt extends Place {
  /** Undefined: plain HTTP. */
  readonly tls: TlsDoor | undefined;
}

export interface TlsDoor {
  /** One for each kind of key there is. */
  readonly certificates: readonly KeyedCertificate[];
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
            cert: tls.certificates.map(({ cert }) => cert),
            key: tls.certificates.map(({ key }) => key),
            requestCert: tls.asksCertificate,
            // The chain is checked by us, who know which complaints to overlook.
            rejectUnauthorized: false,
            minVersion: 'TLSv1.2',
            ciphers: `${QUICK}:${DEFAULT_CIPHERS}`,
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

/** Where a phone knows both kinds of key, that of the elliptic curve. */
const QUICK = 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384';

const STRICT: ServerOptions = {
  maxHeaderSize: 8_192,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
  insecureHTTPParser: false,
  requireHostHeader: false,
};
