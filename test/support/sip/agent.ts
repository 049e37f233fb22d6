import { performance } from 'node:perf_hooks';
import { PATIENCE_MS } from '../patience.ts';
import type { Endpoint } from './address.ts';
import { type Core, identity } from './core.ts';
import { dialogKey } from './dialog.ts';
import { ask, type Question } from './exchange.ts';
import { type ArrivedCall, type IncomingCall, receiveCall } from './incoming-call.ts';
import {
  headerText,
  messageBytes,
  readMessage,
  type SipMessage,
  type SipResponse,
} from './message.ts';
import { type CallTo, type OutgoingCall, placeCall } from './outgoing-call.ts';
import { register, type RegisterAs, type Registration } from './registration.ts';
import { responseTo } from './response.ts';
import {
  type Notification,
  ourTag,
  readNotification,
  subscribe,
  type SubscribeTo,
  type Subscription,
} from './subscription.ts';
import { createTimers } from './timers.ts';
import { type TraceEntry, traceLine, traceSummary } from './trace.ts';
import { remember } from './remember.ts';
import { createTransactions, type ServerTransaction } from './transaction.ts';
import { openUdp } from './transport.ts';
import { createWatch, type Wait } from './watch.ts';

export interface AgentOptions {
  /** A loopback address; a second agent may take 127.0.0.2. */
  readonly bind: string;
  /** 0, or left out, takes a free one. */
  readonly port?: number;
  /** The tone every call of this agent sends; silence where left out. */
  readonly toneHz?: number;
  readonly userAgent?: string;
  /** RFC 3261 §17.1.1.1; 500 where left out, less makes retransmissions and give-ups quick. */
  readonly t1Ms?: number;
  /** How many messages it remembers, and of each subscription how many NOTIFYs; all of them where left out. */
  readonly remembers?: number;
  /** Gets a line for each message. */
  readonly log?: (line: string) => void;
}

/** A SIP telephone on loopback: own socket, own tone, and a memory of every message. */
export interface Agent {
  readonly local: Endpoint;
  /** Every message in and out, oldest first. */
  readonly trace: readonly TraceEntry[];
  /** Every call that came in, oldest first. */
  readonly calls: readonly IncomingCall[];
  /** Every NOTIFY, unsolicited ones too. */
  readonly notifications: readonly Notification[];
  register(as: RegisterAs): Promise<Registration>;
  call(options: CallTo): Promise<OutgoingCall>;
  /** Decides what happens to calls; without one they hear 100 and wait for `nextCall`. */
  onCall(handler: (call: IncomingCall) => void | Promise<void>): void;
  /** The oldest incoming call that `nextCall` has not given yet. */
  nextCall(withinMs?: number): Promise<IncomingCall>;
  subscribe(options: SubscribeTo): Promise<Subscription>;
  notified(fits: (notification: Notification) => boolean, withinMs?: number): Promise<Notification>;
  /** Takes over the requests of a method outside dialogs known here; the registrar of a test is made of this. */
  onRequest(method: string, handler: (transaction: ServerTransaction) => void): void;
  /** Any request, built by the caller. */
  ask(question: Question): Promise<SipResponse>;
  /** Bytes that need not be SIP. */
  sendRaw(bytes: Buffer, to: Endpoint): void;
  /** Loses the messages this is true for; they stand in the trace as dropped. `undefined` loses none. */
  drop(lost: ((message: SipMessage, direction: 'in' | 'out') => boolean) | undefined): void;
  /** The first trace entry, there already or to come, that fits. */
  waitFor(fits: (entry: TraceEntry) => boolean, wait: Wait): Promise<TraceEntry>;
  /** Ends without a word: no BYE, no unregistering. */
  close(): Promise<void>;
}

