import type { LegId } from '../call/event.ts';
import { writeOwner } from '../call/owner.ts';
import type { SipDevice } from '../routing/directory.ts';
import type { Contact } from './contacts.ts';
import { word } from './dial-string.ts';

/** A call that the exchange begins, by ringing telephones of one person first. */
export interface Origination {
  readonly user: { readonly id: string; readonly domain: string };
  /** What rings: one leg for each place a device is registered at. */
  readonly legs: readonly {
    readonly leg: LegId;
    readonly device: SipDevice;
    readonly contact: Contact;
  }[];
  /** Whom the telephones show. */
  readonly shown: { readonly name: string; readonly number: string };
  /** Seconds. */
  readonly ringFor: number;
  readonly autoAnswer: boolean;
  readonly then: OriginationEnd;
}

/** What becomes of the telephone that is answered. */
export type OriginationEnd =
  /** It dials, as its owner would have. */
  | { readonly kind: 'dial'; readonly to: string }
  /** It takes a call over from wherever that is. */
  | { readonly kind: 'take'; readonly leg: LegId }
  /** It takes a call that nobody has taken; `ringing` are the telephones that ring for it. */
  | { readonly kind: 'pick-up'; readonly leg: LegId; readonly ringing: readonly LegId[] };

/**
 * The command for it: an argument of `bgapi`, since FreeSWITCH answers it when a
 * telephone was answered or all have given up (mod_commands.c, `originate_function`).
 *
 * `sip_auth_*` say whose device it is, where a call it had begun itself would
 * have proved it: the dialplan and the question to the daemon read them.
 */
export function originateCommand(origination: Origination): string {
  const { user, legs, shown, ringFor, autoAnswer, then } = origination;
  const all = [
    'ignore_early_media=true',
    'hangup_after_bridge=true',
    `originate_timeout=${ringFor}`,
    `sip_invite_domain=${word(user.domain)}`,
    `sip_auth_realm=${word(user.domain)}`,
    `origination_caller_id_number=${digits(shown.number)}`,
    `origination_caller_id_name='${displayName(shown.name) || digits(shown.number)}'`,
    ...(autoAnswer ? ['sip_auto_answer=true'] : []),
    ...(then.kind === 'pick-up' ? ['intercept_unbridged_only=true'] : []),
  ];
  // Who rings to dial is the caller, though the leg is dialled.
  const role = then.kind === 'dial' ? 'calls' : 'phone';
  const owner = (device: string) => writeOwner({ user: user.id, device, role });
  const each = legs.map(({ leg, device, contact }) => {
    const own = `origination_uuid=${word(leg)},presence_data=${owner(device.id)},sip_auth_username=${word(device.username)}`;
    return `[${own}]${contact}`;
  });
  return `originate {${all.join(',')}}${each.join(',')} ${endOf(then)}`;
}

function endOf(then: OriginationEnd): string {
  switch (then.kind) {
    case 'dial':
      return `${word(then.to)} XML vaxel-clicked`;
    case 'take':
      return `&intercept(${word(then.leg)})`;
    case 'pick-up':
      return `'m:^:${[...then.ringing.map(saysElsewhere), `intercept:${word(then.leg)}`].join('^')}' inline`;
  }
}

/**
 * FreeSWITCH marks a caller as intercepted after it has let its fork go
 * (switch_ivr_bridge.c, `switch_ivr_intercept_session`), so now and then a phone that rang is told of a
 * caller who gave up, and shows a missed call. The reason is written before (mod_sofia.c, `sofia_on_hangup`).
 */
const saysElsewhere = (leg: LegId): string =>
  `set:vx_told=\${uuid_setvar(${word(leg)} sip_reason SIP;cause=200;text="Call completed elsewhere")}`;

/**
 * A name between quotes inside braces inside an argument: three readers of
 * FreeSWITCH's with marks of their own (switch_utils.c, `separate_string_char_delim`;
 * switch_event.c, `switch_event_create_brackets`). Letters, digits and a few harmless marks pass.
 */
export const displayName = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}.+ -]/gu, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
    .slice(0, 60)
    .trim();

const digits = (text: string): string => text.replaceAll(/[^0-9*#+]/g, '') || 'anonymous';
