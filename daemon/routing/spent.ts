import type { ChargedKind } from '../../common/destination-class.ts';
import type { EpochMs } from '../../common/time.ts';

/** The calls to the public network that a person, or an organisation, has paid for of late. */
export interface Spent {
  /** How many of them go on. */
  readonly live: number;
  /** When each one that is charged for began, in the last hour; the oldest first. */
  readonly began: Readonly<Record<ChargedKind, readonly EpochMs[]>>;
}

export const NOTHING_SPENT: Spent = {
  live: 0,
  began: { domestic: [], abroad: [], premium: [] },
};
