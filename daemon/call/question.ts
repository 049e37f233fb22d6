import type { Extension } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import type { LegId } from './event.ts';
import type { ShownNumber } from '../../common/shown-number.ts';

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
  /** What each header says of who calls, where it came by a trunk; left out in questions from before it was looked at. */
  readonly identity?: Identity;
  /** The caller asked not to be shown (RFC 3323 `Privacy: id`). */
  readonly callerHidden: boolean;
  /** Who has sent the call on before it came to us, where a trunk tells of anybody. */
  readonly diverted?: Diverted;
  /** What was dialled, exactly as it arrived; FreeSWITCH let only dial characters through. */
  readonly dialled: string;
  /** What the caller shows outside for this call alone, where it was said before the call asked again. */
  readonly shows?: ShownNumber;
  /** The mailbox whose owner the caller was shown to be: `100@anka.example`. */
  readonly opened?: string;
  /** A call under way asks again. */
  readonly again: Again | undefined;
}

/** Numbers as they were written, before they are looked at. */
export interface Identity {
  /** RFC 3325. */
  readonly asserted?: string;
  readonly remoteParty?: string;
  readonly from: string;
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
  { readonly for: 'activity' } | { readonly for: 'end'; readonly position: number } | GreetingAsks;

/** What the menu of one's greetings asks for; all of it is about the mailbox that was opened. */
export type GreetingAsks =
  /** Nothing yet: it begins. */
  | { readonly for: 'greetings-open' }
  /** Which occasion; of an activity, which; of a temporary one, until when. */
  | { readonly for: 'greetings' | 'greeting-activity' | 'greeting-end' }
  /** What to do about it; how many seconds were recorded; what to do with the recording. */
  | { readonly for: 'greeting' | 'recorded' | 'take'; readonly greeting: MenuGreeting };

/** The occasion of a greeting that somebody records. */
export interface MenuGreeting {
  readonly occasion: 'always' | 'busy' | 'no-answer' | 'activity';
  /** The id of the activity, where the occasion is one. */
  readonly activity?: string;
  /** Left out: until it is removed. */
  readonly endsAt?: EpochMs;
}

export interface Callee {
  readonly domain: string;
  readonly extension: Extension;
}

export type Unanswered = 'busy' | 'no-answer' | 'unreachable';

/** Whose call it has been, oldest first: where a call has been it is not sent again. */
export type Via = readonly Extension[];
