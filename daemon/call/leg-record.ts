import type { EpochMs } from '../../common/time.ts';
import type { CallId, LegId } from './event.ts';

/** One leg when it is over, as FreeSWITCH wrote it down itself. */
export interface LegRecord {
  readonly leg: LegId;
  readonly call: CallId;
  readonly direction: 'in' | 'out';
  /** Our marker of the device that was rung. */
  readonly deviceId: string | undefined;
  readonly caller: string;
  readonly dialled: string;
  readonly startedAt: EpochMs;
  readonly rangAt: EpochMs | undefined;
  readonly answeredAt: EpochMs | undefined;
  readonly endedAt: EpochMs;
  /** By FreeSWITCH's name (`switch_types.h`, `switch_call_cause_t`). */
  readonly cause: string;
  /** No daemon decided on it. */
  readonly native: boolean;
  readonly heard: readonly HeardOnLeg[];
}

export interface HeardOnLeg {
  readonly at: EpochMs;
  /** Names of prompts, `message` where one could be left, `mailbox` for one's own. */
  readonly what: readonly string[];
}
