import type { Extension } from '../../common/phone-number.ts';
import type { Seconds } from '../../common/time.ts';
import type { LegId } from '../call/event.ts';
import type { Device, Language } from './directory.ts';

/** What FreeSWITCH is told to do, whole: after it has this, it runs the call alone. */
export type Plan =
  | RingPlan
  | VoicemailPlan
  | OutPlan
  | MailboxPlan
  | { readonly kind: 'which-mailbox'; readonly domain: string; readonly language: Language }
  | RefusePlan
  | PickupPlan
  /** Hands off: FreeSWITCH's own dialplan goes on at once. */
  | { readonly kind: 'native' };

/** Rings every device at once; the first answer wins. */
export interface RingPlan {
  readonly kind: 'ring';
  readonly domain: string;
  readonly devices: readonly Device[];
  /** Gateway that mobiles are dialled through; undefined where there is none. */
  readonly trunk: string | undefined;
  readonly ringFor: Seconds;
  readonly shown: Shown;
  /** The public network knows no extensions, so a mobile is shown a whole number. */
  readonly shownOnMobiles: Shown;
  readonly language: Language;
  readonly then: VoicemailPlan;
}

export interface VoicemailPlan {
  readonly kind: 'voicemail';
  readonly domain: string;
  readonly mailbox: Extension;
  readonly language: Language;
  /** IANA zone the message's time is said in. */
  readonly zone: string;
}

/** To the public network, through the first trunk that takes it. */
export interface OutPlan {
  readonly kind: 'out';
  /** `+46812345678`, or a short number as it was dialled. */
  readonly to: string;
  /** Gateway names, in the order they are tried. */
  readonly trunks: readonly string[];
  readonly shown: Shown;
}

/** Hears the messages of a mailbox. */
export interface MailboxPlan {
  readonly kind: 'mailbox';
  readonly domain: string;
  readonly mailbox: Extension;
  readonly pin: 'asked' | 'waived';
  readonly language: Language;
  readonly zone: string;
}

/** Takes a call that rings at somebody else. */
export interface PickupPlan {
  readonly kind: 'pickup';
  /** The leg that waits for an answer. */
  readonly caller: LegId;
  /** The legs that ring: they are told that somebody else has answered. */
  readonly ringing: readonly LegId[];
}

export interface RefusePlan {
  readonly kind: 'refuse';
  /** RFC 3261 §21.4–21.6. */
  readonly sip: 403 | 404 | 480 | 503;
  readonly say: RefusalPrompt;
  readonly language: Language;
}

/** Names of prompts (daemon/voice). */
export type RefusalPrompt = 'refuse-unknown' | 'refuse-no-trunk' | 'refuse-locked';

/** How the caller appears to the one who is called. */
export interface Shown {
  /** Empty where the number says it all. */
  readonly name: string;
  /** Extension or E.164; empty for a hidden caller. */
  readonly number: string;
  readonly hidden: boolean;
}

/** One rule that was asked, and what it said. Read top to bottom it explains the plan. */
export interface TraceStep {
  readonly rule: string;
  readonly because: string;
}

export interface Routing {
  readonly plan: Plan;
  readonly trace: readonly TraceStep[];
}
