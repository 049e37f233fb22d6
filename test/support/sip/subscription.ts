import { PATIENCE_MS } from '../patience.ts';
import { type Endpoint, readAddress } from './address.ts';
import { contactOf, type Core, freshId, freshVia, identity } from './core.ts';
import type { Credentials } from './digest.ts';
import { callerDialog, type Dialog, dialogHeaders, dialogKey, nextHop } from './dialog.ts';
import { askOrThrow, type Question } from './exchange.ts';
import {
  findHeader,
  header,
  type Header,
  headerText,
  sequenceOf,
  type SipRequest,
  type SipResponse,
} from './message.ts';
import { remember } from './remember.ts';
import { responseTo } from './response.ts';
import type { ServerTransaction } from './transaction.ts';

export interface SubscribeTo {
  /** The event package: `message-summary`, `dialog`. */
  readonly event: string;
  /** A number or a whole SIP URI. */
  readonly to: string;
  readonly domain: string;
  readonly proxy: Endpoint;
  readonly auth: Credentials;
  /** The media type wanted; that of the two known packages where left out. */
  readonly accept?: string;
  /** Another than the account that answers the challenge. */
  readonly from?: string;
  /** Option tags of a `Supported` header. */
  readonly supported?: string;
  /** Seconds; 3600 where left out. Renewed at half that time. */
  readonly expires?: number;
  /** The status with which a NOTIFY is answered, 200 where left out; `undefined` is silence. */
  readonly answer?: () => number | undefined | Promise<number | undefined>;
}

export interface Content {
  readonly type: string;
  readonly text: string;
}

/** One NOTIFY, inside a subscription or unsolicited. */
export interface Notification {
  readonly event: string;
  /** As the header says it: `active;expires=3599`. */
  readonly state: string;
  readonly body: string;
  readonly sequence: number;
  readonly atMs: number;
  readonly request: SipRequest;
}

export interface Subscription {
  /** Every NOTIFY that is remembered, as it came, and those too that a phone refuses. */
  readonly notifications: readonly Notification[];
  /** The last that a phone heeds: of a lower number than one before it is none (RFC 3261 §12.2.2), nor after the end. */
  heeded(): Notification | undefined;
  /** A NOTIFY that a phone heeds has said `terminated`. */
  terminated(): boolean;
  /** Settles then. */
  readonly end: Promise<void>;
  /** The first notification, seen already or not, that fits. */
  notified(fits: (notification: Notification) => boolean, withinMs?: number): Promise<Notification>;
  /** Renews it; with content where the event package has any (RFC 6665 §3.1.3). */
  refresh(content?: Content): Promise<void>;
  unsubscribe(): Promise<void>;
}

