import { PATIENCE_MS } from '../patience.ts';
import { type Endpoint, quotedName, readAddress } from './address.ts';
import {
  contactOf,
  type Core,
  freshId,
  freshVia,
  type HeaderFields,
  headersFrom,
  identity,
} from './core.ts';
import type { Credentials } from './digest.ts';
import { callerDialog } from './dialog.ts';
import { exchange } from './exchange.ts';
import { type Leg, openLeg, reasonsOf, SDP_TYPE } from './leg.ts';
import { openMedia } from './media.ts';
import { findHeader, header, type Header, type SipRequest, type SipResponse } from './message.ts';
import { cancelOf } from './via.ts';

export interface CallTo {
  /** A number or a whole SIP URI. */
  readonly to: string;
  /** Where the INVITE is sent. */
  readonly proxy: Endpoint;
  /** The host of the URIs; the proxy's address where it is left out. */
  readonly domain?: string;
  readonly from?: { readonly user?: string; readonly displayName?: string | Buffer };
  readonly headers?: HeaderFields;
  readonly auth?: Credentials;
  /** The tone this end sends, instead of the agent's. */
  readonly toneHz?: number;
}

export interface OutgoingCall extends Leg {
  /** Each 1xx as it came, 100 included. */
  readonly provisional: readonly SipResponse[];
  /** The first 180 or another 1xx past 100; rejects where the call ends first. */
  ringing(withinMs?: number): Promise<SipResponse>;
  /** The first 1xx that brought a session description. */
  earlyMedia(withinMs?: number): Promise<SipResponse>;
  /** The 2xx, already acknowledged; rejects where the call ends first. */
  answered(withinMs?: number): Promise<SipResponse>;
  /** The final response to the INVITE, whatever it is. */
  finalResponse(): SipResponse | undefined;
  /** Gives up. Waits for a 1xx first (RFC 3261 §9.1); where a 2xx crosses it, the call is acknowledged and ended with BYE. */
  cancel(headers?: HeaderFields): void;
}

export async function placeCall(
  core: Core,
  defaultTone: number | undefined,
  options: CallTo,
): Promise<OutgoingCall> {
  const { proxy, auth, toneHz = defaultTone } = options;
  const media = openMedia(core.local.host, core.timers, core.watch, toneHz);
  const callId = `${freshId()}@${core.local.host}`;
  const localTag = freshId();
  const user = options.from?.user ?? auth?.username ?? '';
  const leg = openLeg({ core, callId, localTag, user, media, credentials: auth });
  const offer = await leg.describe('sendrecv');
  const provisional: SipResponse[] = [];
  let answered: SipResponse | undefined;
  let final: SipResponse | undefined;
  let current: SipRequest | undefined;
  let cancelling: readonly Header[] | undefined;
  let sequence = 0;

  const build = (authorized: readonly Header[]): SipRequest => {
    sequence += 1;
    const head = inviteHead(core, options, user, callId, localTag);
    const tail = [...authorized, ...headersFrom(options.headers), ...headersFrom(SDP_TYPE)];
    const cseq = header('CSeq', `${sequence} INVITE`);
    const headers = [...head.headers, cseq, ...identity(core), ...tail];
    return { kind: 'request', method: 'INVITE', uri: head.uri, headers, body: offer };
  };

  function sendCancel(): void {
    if (current === undefined || cancelling === undefined) return;
    core.start(cancelOf(current, cancelling), proxy, {
      onResponse: () => undefined,
      onTimeout: () => undefined,
    });
    core.timers.after(core.lifeMs, () => {
      leg.finish({ kind: 'timeout', by: 'them', reasons: [] });
    });
  }

  function onProvisional(response: SipResponse, request: SipRequest): void {
    provisional.push(response);
    if (readAddress(findHeader(response, 'To')).tag !== undefined) {
      leg.dialog ??= callerDialog(request, response, proxy);
    }
    if (response.body.length > 0) leg.accept(response.body);
    const first = current === undefined;
    current = request;
    if (first) sendCancel();
  }

  function onAccepted(response: SipResponse, request: SipRequest): void {
    if (answered === undefined) {
      leg.dialog = callerDialog(request, response, proxy);
    }
    leg.acknowledge(response);
    if (answered !== undefined || leg.ending() !== undefined) return;
    answered = response;
    leg.accept(response.body);
    if (cancelling === undefined) return;
    leg.request('BYE').catch(() => undefined);
    leg.finish({ kind: 'cancelled', by: 'us', reasons: [] });
  }

  function onRefused(response: SipResponse): void {
    const { status } = response;
    const kind = cancelling !== undefined && status === 487 ? 'cancelled' : 'refused';
    const by = kind === 'cancelled' ? 'us' : 'them';
    leg.finish({ kind, by, status, reasons: reasonsOf(response) });
  }

  exchange(
    core,
    { build, destination: proxy, credentials: auth },
    {
      onResponse(response, request) {
        if (response.status < 200) onProvisional(response, request);
        else {
          final ??= response;
          if (response.status < 300) onAccepted(response, request);
          else onRefused(response);
        }
        core.watch.changed();
      },
      onTimeout() {
        leg.finish({ kind: 'timeout', by: 'them', reasons: [] });
      },
    },
  );

  const until = <T>(look: () => T | undefined, what: string, withinMs: number): Promise<T> =>
    core.watch.until(
      () => {
        const value = look();
        const ending = leg.ending();
        if (value === undefined && ending !== undefined) {
          throw new Error(`the call has ended: ${JSON.stringify(ending)}`);
        }
        return value;
      },
      { withinMs, what: `${what} from ${options.to}` },
    );

  function cancel(headers?: HeaderFields): void {
    if (final !== undefined || cancelling !== undefined) return;
    cancelling = headersFrom(headers);
    sendCancel();
  }

  return {
    ...leg,
    provisional,
    ringing: (withinMs = PATIENCE_MS) =>
      until(() => provisional.find(({ status }) => status > 100), 'ringing', withinMs),
    earlyMedia: (withinMs = PATIENCE_MS) =>
      until(() => provisional.find(({ body }) => body.length > 0), 'early media', withinMs),
    answered: (withinMs = PATIENCE_MS) => until(() => answered, 'answer', withinMs),
    finalResponse: () => final,
    cancel,
    async hangup(headers) {
      if (answered === undefined && leg.ending() === undefined) cancel(headers);
      else await leg.hangup(headers);
    },
  };
}

function inviteHead(
  core: Core,
  { to, proxy, domain = `${proxy.host}:${proxy.port}`, from }: CallTo,
  user: string,
  callId: string,
  localTag: string,
): { readonly uri: string; readonly headers: readonly Header[] } {
  const uri = /^sips?:/.test(to) ? to : `sip:${to}@${domain}`;
  const name = from?.displayName;
  const caller = Buffer.concat([
    ...(name === undefined ? [] : [quotedName(name), Buffer.from(' ')]),
    Buffer.from(`<sip:${user === '' ? 'anonymous' : user}@${domain}>;tag=${localTag}`),
  ]);
  return {
    uri,
    headers: [
      freshVia(core),
      header('Max-Forwards', '70'),
      header('From', caller),
      header('To', `<${uri}>`),
      header('Call-ID', callId),
      header('Contact', contactOf(core, user)),
    ],
  };
}
