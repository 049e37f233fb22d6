import type { PromptName } from '../voice/prompt-name.ts';
import type { DestinationClass } from '../../common/destination-class.ts';
import type { E164, Extension } from '../../common/phone-number.ts';
import type { Seconds } from '../../common/time.ts';
import type { LegId } from '../call/event.ts';
import type { GreetingAsks, MenuAsks } from '../call/question.ts';
import type { ShownNumber } from '../../common/shown-number.ts';
import type { Device, Language } from './directory.ts';
import type { Effect } from './effect.ts';
import type { Showing } from './rules.ts';
import type { TraceStep } from './trace.ts';

/** What FreeSWITCH is told to do, whole: after it has this, it runs the call alone. */
export type Plan =
  | RingPlan
  | ReferralPlan
  | AnnouncePlan
  | MenuPlan
  | RecordPlan
  | VoicemailPlan
  | OutPlan
  | MailboxPlan
  | { readonly kind: 'which-mailbox'; readonly domain: string; readonly language: Language }
  | RefusePlan
  /** The caller hears it ring, and nothing does. */
  | { readonly kind: 'silence' }
  | UnheardPlan
  | PickupPlan
  /** Hands off: FreeSWITCH's own dialplan goes on at once. */
  | { readonly kind: 'native' };

/** Rings every device; the first answer wins. */
export interface RingPlan {
  readonly kind: 'ring';
  readonly domain: string;
  readonly legs: readonly RingLeg[];
  /** Gateway that mobiles are dialled through; undefined where there is none. */
  readonly trunk: string | undefined;
  readonly ringFor: Seconds;
  readonly shown: Shown;
  /** The public network knows no extensions, so a mobile is shown a whole number. */
  readonly shownOnMobiles: Shown;
  readonly language: Language;
  /** Whose call this has been so far, the one who rings now last. */
  readonly via: readonly Extension[];
  /** What the caller shows outside for this call alone. */
  readonly shows?: ShownNumber;
  /** The person has a rule for this outcome: we are asked again. Without an answer of ours, `then`. */
  readonly asks: boolean;
  /** Of a team that takes no messages: the caller is told that nobody answers. */
  readonly then: VoicemailPlan | RefusePlan;
}

/** Who is rung: a person, or a team. */
export function rungAt({ via }: Pick<RingPlan, 'via'>): Extension {
  const extension = via.at(-1);
  if (extension === undefined) throw new Error('a call that rings is at somebody');
  return extension;
}

export interface RingLeg {
  readonly device: Device;
  /** Begins to ring so long after the first. */
  readonly after: Seconds;
  readonly shows: Showing;
  /** The member whose device it is, where a team is rung. */
  readonly member?: string;
}

/** The caller is told why nobody answers and until when, and may choose what next. */
export interface ReferralPlan {
  readonly kind: 'referral';
  /** Early media costs the caller nothing; some carriers let nobody hear it. */
  readonly media: 'answered' | 'early';
  readonly say: readonly SaidPart[];
  /** What a display shows instead; empty for callers from outside. */
  readonly display: string;
  /** The digits that mean something: `12`. */
  readonly choices: string;
  readonly language: Language;
  readonly via: readonly Extension[];
  /** What the caller shows outside for this call alone. */
  readonly shows?: ShownNumber;
  /** Where the caller chooses nothing. */
  readonly then: VoicemailPlan;
}

/** Somebody who dialled a code is told what became of it. */
export interface AnnouncePlan {
  readonly kind: 'announce';
  readonly say: readonly SaidPart[];
  readonly language: Language;
}

/** Somebody is asked for digits, and we are asked what they mean. */
export interface MenuPlan {
  readonly kind: 'menu';
  readonly say: readonly SaidPart[];
  readonly language: Language;
  readonly asks: MenuAsks;
  /** How many digits there may be. */
  readonly least: number;
  readonly most: number;
  readonly domain: string;
  /** Whose menu it is. */
  readonly extension: Extension;
}

/** Somebody speaks after a tone, and we are asked what with it: how many seconds it was. */
export interface RecordPlan {
  readonly kind: 'record';
  readonly say: readonly SaidPart[];
  readonly language: Language;
  readonly asks: GreetingAsks;
  readonly domain: string;
  /** Whose it is. */
  readonly extension: Extension;
}

