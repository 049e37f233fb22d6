import type { LampState } from '../call/lamp.ts';

/**
 * What a key shows of this document (RFC 4235 §4). Every one is of the whole state, so none but the
 * newest counts. Read as text: it is FreeSWITCH’s own, and a document that is not of its form says nothing.
 */
export function readDialogInfo(body: string): LampState | undefined {
  if (!/<dialog-info\s[^>]*\bstate="full"/.test(body)) return undefined;
  const states = [...body.matchAll(/<state>\s*(\w+)\s*<\/state>/g)].map(([, state]) => state);
  if (states.includes('early') || states.includes('trying')) return 'ringing';
  if (!states.includes('confirmed')) return 'off';
  return /pname="\+sip\.rendering"\s+pvalue="no"/.test(body) ? 'held' : 'busy';
}
