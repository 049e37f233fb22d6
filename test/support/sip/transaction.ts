import type { Endpoint } from './address.ts';
import { acknowledge, branchOf, withSource } from './via.ts';
import {
  headerText,
  sequenceOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message.ts';
import type { Timers } from './timers.ts';

/** A request that came in, answered by any number of 1xx and one final response. */
export interface ServerTransaction {
  readonly request: SipRequest;
  readonly from: Endpoint;
  /** Sends, and sends again as the rules want it: on a repeated request, and a final answer to INVITE until its ACK. */
  respond(response: SipResponse): void;
  /** The final status given, or `undefined` while there is none. */
  finalStatus(): number | undefined;
}

/** What a client transaction tells its owner; a repeated response only where it is a 2xx to INVITE, which wants its ACK again. */
export interface ResponseSink {
  onResponse(response: SipResponse): void;
  /** Nothing came in 64 × T1 (RFC 3261 §17.1.1.2 timer B, §17.1.2.2 timer F). */
  onTimeout(): void;
}

export interface RequestSink {
  onRequest(transaction: ServerTransaction): void;
  /** A CANCEL for an INVITE still known; its own 200 is sent afterwards. */
  onCancel(invite: ServerTransaction, cancel: SipRequest): void;
  /** The ACK of a 2xx. */
  onAck(ack: SipRequest): void;
  /** A 2xx was repeated for 64 × T1 and never acknowledged (RFC 3261 §13.3.1.4). */
  onAckMissing(invite: ServerTransaction): void;
}

export interface Transactions {
  start(request: SipRequest, destination: Endpoint, sink: ResponseSink): void;
  receive(message: SipMessage, from: Endpoint): void;
}

interface Wire {
  send(message: SipMessage, to: Endpoint): void;
  readonly timers: Timers;
  /** RFC 3261 §17.1.1.1: the estimate of a round trip, 500 ms; shorter in tests. */
  readonly t1Ms: number;
}

/** The transaction layer over an unreliable transport, RFC 3261 §17, with RFC 6026 for the 2xx. */
export function createTransactions(wire: Wire, sink: RequestSink): Transactions {
  const clients = new Map<string, Client>();
  const servers = new Map<string, Server>();
  const { timers, t1Ms } = wire;
  const lifeMs = 64 * t1Ms;
  const send = (message: SipMessage, to: Endpoint): void => {
    wire.send(message, to);
  };

  /** Sends now and again after T1, 2 × T1 … up to T2 = 8 × T1. */
  function repeat(run: () => void, capMs: number): () => void {
    let takeBack = (): void => undefined;
    const again = (ms: number): void => {
      takeBack = timers.after(ms, () => {
        run();
        again(Math.min(ms * 2, capMs));
      });
    };
    run();
    again(t1Ms);
    return () => {
      takeBack();
    };
  }

  function start(request: SipRequest, destination: Endpoint, owner: ResponseSink): void {
    const key = clientKey(request);
    const invite = request.method === 'INVITE';
    const stop = repeat(
      () => {
        send(request, destination);
      },
      invite ? lifeMs : 8 * t1Ms,
    );
    const giveUp = timers.after(lifeMs, () => {
      stop();
      clients.delete(key);
      owner.onTimeout();
    });
    clients.set(key, { request, destination, owner, stop, giveUp, final: undefined });
  }

  function receiveResponse(response: SipResponse): void {
    const key = clientKey(response);
    const client = clients.get(key);
    if (client === undefined) return;
    const invite = client.request.method === 'INVITE';
    if (invite || response.status >= 200) {
      client.stop();
      client.giveUp();
    }
    const repeated = client.final !== undefined;
    if (response.status >= 200 && !repeated) {
      client.final = response.status;
      timers.after(lifeMs, () => clients.delete(key));
    }
    if (invite && response.status >= 300) {
      send(acknowledge(client.request, response), client.destination);
    }
    const accepted = invite && response.status >= 200 && response.status < 300;
    if (!repeated || accepted) client.owner.onResponse(response);
  }

  function receiveRequest(request: SipRequest, from: Endpoint): void {
    if (request.method === 'ACK') {
      receiveAck(request);
      return;
    }
    const key = `${branchOf(request)} ${request.method}`;
    const known = servers.get(key);
    if (known !== undefined) {
      if (known.last !== undefined) send(known.last, from);
      return;
    }
    const server = openServer(request, from, key);
    if (request.method !== 'CANCEL') {
      sink.onRequest(server.transaction);
      return;
    }
    const invite = servers.get(`${branchOf(request)} INVITE`);
    if (invite !== undefined) sink.onCancel(invite.transaction, request);
    server.transaction.respond({
      kind: 'response',
      status: invite === undefined ? 481 : 200,
      reason: invite === undefined ? 'Call/Transaction Does Not Exist' : 'OK',
      headers: request.headers.filter(({ name }) => ECHOED.has(name.toLowerCase())),
      body: Buffer.alloc(0),
    });
  }

  function receiveAck(ack: SipRequest): void {
    const server = servers.get(ackKey(ack));
    if (server === undefined) return;
    server.stop();
    const status = server.transaction.finalStatus() ?? 0;
    if (status >= 200 && status < 300) sink.onAck(ack);
  }

  function openServer(request: SipRequest, from: Endpoint, key: string): Server {
    const transaction: ServerTransaction = {
      request,
      from,
      finalStatus: () =>
        server.last !== undefined && server.last.status >= 200 ? server.last.status : undefined,
      respond(plain) {
        if (transaction.finalStatus() !== undefined) return;
        const response = withSource(plain, from);
        const sendIt = (): void => {
          send(response, from);
        };
        server.last = response;
        if (response.status < 200 || request.method !== 'INVITE') sendIt();
        else server.stop = repeat(sendIt, 8 * t1Ms);
        if (response.status < 200) return;
        timers.after(2 * lifeMs, () => {
          servers.delete(key);
          servers.delete(ackKey(request));
        });
        if (request.method === 'INVITE') stopUnacknowledged(server);
      },
    };
    const server: Server = { transaction, last: undefined, stop: () => undefined };
    servers.set(key, server);
    if (request.method === 'INVITE') servers.set(ackKey(request), server);
    return server;
  }

  function stopUnacknowledged(server: Server): void {
    const stopRepeating = server.stop;
    const takeBack = timers.after(lifeMs, () => {
      stopRepeating();
      if ((server.last?.status ?? 0) < 300) sink.onAckMissing(server.transaction);
    });
    server.stop = () => {
      stopRepeating();
      takeBack();
    };
  }

  return {
    start,
    receive(message, from) {
      if (message.kind === 'response') receiveResponse(message);
      else receiveRequest(message, from);
    },
  };
}

interface Client {
  readonly request: SipRequest;
  readonly destination: Endpoint;
  readonly owner: ResponseSink;
  readonly stop: () => void;
  readonly giveUp: () => void;
  final: number | undefined;
}

interface Server {
  readonly transaction: ServerTransaction;
  last: SipResponse | undefined;
  stop: () => void;
}

const clientKey = (message: SipMessage): string =>
  `${branchOf(message)} ${sequenceOf(message).method}`;

/** The ACK of a 2xx has a branch of its own, so an INVITE and its ACK meet by call and number (RFC 3261 §13.3.1.4, §17.2.3). */
const ackKey = (message: SipRequest): string =>
  `${headerText(message, 'Call-ID')} ${sequenceOf(message).number} ACK`;

const ECHOED: ReadonlySet<string> = new Set(['via', 'from', 'to', 'call-id', 'cseq']);
