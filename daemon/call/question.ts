import type { Extension } from '../../common/phone-number.ts';
import type { LegId } from './event.ts';

/**
 * What FreeSWITCH asks: a call stands at the door, where shall it go?
 *
 * `daemon/esl/route-question.ts` is the only producer, and a FreeSWITCH header
 * name appears nowhere past it.
 */
export interface Question {
  readonly leg: LegId;
  readonly from: CallerSide;
  /** As the caller's side sent it, before it is looked at: any text, often not ASCII. */
  readonly callerNumber: string;
  readonly callerName: string;
  /** The caller asked not to be shown (RFC 3323 `Privacy: id`). */
  readonly callerHidden: boolean;
  /** What was dialled, exactly as it arrived; FreeSWITCH let only dial characters through. */
  readonly dialled: string;
  /** A call under way asks again: the owner of a mailbox wants in. */
  readonly mailbox: MailboxChoice | undefined;
}

export type CallerSide =
  /** One of our devices, by the account that passed the digest challenge. */
  | { readonly kind: 'device'; readonly username: string; readonly domain: string }
  /** The public network, by the address of a trunk. */
  | { readonly kind: 'trunk' };

export interface MailboxChoice {
  readonly domain: string;
  readonly extension: Extension;
}