/** One piece of sound. What has none yet is left out: no call waits for speech. */
export type SaidPart =
  /** From the catalogue (daemon/voice), always there. */
  | { readonly kind: 'prompt'; readonly name: PromptName }
  /** Made ahead, when whatever it tells of was set. */
  | { readonly kind: 'text'; readonly text: string }
  /** A person's, as recorded in the menu of the mailbox; else the text, made ahead. */
  | {
      readonly kind: 'name';
      readonly text: string;
      readonly domain: string;
      readonly mailbox: Extension;
    }
  /** What the person has recorded for it, by the greeting's id. */
  | { readonly kind: 'recording'; readonly greeting: string }
  /** What was just recorded on a call. */
  | { readonly kind: 'take'; readonly leg: LegId };

export interface VoicemailPlan {
  readonly kind: 'voicemail';
  readonly domain: string;
  readonly mailbox: Extension;
  readonly language: Language;
  /** IANA zone the message's time is said in. */
  readonly zone: string;
  /** `said`: the caller has been told already, and hears the tone. */
  readonly greeting: 'usual' | 'said';
  /** What the person has recorded for it, in place of the usual. */
  readonly say?: readonly SaidPart[];
  /** What the caller may press before, while and after speaking; left out: nothing. */
  readonly offers?: AfterChoice;
}

/** What a caller who leaves a message may choose instead, or then. */
export interface AfterChoice {
  /** `12`. */
  readonly digits: string;
  /** What they are, in words. */
  readonly say: readonly SaidPart[];
  /** Whose call it has been so far, the owner of the mailbox last. */
  readonly via: readonly Extension[];
  /** What the caller shows outside for this call alone. */
  readonly shows?: ShownNumber;
}

/** A message of somebody who is blocked: kept, and no lamp or person told of it. */
export interface UnheardPlan extends Omit<VoicemailPlan, 'kind' | 'greeting' | 'say' | 'offers'> {
  readonly kind: 'unheard';
}

/** To the public network, through the first trunk that takes it. */
export interface OutPlan {
  readonly kind: 'out';
  /** `+46812345678`, or a short number as it was dialled. */
  readonly to: string;
  /** Gateway names, in the order they are tried. */
  readonly trunks: readonly string[];
  readonly shown: Shown;
  /** Who sent the call on, where somebody did (RFC 5806). */
  readonly diversion: Diversion | undefined;
  readonly payer: Payer;
}

/** Who answers for a call to the public network: the one who dialled, else the one who sent it there. */
export interface Payer {
  readonly user: string;
  readonly organisation: string;
  /** What the call is counted as. */
  readonly class: DestinationClass['kind'];
}

export interface Diversion {
  readonly number: E164;
  readonly reason: 'unconditional' | 'user-busy' | 'no-answer' | 'unavailable' | 'deflection';
  /** The one who sent the call on hides this number: for the carrier alone. */
  readonly hidden: boolean;
  /** How often the call has been sent on, this time included. */
  readonly times: number;
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
  readonly sip: 403 | 404 | 480 | 486 | 503;
  /** Undefined: the code says it all. */
  readonly say: RefusalPrompt | undefined;
  readonly language: Language;
}

/** Names of prompts (daemon/voice). */
export type RefusalPrompt =
  | 'refuse-unknown'
  | 'refuse-not-ringing'
  | 'refuse-busy'
  | 'refuse-no-answer'
  | 'refuse-no-trunk'
  | 'refuse-not-allowed'
  | 'refuse-locked';

/** How the caller appears to the one who is called. */
export interface Shown {
  /** Empty where the number says it all. */
  readonly name: string;
  /** Extension or E.164; empty for a hidden caller. */
  readonly number: string;
  readonly hidden: boolean;
  /** The number of one who hides, for the carrier alone: it must know who pays, and show nobody. */
  readonly asserted?: E164;
}

export interface Routing {
  readonly plan: Plan;
  readonly trace: readonly TraceStep[];
  /** What is to be written down before the plan is handed over. */
  readonly effects: readonly Effect[];
}
