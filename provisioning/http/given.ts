import type { KnownPhone } from '../phone-lookup.ts';
import type { Rendered } from '../source/files-of-phone.ts';
import type { Visit } from './phone-files.ts';

/** A request that showed its phone's token, and the file it was given. */
export interface Given {
  readonly phone: KnownPhone;
  readonly visit: Visit;
  readonly rendered: Rendered;
  /** Of the database, read before it was decided. */
  readonly revision: number;
}

/** What was given at one door, by the words of the request. */
export interface GivenFiles {
  /** Undefined where nothing was, and where the database has changed since. */
  again(url: string, agent: string): Given | undefined;
  keep(url: string, given: Given): void;
}

/** As many as there are rendered files kept; past it, the oldest goes. */
const MOST = 1_000;

/**
 * A phone asks again and again in the same words. With its token among them, and
 * nothing changed in the database, who it is and what it gets are settled.
 * Refusals are never remembered, nor what a password opened, whose nonce is good once.
 */
export function rememberGiven(revisionNow: () => number): GivenFiles {
  const oldestFirst = new Map<string, Given>();
  return {
    again: (url, agent) => {
      const given = oldestFirst.get(words(url, agent));
      if (given === undefined) return undefined;
      return given.revision === revisionNow() ? given : undefined;
    },
    keep: (url, given) => {
      const [oldest] = oldestFirst.keys();
      if (oldestFirst.size >= MOST && oldest !== undefined) oldestFirst.delete(oldest);
      oldestFirst.set(words(url, given.visit.said), given);
    },
  };
}

/** A URL of ours has no blanks. */
const words = (url: string, agent: string): string => `${url} ${agent}`;
