import { type Endpoint, readAddress, readUri } from './address.ts';
import {
  findHeader,
  header,
  type Header,
  headerValues,
  sequenceOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message.ts';

/** A dialog, RFC 3261 §12: what both ends must keep to speak inside one call or subscription. */
export interface Dialog {
  readonly callId: string;
  /** Our From (or To, where we were called), tag included; its name is set when it is sent. */
  readonly local: Buffer;
  readonly localTag: string;
  remote: Buffer;
  /** The Contact of the other end; a re-INVITE or UPDATE may move it. */
  remoteTarget: string;
  /** The Record-Route as we have to follow it; loose routing is taken for granted. */
  routes: readonly string[];
  /** The number of our last request. */
  sequence: number;
  /** Where it began; used where the next hop is a name and not an address. */
  readonly firstHop: Endpoint;
}

/** The dialog as the one who asked sees it, from a response that has a tag. */
export function callerDialog(
  request: SipRequest,
  response: SipResponse,
  firstHop: Endpoint,
): Dialog {
  const from = findHeader(request, 'From');
  return {
    callId: headerValues(request, 'Call-ID')[0] ?? '',
    local: from?.bytes ?? Buffer.alloc(0),
    localTag: readAddress(from).tag ?? '',
    remote: findHeader(response, 'To')?.bytes ?? Buffer.alloc(0),
    remoteTarget: contactUri(response) ?? request.uri,
    routes: headerValues(response, 'Record-Route').toReversed(),
    sequence: sequenceOf(request).number,
    firstHop,
  };
}

/** The dialog as the one who was asked sees it. */
export function calleeDialog(request: SipRequest, localTag: string, firstHop: Endpoint): Dialog {
  const to = findHeader(request, 'To')?.bytes ?? Buffer.alloc(0);
  return {
    callId: headerValues(request, 'Call-ID')[0] ?? '',
    local: Buffer.concat([to, Buffer.from(`;tag=${localTag}`)]),
    localTag,
    remote: findHeader(request, 'From')?.bytes ?? Buffer.alloc(0),
    remoteTarget: contactUri(request) ?? readAddress(findHeader(request, 'From')).uri,
    routes: headerValues(request, 'Record-Route'),
    sequence: 0,
    firstHop,
  };
}

/** The headers every request inside the dialog begins with; an ACK has the number of its INVITE, all else the next one. */
export function dialogHeaders(
  dialog: Dialog,
  method: string,
  number = nextNumber(dialog),
): readonly Header[] {
  return [
    header('Max-Forwards', '70'),
    ...dialog.routes.map((route) => header('Route', route)),
    header('From', dialog.local),
    header('To', dialog.remote),
    header('Call-ID', dialog.callId),
    header('CSeq', `${number} ${method}`),
  ];
}

/** Where the next request goes: the first route, or else the other end's Contact. */
export function nextHop({ routes, remoteTarget, firstHop }: Dialog): Endpoint {
  const first = routes[0];
  const { host, port } = readUri(
    first === undefined ? remoteTarget : readAddress(header('Route', first)).uri,
  );
  return /^\d+(\.\d+){3}$/.test(host) ? { host, port: port ?? 5060 } : firstHop;
}

/** Under this the agent finds who gets a request: both ends know the call, and only we chose our tag. */
export const dialogKey = (callId: string, localTag: string): string => `${callId} ${localTag}`;

export function contactUri(message: SipMessage): string | undefined {
  const contact = headerValues(message, 'Contact')[0];
  return contact === undefined ? undefined : readAddress(header('Contact', contact)).uri;
}

function nextNumber(dialog: Dialog): number {
  dialog.sequence += 1;
  return dialog.sequence;
}