export async function createAgent(options: AgentOptions): Promise<Agent> {
  const { bind, port = 0, toneHz, userAgent = 'vaxel-test-agent', t1Ms = 500, log } = options;
  const { remembers = Infinity } = options;
  const trace: TraceEntry[] = [];
  const calls: ArrivedCall[] = [];
  const notifications: Notification[] = [];
  const byTransaction = new Map<ServerTransaction, ArrivedCall>();
  const handlers = new Map<string, (transaction: ServerTransaction) => void>();
  let onCall: ((call: IncomingCall) => void | Promise<void>) | undefined;
  let lost: ((message: SipMessage, direction: 'in' | 'out') => boolean) | undefined;
  let taken = 0;

  const timers = createTimers();
  const watch = createWatch(
    timers,
    () => `${core.local.host}:${core.local.port} has seen\n${traceSummary(trace)}`,
  );
  const transport = await openUdp(bind, port, (raw, from) => {
    const message = readMessage(raw);
    if (message === undefined) return;
    if (!record('in', from, message, raw)) transactions.receive(message, from);
    watch.changed();
  });

  function record(
    direction: 'in' | 'out',
    peer: Endpoint,
    message: SipMessage,
    raw: Buffer,
  ): boolean {
    const dropped = lost?.(message, direction) ?? false;
    const entry: TraceEntry = { atMs: performance.now(), direction, peer, message, raw, dropped };
    remember(trace, entry, remembers);
    log?.(traceLine(entry, trace[0]?.atMs ?? 0));
    return dropped;
  }

  function send(message: SipMessage, to: Endpoint): void {
    const raw = messageBytes(message);
    if (!record('out', to, message, raw)) transport.send(raw, to);
  }

  function receiveRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    const tag = ourTag(request);
    const owner = tag === undefined ? undefined : ownerOf(headerText(request, 'Call-ID'), tag);
    const handler = handlers.get(request.method);
    if (owner !== undefined) owner.onRequest(transaction);
    else if (handler !== undefined) handler(transaction);
    else if (tag !== undefined && request.method !== 'NOTIFY') refuse(transaction, 481);
    else receiveOutsideDialog(transaction);
  }

  function receiveOutsideDialog(transaction: ServerTransaction): void {
    const { request } = transaction;
    switch (request.method) {
      case 'INVITE': {
        const call = receiveCall(core, toneHz, transaction);
        calls.push(call);
        byTransaction.set(transaction, call);
        void onCall?.(call);
        call.trying();
        return;
      }
      case 'NOTIFY':
        notifications.push(readNotification(request));
        refuse(transaction, 200);
        return;
      case 'OPTIONS':
        refuse(transaction, 200);
        return;
      default:
        refuse(transaction, 405);
    }
  }

  const refuse = (transaction: ServerTransaction, status: number): void => {
    transaction.respond(responseTo(transaction.request, status, { headers: identity(core) }));
  };
  const ownerOf = (callId: string, tag: string) => core.dialogs.get(dialogKey(callId, tag));

  const transactions = createTransactions(
    { send, timers, t1Ms },
    {
      onRequest: receiveRequest,
      onCancel(invite, cancel) {
        byTransaction.get(invite)?.onCancel(cancel);
      },
      onAck(ack) {
        ownerOf(headerText(ack, 'Call-ID'), ourTag(ack) ?? '')?.onAck(ack);
      },
      onAckMissing(invite) {
        byTransaction.get(invite)?.onAckMissing();
      },
    },
  );

  const core: Core = {
    local: transport.local,
    userAgent,
    timers,
    watch,
    lifeMs: 64 * t1Ms,
    dialogs: new Map(),
    remembers,
    sockets: new Set(),
    start: (request, destination, sink) => {
      transactions.start(request, destination, sink);
    },
    send,
  };

  return {
    local: transport.local,
    trace,
    calls,
    notifications,
    register: (as) => register(core, as),
    call: (to) => placeCall(core, toneHz, to),
    onCall(handler) {
      onCall = handler;
    },
    async nextCall(withinMs = PATIENCE_MS) {
      const wanted = taken;
      taken += 1;
      return watch.until(() => calls[wanted], { withinMs, what: `incoming call ${wanted + 1}` });
    },
    subscribe: (to) =>
      subscribe(core, to, (notification) => {
        remember(notifications, notification, remembers);
      }),
    notified: (fits, withinMs = PATIENCE_MS) =>
      watch.until(() => notifications.find(fits), { withinMs, what: 'NOTIFY' }),
    onRequest(method, handler) {
      handlers.set(method, handler);
    },
    ask: (question) => ask(core, question),
    sendRaw: (bytes, to) => {
      transport.send(bytes, to);
    },
    drop(predicate) {
      lost = predicate;
    },
    waitFor: (fits, wait) => watch.until(() => trace.find(fits), wait),
    async close() {
      timers.close();
      watch.close();
      await Promise.all([transport, ...core.sockets].map((socket) => socket.close()));
    },
  };
}
