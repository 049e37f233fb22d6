import type { Notification } from './sip/subscription.ts';

/** A NOTIFY of message-summary that says so (RFC 3842 §5.2). */
export const saysWaiting =
  (waiting: 'yes' | 'no', counts = '') =>
  ({ event, body }: Notification) =>
    event === 'message-summary' &&
    body.includes(`Messages-Waiting: ${waiting}`) &&
    body.includes(counts === '' ? '' : `Voice-Message: ${counts}`);

/** The same, come at this moment of the monotonic clock or after it. */
export const later =
  (since: number, fits: (notification: Notification) => boolean) => (notification: Notification) =>
    notification.atMs >= since && fits(notification);
