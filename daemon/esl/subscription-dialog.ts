import type { Lamp, LampState } from '../call/lamp.ts';
import type { EslConnection } from './connection.ts';

/** The SIP dialog of a phone’s subscription, as FreeSWITCH wrote it down. */
export interface SubscriptionDialog {
  readonly event: string;
  /** What it is a subscription to. */
  readonly name: string;
  readonly domain: string;
  readonly contact: string;
  readonly callId: string;
  readonly phone: string;
  readonly exchange: string;
}

type Control = Pick<EslConnection, 'send'>;

/** What a lamp shows, and a number of our own for it, of the NOTIFY and of the document (RFC 4235 §4.1.1). */
export interface Shown {
  readonly lamp: Lamp;
  readonly state: LampState;
  readonly number: number;
}

/**
 * Tells one phone what a lamp shows, within its dialog. The document is as mod_sofia writes it.
 *
 * @returns whether the contact is of a form that this can be written into.
 */
export const notifyDialog = (
  control: Control,
  dialog: SubscriptionDialog,
  shown: Shown,
): Promise<boolean> =>
  send(control, dialog, {
    state: 'active',
    number: shown.number,
    ...document(dialog, shown),
  });

/**
 * Tells a phone that its subscription has ended and that it should subscribe again at once
 * (RFC 6665 §4.1.3, `deactivated`), within the dialog; what it shows until then goes with it.
 *
 * @returns whether the contact is of a form that this can be written into.
 */
export const endDialog = (
  control: Control,
  dialog: SubscriptionDialog,
  shown?: Omit<Shown, 'number'>,
): Promise<boolean> =>
  send(control, dialog, {
    state: 'terminated;reason=deactivated',
    number: ABOVE_ALL,
    ...(shown === undefined
      ? { type: 'text/plain', body: '' }
      : document(dialog, { ...shown, number: ABOVE_ALL })),
  });

/**
 * Has FreeSWITCH leave a subscription to us, and the next time strike it off its table; by itself it does not heed
 * that a phone answers 481 (sofia.c, `nua_r_notify`). A conference may end one of any event, with a NOTIFY
 * of its own that the trigger vaxel_orphan spares the phone (freeswitch-conf/sip_profiles/devices.xml).
 *
 * Source: mod_sofia sofia_presence.c, `send_conference_data`.
 */
export async function takeDialog(
  control: Control,
  { name, domain, callId }: SubscriptionDialog,
  event: string,
): Promise<void> {
  await control.send('sendevent CONFERENCE_DATA', {
    'sofia-profile': 'vaxel',
    'conference-event': event,
    'conference-name': name,
    'conference-domain': domain,
    call_id: callId,
    final: 'true',
  });
}

/**
 * Source: mod_sofia.c, `general_event_handler`, SWITCH_EVENT_NOTIFY with `contact-uri`. A header of the
 * event socket is one line, and here are two to be added: the number, and the state, which sofia-sip takes
 * out of the URI it sends to (nta.c, `nta_msg_request_complete`; RFC 3261 §19.1.1). mod_sofia cuts that
 * URI at its own parameters, `;fs_…`.
 */
async function send(
  control: Control,
  { event, contact, callId, phone, exchange }: SubscriptionDialog,
  notify: {
    readonly state: string;
    readonly number: number;
    readonly type: string;
    readonly body: string;
  },
): Promise<boolean> {
  const target = /^[^<]*<[^?>]+?(?=;fs_|>)/.exec(contact)?.[0];
  if (target === undefined) return false;
  const state = encodeURIComponent(notify.state);
  await control.send(
    'sendevent NOTIFY',
    {
      profile: 'vaxel',
      'event-string': event,
      'content-type': notify.type,
      'contact-uri': `${target}?Subscription-State=${state}${contact.slice(target.length)}`,
      'to-uri': phone,
      'from-uri': exchange,
      'call-id': callId,
      'no-sub-state': 'true',
      'extra-headers': `CSeq: ${notify.number} NOTIFY`,
    },
    notify.body,
  );
  return true;
}

const document = (dialog: SubscriptionDialog, shown: Shown) => ({
  type: 'application/dialog-info+xml',
  body: dialogInfo(dialog, shown),
});

function dialogInfo(
  { exchange, domain }: SubscriptionDialog,
  { lamp, state, number }: Shown,
): string {
  const asked = xml(/<([^>]*)>/.exec(exchange)?.[1] ?? '');
  const name = xml(lamp.name);
  const host = xml(domain);
  return [
    '<?xml version="1.0"?>',
    `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${number}" state="full" entity="${asked}">`,
    `<dialog id="${lampId(lamp)}" direction="recipient">`,
    `<state>${STATE[state]}</state>`,
    ...(state === 'off'
      ? []
      : [
          `<local>\n<identity display="${name}">sip:${name}@${host}</identity>`,
          `<target uri="sip:${name}@${host}">`,
          `<param pname="+sip.rendering" pvalue="${state === 'held' ? 'no' : 'yes'}"/>`,
          '</target>\n</local>',
          '<remote>\n<identity display="Anonymous">sip:anonymous@anonymous.invalid</identity>',
          `<target uri="sip:**${name}@${host}"/>\n</remote>`,
        ]),
    '</dialog>',
    '</dialog-info>\n',
  ].join('\n');
}

/** One for each lamp, for ever: a phone that missed the end of a call is told of the same dialog again, not of another. */
export const lampId = ({ kind, name }: Lamp): string =>
  `${kind}${name}`.replaceAll(/[^a-z0-9]/gi, '_');

const xml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** RFC 4235 §4.1.2. */
const STATE: Readonly<Record<LampState, string>> = {
  off: 'terminated',
  ringing: 'early',
  busy: 'confirmed',
  held: 'confirmed',
};

/** Above 365 days of fifty a second, where mod_sofia begins anew; below 2^31 (RFC 3261 §8.1.1.5). */
export const ABOVE_MOD_SOFIA = 1_900_000_000;
const ABOVE_ALL = 2_000_000_000;
