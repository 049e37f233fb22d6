/**
 * How FreeSWITCH numbers its NOTIFYs: all of a profile together, fifty a second by the clock, and
 * any more by counting on (sofia_presence.c, `sofia_presence_get_cseq`).
 */
export interface NotifyNumbers {
  /** @returns whether phones have seen higher ones than this, and refuse what comes (RFC 3261 §12.2.2). */
  fell(number: number): boolean;
  /** Another FreeSWITCH is there, which begins by the clock, however far the last one had counted on. */
  restarted(): void;
}

export function createNotifyNumbers(): NotifyNumbers {
  let highest: number | undefined;
  let bound = -FALL;
  return {
    fell(number) {
      const fell = highest !== undefined && number <= highest + bound;
      bound = -FALL;
      highest = fell ? number : Math.max(highest ?? number, number);
      return fell;
    },
    restarted() {
      bound = UNSEEN;
    },
  };
}

/** FreeSWITCH itself takes less for two that overtook each other. */
const FALL = 100_000;

/** What phones may have been sent since the last that came to us: a burst of several hundred a second, for some seconds. */
const UNSEEN = 5_000;
