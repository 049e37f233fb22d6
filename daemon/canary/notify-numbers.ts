import type { EpochMs } from '../../common/time.ts';

/**
 * How FreeSWITCH numbers its NOTIFYs: all of a profile together, fifty a second by the clock, and
 * any more by counting on, until it is a hundred thousand ahead of the clock and goes by it again
 * (sofia_presence.c, `sofia_presence_get_cseq`).
 */
export interface NotifyNumbers {
  /** @returns whether phones have seen higher ones than this, and refuse what comes (RFC 3261 §12.2.2). */
  fell(number: number, now: EpochMs): boolean;
  /**
   * FreeSWITCH is there, after a gap.
   *
   * @param first - where it would begin now.
   * @param core - its `core_uuid`: in another life it begins there.
   * @returns the same.
   */
  met(first: number, core: string, now: EpochMs): boolean;
  /** What phones have seen, as far as is known. */
  last(): SeenNumber | undefined;
}

export interface SeenNumber {
  readonly highest: number;
  readonly at: EpochMs;
  /** The `core_uuid` of the FreeSWITCH that sent it. */
  readonly core: string;
}

/** @param before - what a daemon before this one knew, by the clock of this one. */
export function createNotifyNumbers(before?: SeenNumber): NotifyNumbers {
  let last = before;
  /** None that we have met. */
  let core = '';
  let isFirst = true;
  return {
    fell(number, now) {
      const fell = last !== undefined && number <= last.highest - FALL;
      const highest = fell ? number : Math.max(last?.highest ?? number, number);
      last = { highest, at: now, core: last?.core ?? core };
      return fell;
    },
    met(first, coreNow, now) {
      const wasFirst = isFirst;
      isFirst = false;
      core = coreNow;
      if (last === undefined) return wasFirst && first < AN_HOUR;
      if (last.core === core) return false;
      if (last.core === '') {
        last = { ...last, core };
        return false;
      }
      const { highest, at } = last;
      const byClock = first - ((now - at) / 1_000) * A_SECOND;
      const isAhead = highest > byClock + A_SECOND;
      last = undefined;
      return isAhead && first <= highest + UNSEEN;
    },
    last: () => last,
  };
}

/**
 * The number of a NOTIFY that FreeSWITCH sends now, by its clock (sofia_presence.c, `check_presence_epoch`).
 *
 * @param now - as it answers `strftime` of `FIRST_NUMBER_FORMAT`.
 */
export function readFirstNumber(now: string): number | undefined {
  const [, days, hours, minutes, seconds] = /^(\d+) (\d+) (\d+) (\d+)$/.exec(now) ?? [];
  if (days === undefined) return undefined;
  const hoursNow = (Number(days) - 1) * 24 + Number(hours);
  return ((hoursNow * 60 + Number(minutes)) * 60 + Number(seconds)) * A_SECOND;
}

/** By local time, as FreeSWITCH goes by for New Year. */
export const FIRST_NUMBER_FORMAT = '%j %H %M %S';

const A_SECOND = 50;

/** A daemon that begins so soon after New Year may not have been there when it came. */
const AN_HOUR = 3_600 * A_SECOND;

/** Half of what FreeSWITCH falls by at least, and more than what is sent again late: 32 seconds of a thousand. */
export const FALL = 50_000;

/** What phones may have been sent since the last that came to us: a burst of several hundred a second, for some seconds. */
const UNSEEN = 5_000;
