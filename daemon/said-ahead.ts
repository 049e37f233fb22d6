import { eachInTurns } from '../common/in-turns.ts';
import type { Clock } from '../common/time.ts';
import type { Directory } from './routing/directory.ts';
import type { Presence } from './routing/presence.ts';
import { type SaidAhead, spokenActivities, spokenAhead } from './routing/spoken-ahead.ts';
import type { Sounds } from './sounds.ts';

export interface SaidAheadDeps {
  readonly directory: () => Directory;
  readonly presence: () => Presence;
  readonly clock: Clock;
  readonly sounds: Sounds;
}

/** Has made what calls to anybody may need to say, at the start and whenever names, rules or choices have changed. */
export function keepSaidAhead({ directory, presence, clock, sounds }: SaidAheadDeps) {
  let seen: Directory | undefined;

  async function make(newest: Directory): Promise<void> {
    const now = clock();
    const texts: SaidAhead[] = [];
    for (const organisation of newest.organisations.values()) {
      texts.push(...spokenActivities(organisation));
      await eachInTurns(organisation.users.values(), (user) => {
        texts.push(...spokenAhead(organisation, user, presence(), now));
      });
    }
    await sounds.make(texts);
  }

  return {
    look(): void {
      const newest = directory();
      if (newest === seen) return;
      seen = newest;
      void make(newest);
    },
  };
}
