import type { EpochMs } from '../../common/time.ts';

/** The calls to the public network that a person, or an organisation, has paid for of late. */
export interface Spent {
  /** How many of them go on. */
  readonly live: number;
  /** When each one abroad or to a premium number began, in the last hour; the oldest first. */
  readonly dear: readonly EpochMs[];
}

export const NOTHING_SPENT: Spent = { live: 0, dear: [] };
