import type { EpochMs } from '../../common/time.ts';
import type { LegEvent, Snapshot } from '../call/event.ts';
import type { LeftCall, SpentState } from '../keep-spent.ts';
import type { LegsState } from '../lines/legs.ts';

/**
 * What reaches the daemon between two decisions and changes what the next one reads. Ends of
 * statuses and of forwards are none: a decision reckons them from the time that it is asked at.
 */
export type Input =
  /** FreeSWITCH told of a leg. */
  | { readonly kind: 'leg'; readonly event: LegEvent }
  /** The legs were counted anew. */
  | {
      readonly kind: 'restart';
      readonly snapshot: Pick<Snapshot, 'legs' | 'bridges'>;
      readonly meanwhile: readonly LegEvent[];
    }
  /** The lines are those of the people of the directory that stands before it. */
  | { readonly kind: 'renewed' }
  /** A call has left for the public network. */
  | { readonly kind: 'left'; readonly call: LeftCall }
  /** What was spent of late was reckoned by this clock: a call that nobody hears of any more is over. */
  | { readonly kind: 'drawn'; readonly at: EpochMs };

/** All that the inputs have made, where a file begins. */
export interface KeptState {
  readonly legs: LegsState;
  readonly spent: SpentState;
}
