import type { Lamp, LampState } from '../call/lamp.ts';
import type { EslConnection } from './connection.ts';

/**
 * Says what a lamp shows: to all who watch it, or to one subscription.
 *
 * Source: mod_sofia sofia_presence.c, `actual_sofia_presence_event_handler` and
 * `sofia_presence_sub_callback`. The `unique-id` is one for each lamp, for ever: a phone
 * that missed the end of a call is told of the same dialog again, not of another. It is
 * no channel’s, else `sendevent` would hand the event to that call; and has no hyphen, else
 * FreeSWITCH would write it to its database. No name of a caller is in it: mod_sofia puts
 * names into XML as they are, and every watcher would see them.
 */
export async function tellLamp(
  control: Pick<EslConnection, 'send'>,
  { kind, name, domain }: Lamp,
  state: LampState,
  subscription?: string,
): Promise<void> {
  await control.send('sendevent PRESENCE_IN', {
    proto: kind,
    login: 'vaxel',
    from: `${name}@${domain}`,
    event_type: 'presence',
    alt_event_type: 'dialog',
    event_count: '1',
    rpid: 'unknown',
    'presence-call-direction': 'outbound',
    'unique-id': `${kind}${name}`.replaceAll(/[^a-z0-9]/gi, '_'),
    ...SHOWN[state],
    ...(state !== 'off' && { 'Caller-Caller-ID-Number': 'anonymous', 'Presence-Privacy': 'true' }),
    ...(subscription !== undefined && { 'call-id': subscription }),
  });
}

/** The SIP dialog of a phone’s subscription, as FreeSWITCH wrote it down. */
export interface SubscriptionDialog {
  readonly event: string;
  readonly contact: string;
  readonly callId: string;
  readonly phone: string;
  readonly exchange: string;
}

/**
 * Tells a phone that its subscription has ended and that it should subscribe again at once
 * (RFC 6665 §4.1.3, `deactivated`), within the dialog. In FreeSWITCH the old one stands until
 * its time is over: it does not heed that the phone answers 481 to the next NOTIFY (sofia.c, `nua_r_notify`).
 *
 * Source: mod_sofia.c, `general_event_handler`, SWITCH_EVENT_NOTIFY with `contact-uri`. A header of the
 * event socket is one line, and here are two to be added: the number, and the state, which sofia-sip takes
 * out of the URI it sends to (nta.c, `nta_msg_request_complete`; RFC 3261 §19.1.1). mod_sofia cuts that
 * URI at its own parameters, `;fs_…`.
 *
 * @returns whether the contact is of a form that this can be written into.
 */
export async function endDialog(
  control: Pick<EslConnection, 'send'>,
  { event, contact, callId, phone, exchange }: SubscriptionDialog,
): Promise<boolean> {
  const target = /^[^<]*<[^?>]+?(?=;fs_|>)/.exec(contact)?.[0];
  if (target === undefined) return false;
  await control.send('sendevent NOTIFY', {
    profile: 'vaxel',
    'event-string': event,
    'content-type': 'text/plain',
    'contact-uri': `${target}?Subscription-State=${ENDED}${contact.slice(target.length)}`,
    'to-uri': phone,
    'from-uri': exchange,
    'call-id': callId,
    'no-sub-state': 'true',
    'extra-headers': `CSeq: ${ABOVE_ALL} NOTIFY`,
  });
  return true;
}

const ENDED = encodeURIComponent('terminated;reason=deactivated');

/** Above 365 days of fifty a second, where mod_sofia begins anew; below 2^31 (RFC 3261 §8.1.1.5). */
const ABOVE_ALL = 2_000_000_000;

/** `status` with `hold` at its beginning makes `+sip.rendering` no (RFC 4235 §4.4, RFC 3840). */
const SHOWN: Readonly<Record<LampState, Readonly<Record<string, string>>>> = {
  off: { 'answer-state': 'terminated', 'channel-state': 'CS_HANGUP', status: 'Available' },
  ringing: { 'answer-state': 'early', 'channel-state': 'CS_ROUTING', status: 'Ringing' },
  busy: { 'answer-state': 'confirmed', 'channel-state': 'CS_EXECUTE', status: 'Busy' },
  held: { 'answer-state': 'confirmed', 'channel-state': 'CS_EXECUTE', status: 'hold' },
};
