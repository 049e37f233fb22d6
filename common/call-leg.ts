import type { EpochMs } from './time.ts';

/** What became of one leg of a call, as FreeSWITCH wrote it down itself. */
export interface CallLeg {
  readonly leg: string;
  /** The leg that came to the exchange; of that one, itself. */
  readonly call: string;
  readonly direction: 'in' | 'out';
  /** Of the device that was rung. */
  readonly deviceId: string | undefined;
  readonly caller: string;
  readonly dialled: string;
  readonly startedAt: EpochMs;
  readonly rangAt: EpochMs | undefined;
  readonly answeredAt: EpochMs | undefined;
  readonly endedAt: EpochMs;
  /** By FreeSWITCH's name: `NO_ANSWER` (`switch_types.h`, `switch_call_cause_t`). */
  readonly cause: string;
  /** No daemon decided on it. */
  readonly native: boolean;
  readonly heard: readonly Heard[];
}

/** What was played to whoever was on the leg. */
export interface Heard {
  readonly at: EpochMs;
  /** Names of prompts, or `message` (left one) and `mailbox` (heard their own). */
  readonly what: readonly string[];
}