/** Subscribes and stays so (RFC 6665 §4.1). @throws {RefusedError} */
export async function subscribe(
  core: Core,
  options: SubscribeTo,
  note: (notification: Notification) => void,
): Promise<Subscription> {
  const { event, to, domain, proxy, auth, from = auth.username, expires = 3_600 } = options;
  const uri = to.startsWith('sip:') ? to : `sip:${to}@${domain}`;
  const callId = `${freshId()}@${core.local.host}`;
  const localTag = freshId();
  const notifications: Notification[] = [];
  let dialog: Dialog | undefined;
  let sequence = 0;
  let takeBackRefresh = (): void => undefined;
  const key = dialogKey(callId, localTag);
  let newest: Notification | undefined;
  let finish = (): void => undefined;
  const end = new Promise<void>((resolve) => (finish = resolve));
  const terminated = () => newest?.state.startsWith('terminated') ?? false;

  // The first NOTIFY may overtake the 200 of the SUBSCRIBE (RFC 6665 §4.1.2.4).
  core.dialogs.set(key, {
    onAck: () => undefined,
    onRequest(transaction) {
      const { request } = transaction;
      if (request.method !== 'NOTIFY') {
        transaction.respond(responseTo(request, 405));
        return;
      }
      const notification = readNotification(request);
      remember(notifications, notification, core.remembers);
      note(notification);
      if (terminated()) transaction.respond(responseTo(request, 481));
      else if (newest !== undefined && notification.sequence < newest.sequence) {
        transaction.respond(responseTo(request, 500));
      } else {
        newest = notification;
        void respond(transaction);
        if (terminated()) {
          takeBackRefresh();
          finish();
        }
      }
    },
  });

  async function respond(transaction: ServerTransaction): Promise<void> {
    const status = options.answer === undefined ? 200 : await options.answer();
    if (status === undefined) return;
    const { request } = transaction;
    transaction.respond(responseTo(request, status, { headers: identity(core) }));
  }

  const firstHeaders = (): readonly Header[] => {
    sequence += 1;
    return [
      header('Max-Forwards', '70'),
      header('From', `<sip:${from}@${domain}>;tag=${localTag}`),
      header('To', `<${uri}>`),
      header('Call-ID', callId),
      header('CSeq', `${sequence} SUBSCRIBE`),
    ];
  };

  async function send(seconds: number, content?: Content): Promise<void> {
    takeBackRefresh();
    let sent: SipRequest | undefined;
    const question: Question = {
      destination: dialog === undefined ? proxy : nextHop(dialog),
      credentials: auth,
      build(authorized) {
        const head = dialog === undefined ? firstHeaders() : dialogHeaders(dialog, 'SUBSCRIBE');
        sent = {
          kind: 'request',
          method: 'SUBSCRIBE',
          uri: dialog?.remoteTarget ?? uri,
          headers: [
            freshVia(core),
            ...head,
            header('Contact', contactOf(core, auth.username)),
            header('Event', event),
            header('Accept', options.accept ?? ACCEPT[event] ?? '*/*'),
            header('Expires', String(seconds)),
            ...(content === undefined ? [] : [header('Content-Type', content.type)]),
            ...(options.supported === undefined ? [] : [header('Supported', options.supported)]),
            ...identity(core),
            ...authorized,
          ],
          body: Buffer.from(content?.text ?? ''),
        };
        return sent;
      },
    };
    const response = await askOrThrow(core, question, `SUBSCRIBE to ${event} of ${uri}`);
    if (sent !== undefined) dialog ??= callerDialog(sent, response, proxy);
    if (seconds > 0) renewAfter(grantedSeconds(response) ?? seconds);
  }

  function renewAfter(seconds: number): void {
    takeBackRefresh = core.timers.after(seconds * 500, () => {
      // A refused refresh shows as `terminated` or as missing notifications, which is what tests look at.
      send(expires).catch(() => undefined);
    });
  }

  try {
    await send(expires);
  } catch (error) {
    core.dialogs.delete(key);
    throw error;
  }

  return {
    notifications,
    heeded: () => newest,
    terminated,
    end,
    notified: (fits, withinMs = PATIENCE_MS) =>
      core.watch.until(() => notifications.find(fits), {
        withinMs,
        what: `NOTIFY of ${event} of ${uri}`,
      }),
    refresh: (content) => send(expires, content),
    unsubscribe: () => send(0),
  };
}

export function readNotification(request: SipRequest): Notification {
  return {
    event: headerText(request, 'Event').replace(/;.*$/s, ''),
    state: headerText(request, 'Subscription-State'),
    body: request.body.toString('utf8'),
    sequence: sequenceOf(request).number,
    atMs: performance.now(),
    request,
  };
}

/** The tag by which a request names the dialog on our side. */
export const ourTag = (request: SipRequest): string | undefined =>
  readAddress(findHeader(request, 'To')).tag;

function grantedSeconds(response: SipResponse): number | undefined {
  const text = headerText(response, 'Expires');
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

const ACCEPT: Readonly<Record<string, string>> = {
  dialog: 'application/dialog-info+xml',
  'message-summary': 'application/simple-message-summary',
};
