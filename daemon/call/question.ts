import type { Extension } from '../../common/phone-number.ts';
import type { LegId } from './event.ts';
import type { ShownNumber } from './shown-number.ts';

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
  /** Who has sent the call on before it came to us, where a trunk tells of anybody. */
  readonly diverted?: Diverted;
  /** What was dialled, exactly as it arrived; FreeSWITCH let only dial characters through. */
  readonly dialled: string;
  /** What the caller shows outside for this call alone, where it was said before the call asked again. */
  readonly shows?: ShownNumber;
  /** A call under way asks again. */
  readonly again: Again | undefined;
}

/** As the carrier wrote it, before it is looked at. */
export interface Diverted {
  /** Numbers in any spelling, each once. */
  readonly by: readonly string[];
  /** How often, those who are not named included. */
  readonly times: number;
}

export type CallerSide =
  /** One of our devices, by the account that passed the digest challenge. */
  | { readonly kind: 'device'; readonly username: string; readonly domain: string }
  /** The public network, by the address of a trunk. */
  | { readonly kind: 'trunk'; readonly address: string };

/** What a call under way asks about the person it was for. */
export type Again =
  /** The owner of a mailbox wants in. */
  | ({ readonly kind: 'mailbox' } & Callee)
  /** Nobody answered; how it ended, where FreeSWITCH says. */
  | ({ readonly kind: 'unanswered'; readonly why: Unanswered; readonly via: Via } & Callee)
  /** The caller pressed a key after the referral. */
  | ({ readonly kind: 'choice'; readonly digit: string; readonly via: Via } & Callee)
  /** Somebody in a menu pressed digits, or none. */
  | ({ readonly kind: 'menu'; readonly asked: MenuAsks; readonly digits: string } & Callee);

/** What a menu asks for: the number of an activity, or until when the one of that number lasts. */
export type MenuAsks =
  { readonly for: 'activity' } | { readonly for: 'end'; readonly position: number };

export interface Callee {
  readonly domain: string;
  readonly extension: Extension;
}

export type Unanswered = 'busy' | 'no-answer' | 'unreachable';

/** Whose call it has been, oldest first: where a call has been it is not sent again. */
export type Via = readonly Extension[];
