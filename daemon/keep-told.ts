import type { Log } from '../common/log.ts';
import type { Clock } from '../common/time.ts';
import type { FeatureKeys } from './feature-keys/keep-feature-keys.ts';
import { peopleOf } from './http/people.ts';
import type { Lamps } from './lamps/keep-lamps.ts';
import type { ClientApi } from './open-api.ts';
import { keepTime, type Timekeeper } from './presence/timekeeper.ts';
import { watchForwards } from './presence/watch-forwards.ts';
import type { Recalls } from './recall/keep-recalls.ts';
import type { Directory } from './routing/directory.ts';
import type { Presence } from './routing/presence.ts';
import { spokenAhead } from './routing/spoken-ahead.ts';
import type { Sounds } from './sounds.ts';

export interface KeepToldDeps {
  readonly directory: () => Directory;
  readonly presence: () => Presence;
  readonly clock: Clock;
  readonly log: Log;
  readonly featureKeys: Pick<FeatureKeys, 'tell' | 'tellForward'>;
  readonly lamps: Pick<Lamps, 'look'>;
  readonly api: () => Pick<ClientApi, 'statusChanged'>;
  readonly recalls: () => Pick<Recalls, 'look'>;
  readonly sounds: Pick<Sounds, 'make'>;
}

/** Whoever shows what people have set hears of every change, whoever made it, and of its end. */
export function keepTold(deps: KeepToldDeps): Timekeeper {
  const { directory, presence, clock, log, featureKeys, lamps, api, recalls, sounds } = deps;
  const statuses = keepTime({
    directory,
    presence,
    clock,
    onChange: (change) => {
      const { user, organisation, is } = change;
      featureKeys.tell(change);
      lamps.look(new Set([user.id]));
      api().statusChanged(user.id);
      recalls().look();
      void sounds.make(spokenAhead(organisation, user, presence(), clock()));
      const who = `${user.extension}@${organisation.domain}`;
      log.info({ user: who, cause: is.source ?? 'ended' }, 'status changed');
    },
  });
  const forwards = watchForwards({
    people: () => peopleOf(directory()),
    presence,
    clock,
    onChange: (change) => {
      featureKeys.tellForward(change);
      lamps.look(new Set([change.user.id]));
    },
  });
  return {
    look: () => {
      statuses.look();
      forwards.look();
    },
    stop: () => {
      statuses.stop();
      forwards.stop();
    },
  };
}
