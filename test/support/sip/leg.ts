import { PATIENCE_MS } from '../patience.ts';
import {
  contactOf,
  type Core,
  freshVia,
  type HeaderFields,
  headersFrom,
  identity,
} from './core.ts';
import type { Credentials } from './digest.ts';
import { contactUri, type Dialog, dialogHeaders, dialogKey, nextHop } from './dialog.ts';
import { ask } from './exchange.ts';
import type { Media } from './media.ts';
import {
  header,
  type Header,
  headerValues,
  sequenceOf,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message.ts';
import { type ResponseParts, responseTo } from './response.ts';
import { answerTo, type Direction, readSdp, type Sdp, writeSdp } from './sdp.ts';
import type { ServerTransaction } from './transaction.ts';

/** How a call ended for this end of it. */
export interface Ending {
  readonly kind: 'bye' | 'cancelled' | 'refused' | 'timeout';
  readonly by: 'us' | 'them';
  /** The final status of the INVITE, where it was not a 2xx. */
  readonly status?: number;
  /** Every Reason value of the message that ended it (RFC 3326). */
  readonly reasons: readonly string[];
}

/** What both kinds of call can do. */
export interface Leg {
  readonly callId: string;
  readonly media: Media;
  /** `undefined` while the call lives. */
  ending(): Ending | undefined;
  ended(withinMs?: number): Promise<Ending>;
  /** Sends BYE and waits for its answer. */
  hangup(headers?: HeaderFields): Promise<void>;
  /** Re-INVITE with `sendonly`; sends no sound until `resume`. */
  hold(): Promise<SipResponse>;
  resume(): Promise<SipResponse>;
  /** Asks the other end to call somebody else instead (RFC 3515); progress arrives as NOTIFY. */
  refer(target: string, headers?: HeaderFields): Promise<SipResponse>;
  /** Any request inside the dialog: INFO, UPDATE, OPTIONS, MESSAGE. */
  request(method: string, headers?: HeaderFields, body?: Buffer): Promise<SipResponse>;
  /** The direction the other end last asked for: `sendonly` or `inactive` means we are on hold. */
  remoteDirection(): Direction | undefined;
}

/** A leg, with what only the call around it may do. */
export interface OpenLeg extends Leg {
  /** The early or confirmed dialog; earlier requests inside it are not possible. */
  dialog: Dialog | undefined;
  /** Our session description, of the next version. */
  describe(direction: Direction): Promise<Buffer>;
  /** Takes in the other end's description. @returns false where it has no A-law. */
  accept(body: Buffer): boolean;
  acknowledge(response: SipResponse): void;
  finish(ending: Ending): void;
}

export interface LegSetup {
  readonly core: Core;
  readonly callId: string;
  readonly localTag: string;
  readonly user: string;
  readonly media: Media;
  readonly credentials?: Credentials | undefined;
  /** The ACK of our 2xx came; every time, re-INVITE included. */
  readonly onAck?: () => void;
}

/** One end of a call: its dialog, its sound, and what may happen in the middle of it. */
export function openLeg({
  core,
  callId,
  localTag,
  user,
  media,
  credentials,
  onAck,
}: LegSetup): OpenLeg {
  let ending: Ending | undefined;
  let remote: Sdp | undefined;
  let held = false;
  let version = 0;
  const key = dialogKey(callId, localTag);
  const contact = header('Contact', contactOf(core, user));

  function dialogOrThrow(): Dialog {
    if (leg.dialog === undefined) throw new Error(`call ${callId} has no dialog yet`);
    return leg.dialog;
  }

  function build(method: string, extra: readonly Header[], body: Buffer): SipRequest {
    const dialog = dialogOrThrow();
    const head = [freshVia(core), ...dialogHeaders(dialog, method), contact, ...identity(core)];
    return {
      kind: 'request',
      method,
      uri: dialog.remoteTarget,
      headers: [...head, ...extra],
      body,
    };
  }

  async function request(
    method: string,
    headers: HeaderFields = {},
    body: Buffer = Buffer.alloc(0),
  ): Promise<SipResponse> {
    return ask(core, {
      build: (authorized) => build(method, [...authorized, ...headersFrom(headers)], body),
      destination: nextHop(dialogOrThrow()),
      credentials,
    });
  }

  async function reinvite(direction: Direction): Promise<SipResponse> {
    held = direction === 'sendonly';
    const body = await leg.describe(direction);
    const response = await request('INVITE', SDP_TYPE, body);
    if (response.status < 300) {
      leg.acknowledge(response);
      leg.accept(response.body);
    }
    return response;
  }

  async function answerOffer(transaction: ServerTransaction): Promise<void> {
    const offer = transaction.request;
    const target = contactUri(offer);
    if (target !== undefined) dialogOrThrow().remoteTarget = target;
    const offered = readSdp(offer.body);
    if (offered === undefined && offer.method === 'UPDATE') {
      reply(transaction, 200, {});
    } else if (offered !== undefined && !leg.accept(offer.body)) {
      reply(transaction, 488, {});
    } else {
      const direction = offered === undefined ? 'sendrecv' : answerTo(offered.direction);
      const body = await leg.describe(direction);
      reply(transaction, 200, { headers: headersFrom(SDP_TYPE), body });
    }
  }

  function reply(transaction: ServerTransaction, status: number, parts: ResponseParts): void {
    const headers = [contact, ...identity(core), ...(parts.headers ?? [])];
    transaction.respond(responseTo(transaction.request, status, { ...parts, headers }));
  }

  function receive(transaction: ServerTransaction): void {
    switch (transaction.request.method) {
      case 'BYE':
        reply(transaction, 200, {});
        leg.finish({ kind: 'bye', by: 'them', reasons: reasonsOf(transaction.request) });
        return;
      case 'INVITE':
      case 'UPDATE':
        void answerOffer(transaction);
        return;
      case 'INFO':
      case 'NOTIFY':
      case 'OPTIONS':
        reply(transaction, 200, {});
        return;
      default:
        reply(transaction, 405, {});
    }
  }

  const leg: OpenLeg = {
    callId,
    media,
    dialog: undefined,
    ending: () => ending,
    ended: (withinMs = PATIENCE_MS) =>
      core.watch.until(() => ending, { withinMs, what: `end of call ${callId}` }),
    async hangup(headers) {
      if (ending !== undefined) return;
      const answered = request('BYE', headers);
      leg.finish({ kind: 'bye', by: 'us', reasons: [] });
      await answered;
    },
    hold: () => reinvite('sendonly'),
    resume: () => reinvite('sendrecv'),
    refer: (target, headers = {}) => request('REFER', { 'Refer-To': target, ...headers }),
    request,
    remoteDirection: () => remote?.direction,
    async describe(direction) {
      version += 1;
      return writeSdp(await media.local(), direction, version, remote?.telephoneEvent);
    },
    accept(body) {
      const sdp = readSdp(body);
      if (!sdp?.pcma) return false;
      remote = sdp;
      const wanted = sdp.direction === 'sendrecv' || sdp.direction === 'recvonly';
      const sending = wanted && !held && sdp.audio.host !== '0.0.0.0';
      media.connect(sdp.audio, sdp.telephoneEvent, sending);
      core.watch.changed();
      return true;
    },
    acknowledge(response) {
      const dialog = dialogOrThrow();
      const { number } = sequenceOf(response);
      const headers = [freshVia(core), ...dialogHeaders(dialog, 'ACK', number), contact];
      core.send(
        {
          kind: 'request',
          method: 'ACK',
          uri: dialog.remoteTarget,
          headers,
          body: Buffer.alloc(0),
        },
        nextHop(dialog),
      );
    },
    finish(how) {
      if (ending !== undefined) return;
      ending = how;
      core.dialogs.delete(key);
      core.sockets.delete(media);
      void media.close();
      core.watch.changed();
    },
  };
  core.sockets.add(media);
  core.dialogs.set(key, {
    onRequest: receive,
    onAck(ack) {
      if (ack.body.length > 0) leg.accept(ack.body);
      onAck?.();
      core.watch.changed();
    },
  });
  return leg;
}

export const reasonsOf = (message: SipMessage): readonly string[] =>
  headerValues(message, 'Reason');

export const SDP_TYPE: HeaderFields = { 'Content-Type': 'application/sdp' };
