/**
 * What a key of a phone can watch. On the wire the kind stands before a plus sign,
 * `dnd+100@anka.example`; a person’s lamp is subscribed to as `100@anka.example`, and
 * FreeSWITCH is told to take that for `vaxel+100` (presence_map.conf.xml).
 */
export const LAMP_KINDS = [
  'vaxel',
  'activity',
  'dnd',
  'forward',
  'voicemail',
  'slot',
  'team',
  'night',
] as const;

export type LampKind = (typeof LAMP_KINDS)[number];

/** One thing that can be watched, on however many phones. */
export interface Lamp {
  readonly kind: LampKind;
  /** Of a person the extension, of a place for parked calls its number. */
  readonly name: string;
  /** SIP domain, lower case. */
  readonly domain: string;
}

/** `ringing` blinks, and its key picks the call up; `held` is lit like `busy`, and says so to phones that know. */
export type LampState = 'off' | 'ringing' | 'busy' | 'held';

/** `vaxel+100@anka.example` */
export const lampKey = ({ kind, name, domain }: Lamp): string => `${kind}+${name}@${domain}`;
