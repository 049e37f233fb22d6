import type { EpochMs } from '../../common/time.ts';
import type { Unanswered } from '../call/question.ts';
import type { SeenCaller, SeenForward, SeenPerson, SeenStatus } from '../decisions/decision.ts';
import type { Barred } from '../routing/barred.ts';
import type { Plan } from '../routing/plan.ts';
import type { AskedMember } from '../routing/trace.ts';

/** One thing there is to tell about a call; each language makes a sentence of it. */
export type Point =
  | {
      readonly kind: 'came';
      readonly at: EpochMs;
      readonly caller: SeenCaller;
      /** Undefined where what was dialled is nobody's here. */
      readonly callee: SeenPerson | undefined;
      readonly dialled: string;
    }
  | { readonly kind: 'native'; readonly because: string }
  | { readonly kind: 'blocked'; readonly plan: Plan['kind'] }
  | {
      readonly kind: 'status';
      readonly person: SeenPerson;
      readonly status: SeenStatus;
      /** What it did to this call. */
      readonly does: 'closes' | 'opens' | 'yields-to-vip' | 'yields-to-colleague';
      readonly vip: boolean;
    }
  | {
      readonly kind: 'forwarded';
      readonly from: SeenPerson;
      readonly forward: SeenForward;
      /** The colleague's name, where it is one. */
      readonly to: string | undefined;
    }
  | { readonly kind: 'engaged'; readonly person: SeenPerson }
  | { readonly kind: 'unanswered'; readonly person: SeenPerson; readonly why: Unanswered }
  /** A team was called: whether this one of its people was rung. */
  | { readonly kind: 'member'; readonly member: AskedMember }
  | { readonly kind: 'chose'; readonly at: EpochMs; readonly digit: string }
  /** It was not let out to the public network. */
  | { readonly kind: 'barred'; readonly why: Barred }
  | { readonly kind: 'decided'; readonly plan: Plan; readonly person: SeenPerson | undefined }
  | { readonly kind: 'device'; readonly device: SeenDevice; readonly ended: DeviceEnd }
  /** Not registered, so that they could not ring. */
  | { readonly kind: 'absent'; readonly devices: readonly SeenDevice[] }
  | { readonly kind: 'gone-out'; readonly answeredAt: EpochMs | undefined; readonly cause: string }
  | { readonly kind: 'heard'; readonly text: string }
  /** Of what there was to hear, this was somebody's own recording. */
  | { readonly kind: 'recorded'; readonly texts: readonly string[] }
  /** The caller was gone before there was anything to hear. */
  | { readonly kind: 'heard-nothing' }
  | { readonly kind: 'left-message' }
  | { readonly kind: 'ended'; readonly at: EpochMs; readonly seconds: number | undefined };

/** With the member's name, where it rang for a team. */
export type SeenDevice = SeenPerson['devices'][number] & { readonly member?: string };

export type DeviceEnd =
  | { readonly how: 'answered'; readonly at: EpochMs; readonly after: number }
  | {
      readonly how: 'elsewhere' | 'caller-gave-up' | 'no-answer' | 'busy' | 'declined';
      /** Seconds it rang. */
      readonly after: number;
    }
  | { readonly how: 'unreachable'; readonly cause: string };
