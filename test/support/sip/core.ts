import { randomBytes } from 'node:crypto';
import type { Endpoint } from './address.ts';
import { header, type Header, type SipMessage, type SipRequest } from './message.ts';
import type { Timers } from './timers.ts';
import type { ResponseSink, ServerTransaction } from './transaction.ts';
import type { Watch } from './watch.ts';

/** What the parts of one agent share. */
export interface Core {
  readonly local: Endpoint;
  readonly userAgent: string;
  readonly timers: Timers;
  readonly watch: Watch;
  /** 64 × T1: how long anything is tried. */
  readonly lifeMs: number;
  /** Who gets the requests inside a dialog, by `dialogKey`. */
  readonly dialogs: Map<string, DialogOwner>;
  /** How much is remembered of what came. */
  readonly remembers: number;
  /** What else has to be closed with the agent: the sound of calls still up. */
  readonly sockets: Set<{ close(): Promise<void> }>;
  start(request: SipRequest, destination: Endpoint, sink: ResponseSink): void;
  /** Sends outside any transaction: the ACK of a 2xx. */
  send(message: SipMessage, destination: Endpoint): void;
}

export interface DialogOwner {
  onRequest(transaction: ServerTransaction): void;
  onAck(ack: SipRequest): void;
}

/** Extra headers of a request as a test writes them. */
export type HeaderFields = Readonly<Record<string, string | Buffer | readonly string[]>>;

export const headersFrom = (fields: HeaderFields = {}): readonly Header[] =>
  Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'string' || Buffer.isBuffer(value)
      ? [header(name, value)]
      : value.map((each) => header(name, each)),
  );

/** A Via with a branch of its own (RFC 3261 §8.1.1.7), asking for the source to be told (RFC 3581). */
export const freshVia = ({ local: { host, port } }: Core): Header =>
  header('Via', `SIP/2.0/UDP ${host}:${port};branch=z9hG4bK${freshId()};rport`);

export const contactOf = ({ local: { host, port } }: Core, user: string): string =>
  `<sip:${user === '' ? '' : `${user}@`}${host}:${port}>`;

export const freshId = (): string => randomBytes(8).toString('hex');

/** The standing headers of an agent that makes or takes requests. */
export const identity = (core: Core): readonly Header[] => [
  header('User-Agent', core.userAgent),
  header('Allow', 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, NOTIFY, REFER'),
];
