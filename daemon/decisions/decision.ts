import type { Bilingual } from '../../common/activity.ts';
import type { EpochMs } from '../../common/time.ts';
import type { Question } from '../call/question.ts';
import type { Plan } from '../routing/plan.ts';
import type { TraceStep } from '../routing/trace.ts';
import type { Destination, ForwardReason, StatusSource } from '../routing/presence.ts';

/** One answer to one question, and all that is needed to explain it and to give it again. */
export interface Decision {
  readonly leg: string;
  readonly at: EpochMs;
  /** Undefined where FreeSWITCH went on by itself before it had told us anything. */
  readonly question: Question | undefined;
  readonly plan: Plan;
  readonly trace: readonly TraceStep[];
  readonly seen: Seen;
}

/** What the world was like then, as far as it mattered to this call. Plain data: it is kept as JSON. */
export interface Seen {
  readonly revisions: {
    readonly directory: number;
    readonly presence: number;
    readonly contacts: number;
  };
  readonly zone: string;
  readonly language: 'sv' | 'en';
  readonly organisationId?: string;
  /** The person who was called; left out where it was a team. */
  readonly calleeId?: string;
  /** The team that was. */
  readonly teamId?: string;
  readonly caller: SeenCaller;
  /** Who was called first, and then those the call was sent on to. */
  readonly people: readonly SeenPerson[];
}

export interface SeenCaller {
  /** As it was told: an extension, E.164, or whatever came; empty where it was hidden. */
  readonly number: string;
  readonly name: string;
  readonly hidden: boolean;
  /** Extension of a colleague. */
  readonly extension?: string;
  readonly mark?: 'vip' | 'blocked';
}

export interface SeenPerson {
  readonly extension: string;
  readonly name: string;
  /** Calls they were in already. */
  readonly calls: number;
  /** Only where it had not ended. */
  readonly status?: SeenStatus;
  readonly forwards: readonly SeenForward[];
  readonly devices: readonly {
    readonly id: string;
    readonly kind: string;
    readonly label: string;
  }[];
}

export interface SeenStatus {
  readonly activity: Bilingual;
  readonly rings: boolean;
  readonly startedAt: EpochMs;
  readonly endsAt?: EpochMs;
  readonly source: StatusSource;
  /** The colleague's name. */
  readonly setBy?: string;
}

export interface SeenForward {
  readonly reason: ForwardReason;
  readonly to: Destination;
  readonly endsAt?: EpochMs;
  readonly source: StatusSource;
  readonly setAt: EpochMs;
}
