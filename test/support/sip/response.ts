import { readAddress } from './address.ts';
import { header, type Header, type SipRequest, type SipResponse } from './message.ts';

export interface ResponseParts {
  readonly reason?: string;
  /** Put behind To, where the request had no tag there. */
  readonly toTag?: string;
  readonly headers?: readonly Header[];
  readonly body?: Buffer;
}

/** A response to a request: what must be repeated is, byte for byte (RFC 3261 §8.2.6). */
export function responseTo(
  request: SipRequest,
  status: number,
  { reason = PHRASES[status] ?? 'Unknown', toTag, headers = [], body }: ResponseParts = {},
): SipResponse {
  const repeated = request.headers
    .filter(({ name }) => REPEATED.has(name.toLowerCase()))
    .map((each) =>
      each.name.toLowerCase() === 'to' && toTag !== undefined && status > 100
        ? tagged(each, toTag)
        : each,
    );
  return {
    kind: 'response',
    status,
    reason,
    headers: [...repeated, ...headers],
    body: body ?? Buffer.alloc(0),
  };
}

const tagged = (to: Header, tag: string): Header =>
  readAddress(to).tag === undefined
    ? header(to.name, Buffer.concat([to.bytes, Buffer.from(`;tag=${tag}`)]))
    : to;

const REPEATED: ReadonlySet<string> = new Set([
  'via',
  'record-route',
  'from',
  'to',
  'call-id',
  'cseq',
]);

/** RFC 3261 §21. */
const PHRASES: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
  600: 'Busy Everywhere',
  603: 'Decline',
};
