import type { FeatureKeyEvent, FeatureKeyOwner } from '../call/event.ts';

/**
 * Lets through what came from whom it says it came from: a request for feature
 * keys whose sender is also the one whose password was asked for.
 *
 * FreeSWITCH tells the two apart, the sender first. Of two requests of one
 * subscription the later one counts, so that nobody's is vouched for by what
 * somebody else sends after it.
 */
export function onlyProven(
  pass: (event: FeatureKeyEvent) => void,
): (event: FeatureKeyEvent | FeatureKeyOwner) => void {
  const waiting = new Map<string, FeatureKeyEvent>();
  return (event) => {
    if (event.kind === 'feature-key') {
      if (waiting.size >= MOST_WAITING) waiting.clear();
      waiting.set(event.subscription, event);
      return;
    }
    const claimed = waiting.get(event.subscription);
    waiting.delete(event.subscription);
    if (claimed !== undefined && isBy(event, claimed)) pass(claimed);
  };
}

const isBy = (owner: FeatureKeyOwner, claimed: FeatureKeyEvent): boolean =>
  owner.username === claimed.username &&
  owner.domain === claimed.domain &&
  owner.at - claimed.at < PROVEN_WITHIN_MS;

/** FreeSWITCH tells both from one function, in milliseconds. */
const PROVEN_WITHIN_MS = 2_000;

/** Requests; each is gone in an instant, but for those of nobody we know. */
const MOST_WAITING = 1_000;
