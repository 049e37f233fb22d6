import type { EpochMs } from '../../common/time.ts';
import type { FallbackTable } from '../../daemon/freeswitch/fallback-table.ts';

/** A call that FreeSWITCH has alone. */
export interface LonelyCall {
  readonly person: string;
  readonly domain: string;
  /** E.164. */
  readonly number: string;
  readonly hidden?: boolean;
  /** The trunk's address, and whether its call has a P-Asserted-Identity. */
  readonly address?: string;
  readonly asserted?: boolean;
  /** The caller's own SIP domain, where the caller is a device of ours. */
  readonly home?: string;
  /** The number is the organisation's: the caller has none. */
  readonly numberless?: boolean;
}

/**
 * What freeswitch-conf/dialplan/native-person.xml makes of the table, written
 * once more: its extensions in its order, its expressions as they stand there.
 */
export function fallbackOutcome(
  table: FallbackTable,
  call: LonelyCall,
  now: EpochMs,
  been = '',
): string {
  const { person, domain, number: shown, home = '', numberless = false } = call;
  const { hidden = false, address = '', asserted = false } = call;
  const number = numberless && home === domain ? '' : shown;
  const epoch = Math.floor(now / 1000);
  const select = (key: string): string => table.get(key) ?? '';
  const who = `${person}@${domain}`;
  const away = select(`away-${who}`);
  const forward = select(`forward-${who}`);
  const rules = select(`rules-${who}`);
  const noted = select(`caller-${who}-${number}`) || select(`caller-@${domain}-${number}`);
  const trust = select(`trust-${address}`) || select('trust');
  const unproven = /^(?:nobody\/|asserted\/\/|remote-party\/\/$)/.test(
    `${trust}/${asserted ? number : ''}/`,
  );
  const mark = home === '' && noted === 'vip' && (hidden || unproven) ? '' : noted;
  const marked = `${mark}-${rules}`;

  if (/^blocked-(?:busy\||$)/.test(marked)) return 'refuse 486';
  if (marked.startsWith('blocked-spoken|')) return 'refuse 480';
  if (marked.startsWith('blocked-silence|')) return 'silence';
  if (marked.startsWith('blocked-voicemail|')) return 'unheard';

  const [, forwardUntil = '0', next = ''] = /^(\d+)\|(.+)$/.exec(forward) ?? [];
  if (epoch < Number(forwardUntil) && /^(?!vip-\w+\|yes)/.test(marked)) {
    if (next === 'voicemail') return `voicemail ${person}`;
    const [, dials] = /^out\|(.+)$/.exec(next) ?? [];
    if (dials !== undefined) return outBy(dials.split(','));
    const [, colleague = ''] = /^extension\|(\d{2,5})$/.exec(next) ?? [];
    const seen = `${been}${person}-`;
    if (new RegExp(`^(?:\\d+-){5}|:.*-${colleague}-`).test(`${seen}:-${seen}`)) {
      return `voicemail ${person}`;
    }
    return fallbackOutcome(table, { ...call, person: colleague, number }, now, seen);
  }

  const [, awayUntil = '0'] = /^(\d+)\|/.exec(away) ?? [];
  const isTold =
    epoch < Number(awayUntil) &&
    /^(?!vip$)/.test(mark) &&
    new RegExp(`^(?!\\w+\\|\\w+\\|yes-${domain}$)`).test(`${rules}-${home}`) &&
    /^\d+\|(answered|early)\|/.test(away);
  return isTold ? `told ${person}` : `ring ${person}`;
}

function outBy(dials: readonly string[]): string {
  const parts = dials.map((dial) => dial.split('/'));
  const trunks = parts.map(([, , trunk = '']) => trunk);
  return `out ${parts[0]?.[3] ?? ''} by ${trunks.join(',')}`;
}
