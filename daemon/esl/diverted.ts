import type { Diverted } from '../call/question.ts';

/**
 * Who has sent a call on before it came to us, by `Diversion` (RFC 5806) and `History-Info` (RFC 7044).
 * Where a carrier writes both they tell of the same, so the longer one counts.
 *
 * Total: whatever a carrier writes, it gives what can be read of it.
 *
 * @param diversion - all of its headers as FreeSWITCH has them: one, or `ARRAY::…|:…`.
 * @param history - all of its headers in one, separated by commas (sofia.c, `sofia_handle_sip_i_invite`).
 * @returns undefined where nobody has.
 */
export function readDiverted(diversion: string, history: string): Diverted | undefined {
  const diverting = headersOf(diversion).flatMap(entriesOf);
  const targeted = entriesOf(history).map(userOf);
  // A number that stands twice running was routed, not diverted; the last is whom the call is for now.
  const passed = targeted.filter((user, i) => i < targeted.length - 1 && user !== targeted[i + 1]);
  const times = diverting.reduce((sum, entry) => sum + counterOf(entry), 0);
  if (times === 0 && passed.length === 0) return undefined;
  const by = new Set([...diverting.map(userOf), ...passed].filter((user) => user !== ''));
  return { by: [...by], times: Math.max(times, passed.length) };
}

export const headersOf = (text: string): readonly string[] =>
  text.replace(/^ARRAY::/, '').split('|:');

/** At the commas that stand in no URI and no quoted name. */
export const entriesOf = (text: string): readonly string[] =>
  (text.slice(0, LONGEST).match(/(?:"(?:[^"\\]|\\.)*"?|<[^>]*>?|[^",<])+/g) ?? [])
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** Of a `sip:`, `sips:` or `tel:` URI; empty where it has none. */
export function userOf(entry: string): string {
  const uri = /<([^>]*)/.exec(entry)?.[1] ?? entry;
  const [, scheme = '', rest = ''] = /^\s*(sips?|tel):(.*)$/is.exec(uri) ?? [];
  const [address = ''] = rest.split(/[;?]/, 1);
  // A user part has parameters of its own: `+46812345600;npdi@carrier.example` (RFC 3261 §19.1.6).
  const hasUser = scheme.toLowerCase() === 'tel' || rest.includes('@');
  const user = hasUser ? (address.split('@', 1)[0] ?? '') : '';
  return user.replaceAll(/%2B/gi, '+').replaceAll(/[\s().-]/g, '');
}

/** One entry may stand for several (RFC 5806 §5, `diversion-counter`). */
const counterOf = (entry: string): number =>
  Math.max(1, Number(/;\s*counter\s*=\s*(\d{1,2})\b/i.exec(entry)?.[1] ?? 1));

/** Characters that are read; far more than twenty diversions take. */
const LONGEST = 8_192;
