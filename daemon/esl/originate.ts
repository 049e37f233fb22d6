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
  /** It takes a call over; `unless: 'bridged'`, only while nobody else has. */
  | { readonly kind: 'take'; readonly leg: LegId; readonly unless: 'bridged' | 'gone' };

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
    ...(then.kind === 'take' && then.unless === 'bridged' ? ['intercept_unbridged_only=true'] : []),
  ];
  // Who rings to dial is the caller, though the leg is dialled.
  const role = then.kind === 'dial' ? 'calls' : 'phone';
  const owner = (device: string) => writeOwner({ user: user.id, device, role });
  const each = legs.map(({ leg, device, contact }) => {
    const own = `origination_uuid=${word(leg)},presence_data=${owner(device.id)},sip_auth_username=${word(device.username)}`;
    return `[${own}]${contact}`;
  });
  const after =
    then.kind === 'dial' ? `${word(then.to)} XML vaxel-clicked` : `&intercept(${word(then.leg)})`;
  return `originate {${all.join(',')}}${each.join(',')} ${after}`;
}

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
