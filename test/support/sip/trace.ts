import type { Endpoint } from './address.ts';
import { headerText, type SipMessage, startLine } from './message.ts';

/** One SIP message that went over the wire, or should have. */
export interface TraceEntry {
  /** On the process's monotonic clock, milliseconds. */
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly peer: Endpoint;
  readonly message: SipMessage;
  readonly raw: Buffer;
  /** The test asked the agent to lose it. */
  readonly dropped: boolean;
}

/** A trace as a person reads it, one line a message, newest last. */
export function traceSummary(trace: readonly TraceEntry[], last = 40): string {
  const shown = trace.slice(-last);
  const left = trace.length - shown.length;
  const began = trace[0]?.atMs ?? 0;
  return [
    ...(left > 0 ? [`  … ${left} earlier`] : []),
    ...shown.map((entry) => traceLine(entry, began)),
    ...(trace.length === 0 ? ['  no message at all'] : []),
  ].join('\n');
}

export function traceLine(entry: TraceEntry, beganAtMs: number): string {
  const { atMs, direction, peer, message, dropped } = entry;
  const ms = (atMs - beganAtMs).toFixed(0).padStart(6);
  const arrow = direction === 'in' ? '<' : '>';
  const call = headerText(message, 'Call-ID').slice(0, 8);
  const cseq = headerText(message, 'CSeq');
  const lost = dropped ? ' (dropped)' : '';
  return `${ms} ms ${arrow} ${peer.host}:${peer.port} ${startLine(message)} [${call} ${cseq}]${lost}`;
}
