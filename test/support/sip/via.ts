import type { Endpoint } from './address.ts';
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

/** The branch of the topmost Via: the name of the transaction (RFC 3261 §8.1.1.7). */
export function branchOf(message: SipMessage): string {
  return /;\s*branch\s*=\s*([^;,\s]+)/i.exec(headerValues(message, 'Via')[0] ?? '')?.[1] ?? '';
}

/** The ACK of a refusal and the CANCEL belong to the INVITE's transaction and so wear its Via (RFC 3261 §17.1.1.3, §9.1). */
export function acknowledge(invite: SipRequest, response: SipResponse): SipRequest {
  return sibling(invite, 'ACK', findHeader(response, 'To'), []);
}

export function cancelOf(invite: SipRequest, extra: readonly Header[]): SipRequest {
  return sibling(invite, 'CANCEL', findHeader(invite, 'To'), extra);
}

/** Tells the sender which address it was seen from (RFC 3581 §4), where it asked. */
export function withSource(response: SipResponse, { host, port }: Endpoint): SipResponse {
  const top = response.headers.findIndex(({ name }) => name.toLowerCase() === 'via');
  const headers = response.headers.map((each, position) =>
    position === top
      ? header(
          each.name,
          each.value.replace(/;rport(?=[;,\s]|$)/, `;rport=${port};received=${host}`),
        )
      : each,
  );
  return { ...response, headers };
}

function sibling(
  invite: SipRequest,
  method: string,
  to: Header | undefined,
  extra: readonly Header[],
): SipRequest {
  const top = headerValues(invite, 'Via')[0] ?? '';
  return {
    kind: 'request',
    method,
    uri: invite.uri,
    headers: [
      header('Via', top),
      header('Max-Forwards', '70'),
      ...invite.headers.filter(({ name }) => /^(route|from|call-id)$/i.test(name)),
      ...(to === undefined ? [] : [to]),
      header('CSeq', `${sequenceOf(invite).number} ${method}`),
      ...extra,
    ],
    body: Buffer.alloc(0),
  };
}
