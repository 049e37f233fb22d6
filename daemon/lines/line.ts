import type { EpochMs } from '../../common/time.ts';
import type { LegId } from '../call/event.ts';

/** As `User.id` in the directory; every leg of a person carries it as the marker `vx_user`. */
export type UserId = string;

/**
 * What a person's telephone does, over all devices at once.
 *
 * `ringing`: called, and nobody has answered. A call the person makes is `busy`
 * from its first moment: nobody may pick it up. `held`: every call there is was
 * put on hold by the person. Somebody who is talking while another call knocks is
 * `busy`; `calls` has both.
 */
export type LineState = 'idle' | 'ringing' | 'busy' | 'held';

/**
 * Whether a call would find the person. `unknown`: only a mobile is left, of
 * which the exchange hears nothing, so it is never said to be free.
 */
export type Reach = 'reachable' | 'unreachable' | 'unknown';

/** One person's line at one moment. Frozen; a change makes another. */
export interface Line {
  readonly user: UserId;
  readonly state: LineState;
  readonly reach: Reach;
  /** Since when the line is in this state: of the oldest call that makes it so. Undefined while idle. */
  readonly since: EpochMs | undefined;
  /** Of that call, from the person's side: `in`, they were called. */
  readonly direction: 'in' | 'out' | undefined;
  /** Every live call, the one that gives the state first. */
  readonly calls: readonly LineCall[];
  /** Grows with every change of any line of this daemon's life: a later one is never smaller. */
  readonly version: number;
}

/** One call as one person has it, on however many devices it rings. */
export interface LineCall {
  readonly state: Exclude<LineState, 'idle'>;
  readonly direction: 'in' | 'out';
  /** When it came into this state. */
  readonly since: EpochMs;
  /**
   * The person's own legs in it: what is hung up, held, transferred or told that another has it. Of one
   * that rings, after those that do, the phones that have been called and have not said yet that they ring.
   */
  readonly legs: readonly LegId[];
  /** The other side's leg: the caller's while it rings, whom one talks to after. */
  readonly peer: LegId | undefined;
  /** Only for those who may see it: the person's own clients, and who may see others' calls. */
  readonly with: Party;
}

/** The other side, as the person's own phone would show it. */
export interface Party {
  readonly name: string;
  readonly number: string;
  /** A colleague, where it is one of ours. */
  readonly user: UserId | undefined;
}

/** Every line of every organisation, as it is now. */
export interface Lines {
  /** Of everybody in the directory, the idle too. The map is one and goes on changing; the lines in it do not. */
  current(): ReadonlyMap<UserId, Line>;
  /**
   * Told of all that changed at once, after `current` shows it. A snapshot of
   * FreeSWITCH may change many lines; an event changes one or two.
   *
   * @returns takes the listener away again.
   */
  onChange(listener: (changed: readonly LineChange[]) => void): () => void;
}

export interface LineChange {
  /** Undefined where the person has left the directory. */
  readonly line: Line | undefined;
  readonly user: UserId;
}
