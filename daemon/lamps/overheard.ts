import type { EpochMs } from '../../common/time.ts';
import type { Lamp } from '../call/lamp.ts';

/**
 * Names that a phone of another organisation has subscribed to. FreeSWITCH sends what it is told of a
 * name to all who subscribed to it, whoever they are, so of these each watcher is told alone. The
 * domain does not count: FreeSWITCH takes one that is its own address for every domain (sofia_presence.c,
 * `sub_to_host`).
 */
export interface Overheard {
  note(lamp: Lamp, until: EpochMs): void;
  has(lamp: Lamp): boolean;
  expire(now: EpochMs): void;
}

export function createOverheard(): Overheard {
  const until = new Map<string, EpochMs>();
  return {
    note(lamp, moment) {
      const before = until.get(nameOf(lamp));
      if (before === undefined || before < moment) until.set(nameOf(lamp), moment);
    },
    has: (lamp) => until.has(nameOf(lamp)),
    expire(now) {
      for (const [name, moment] of until) if (moment <= now) until.delete(name);
    },
  };
}

/** A subscription is of its organisation’s when its phone says so (docs/security.md). */
export const isStranger = (watcher: string, { domain }: Lamp): boolean =>
  watcher.slice(watcher.lastIndexOf('@') + 1).toLowerCase() !== domain;

const nameOf = ({ kind, name }: Lamp): string => `${kind}+${name}`;
