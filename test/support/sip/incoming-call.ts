import { PATIENCE_MS } from '../patience.ts';
import { type Address, readAddress } from './address.ts';
import { contactOf, type Core, freshId, type HeaderFields, headersFrom, identity } from './core.ts';
import { calleeDialog } from './dialog.ts';
import { type Leg, openLeg, reasonsOf, SDP_TYPE } from './leg.ts';
import { openMedia } from './media.ts';
import { findHeader, header, headerText, headerValues, type SipRequest } from './message.ts';
import { type ResponseParts, responseTo } from './response.ts';
import { answerTo, readSdp } from './sdp.ts';
import type { ServerTransaction } from './transaction.ts';

export interface Cancelled {
  readonly request: SipRequest;
  readonly reasons: readonly string[];
}

export interface IncomingCall extends Leg {
  /** The INVITE as it came. */
  readonly invite: SipRequest;
  readonly from: Address;
  readonly to: Address;
  /** A header of the INVITE, or the empty text. */
  header(name: string): string;
  /** All values of a header of the INVITE. */
  headers(name: string): readonly string[];
  ring(status?: 180 | 181 | 182 | 183, headers?: HeaderFields): void;
  /** 183 with a session description; this end's tone is sent before any answer. */
  earlyMedia(): Promise<void>;
  /** Sends 200. @returns false where the call was over already. */
  answer(headers?: HeaderFields): Promise<boolean>;
  /** The ACK of our 200 has come. */
  acknowledged(withinMs?: number): Promise<void>;
  reject(status: number, headers?: HeaderFields, reason?: string): void;
  /** Waits for CANCEL, and gives its Reason values. */
  waitForCancel(withinMs?: number): Promise<Cancelled>;
  /** From now on meets a CANCEL with a 200 to the INVITE, as a phone answered in that instant does. */
  answerOnCancel(): void;
}

/** An incoming call, with what only the agent may do. */
export interface ArrivedCall extends IncomingCall {
  onCancel(cancel: SipRequest): void;
  /** Nobody acknowledged our 200: the call is ended (RFC 3261 §13.3.1.4). */
  onAckMissing(): void;
  /** Sends 100 where nothing has been said yet. */
  trying(): void;
}

export function receiveCall(
  core: Core,
  toneHz: number | undefined,
  transaction: ServerTransaction,
): ArrivedCall {
  const { request } = transaction;
  const localTag = freshId();
  const callId = headerText(request, 'Call-ID');
  const to = readAddress(findHeader(request, 'To'));
  const media = openMedia(core.local.host, core.timers, core.watch, toneHz);
  const leg = openLeg({
    core,
    callId,
    localTag,
    user: to.user,
    media,
    onAck() {
      acknowledged = true;
    },
  });
  leg.dialog = calleeDialog(request, localTag, transaction.from);
  let cancelled: Cancelled | undefined;
  let racing = false;
  let spoken = false;
  let acknowledged = false;

  function respond(status: number, parts: ResponseParts): void {
    spoken = true;
    const contact = header('Contact', contactOf(core, to.user));
    const headers = [contact, ...identity(core), ...(parts.headers ?? [])];
    transaction.respond(responseTo(request, status, { ...parts, toTag: localTag, headers }));
  }

  async function respondWithSdp(status: number, fields: HeaderFields = {}): Promise<boolean> {
    const offered = readSdp(request.body);
    const description = offered === undefined ? 'sendrecv' : answerTo(offered.direction);
    if (offered !== undefined && !leg.accept(request.body)) {
      respond(488, {});
      leg.finish({ kind: 'refused', by: 'us', status: 488, reasons: [] });
      return false;
    }
    const body = await leg.describe(description);
    if (over()) return false;
    respond(status, { headers: headersFrom({ ...fields, ...SDP_TYPE }), body });
    return true;
  }

  function reject(status: number, fields: HeaderFields = {}, reason?: string): void {
    if (over()) return;
    respond(status, { headers: headersFrom(fields), ...(reason === undefined ? {} : { reason }) });
    leg.finish({ kind: 'refused', by: 'us', status, reasons: [] });
  }

  const over = (): boolean => transaction.finalStatus() !== undefined || leg.ending() !== undefined;

  return {
    ...leg,
    invite: request,
    from: readAddress(findHeader(request, 'From')),
    to,
    header: (name) => headerText(request, name),
    headers: (name) => headerValues(request, name),
    ring(status = 180, fields = {}) {
      if (!over()) respond(status, { headers: headersFrom(fields) });
    },
    async earlyMedia() {
      if (!over()) await respondWithSdp(183);
    },
    async answer(fields) {
      return over() ? false : respondWithSdp(200, fields);
    },
    async acknowledged(withinMs = PATIENCE_MS) {
      await core.watch.until(() => (acknowledged ? true : undefined), {
        withinMs,
        what: `ACK of call ${callId}`,
      });
    },
    reject,
    waitForCancel: (withinMs = PATIENCE_MS) =>
      core.watch.until(() => cancelled, { withinMs, what: `CANCEL of call ${callId}` }),
    answerOnCancel() {
      racing = true;
    },
    async hangup(fields) {
      if (transaction.finalStatus() === undefined) reject(480, fields);
      else await leg.hangup(fields);
    },
    onCancel(cancel) {
      cancelled = { request: cancel, reasons: reasonsOf(cancel) };
      if (racing) void respondWithSdp(200);
      else if (!over()) {
        respond(487, {});
        leg.finish({ kind: 'cancelled', by: 'them', status: 487, reasons: cancelled.reasons });
      }
      core.watch.changed();
    },
    onAckMissing() {
      leg.request('BYE').catch(() => undefined);
      leg.finish({ kind: 'timeout', by: 'them', reasons: [] });
    },
    trying() {
      if (!spoken) transaction.respond(responseTo(request, 100));
    },
  };
}
