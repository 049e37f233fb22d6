import { headerText, sequenceOf } from '../test/support/sip/message.ts';
import type { TraceEntry } from '../test/support/sip/trace.ts';

/** When each step of a call was on the wire, in milliseconds after its INVITE with credentials. */
export interface CallTimes {
  /** The first INVITE at a called telephone. */
  readonly called: number | undefined;
  /** The first 180 or 183 at the caller. */
  readonly ringing: number | undefined;
  readonly answered: number | undefined;
}

/** Carries the tag of a call from the caller to both telephones: FreeSWITCH hands `X-` headers on. */
export const TAG = 'X-Bench';

/** Reads the times of all tagged calls off the traces, which share one clock. */
export function readCallTimes(
  caller: readonly TraceEntry[],
  called: readonly (readonly TraceEntry[])[],
): ReadonlyMap<string, CallTimes> {
  const arrivals = firstInvites(called);
  const calls = new Map<string, Steps>();
  for (const { message, direction, atMs } of caller) {
    const callId = headerText(message, 'Call-ID');
    if (message.kind === 'request' && message.method === 'INVITE' && direction === 'out') {
      const before = calls.get(callId)?.invitedAt;
      const cseq = sequenceOf(message).number;
      // The first is challenged. A repeated one is the same request, sent again for want of an answer.
      if (before === undefined || cseq > (calls.get(callId)?.cseq ?? 0)) {
        calls.set(callId, { tag: headerText(message, TAG), cseq, invitedAt: atMs });
      }
    } else if (message.kind === 'response' && direction === 'in') {
      const call = calls.get(callId);
      if (call === undefined || sequenceOf(message).method !== 'INVITE') continue;
      if (message.status > 100 && message.status < 200) call.ringingAt ??= atMs;
      if (message.status === 200) call.answeredAt ??= atMs;
    }
  }
  return new Map(
    [...calls.values()].map(({ tag, invitedAt, ringingAt, answeredAt }) => {
      const after = (atMs: number | undefined) =>
        atMs === undefined ? undefined : atMs - invitedAt;
      const called = after(arrivals.get(tag));
      return [tag, { called, ringing: after(ringingAt), answered: after(answeredAt) }];
    }),
  );
}

interface Steps {
  readonly tag: string;
  readonly cseq: number;
  readonly invitedAt: number;
  ringingAt?: number;
  answeredAt?: number;
}

function firstInvites(traces: readonly (readonly TraceEntry[])[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { message, direction, atMs } of traces.flat()) {
    if (message.kind !== 'request' || message.method !== 'INVITE' || direction !== 'in') continue;
    const tag = headerText(message, TAG);
    first.set(tag, Math.min(atMs, first.get(tag) ?? Infinity));
  }
  return first;
}
