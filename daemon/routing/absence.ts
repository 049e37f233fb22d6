import type { EpochMs } from '../../common/time.ts';
import type { Choice as SpokenChoice, Key } from '../referral/choices.ts';
import type { Absence } from '../referral/referral.ts';
import { calleeAt } from './callee.ts';
import type { Organisation, User } from './directory.ts';
import type { StatusNow } from './present-status.ts';
import type { Choice } from './rules.ts';

/** To whom an absence is told: colleagues may know what it is, unless it is private. */
export type Listener = 'colleague' | 'anybody';

/** What holds for a person, as it is put into words. */
export function absenceOf(
  organisation: Organisation,
  user: User,
  { activity, endsAt }: Pick<StatusNow, 'activity' | 'endsAt'>,
  listener: Listener,
  now: EpochMs,
): Absence {
  const { language } = user;
  const inside = listener === 'colleague';
  return {
    name: user.name,
    phrase: {
      label: activity.names[language],
      spoken: activity.phrases[language],
      public: inside && !activity.isPrivate ? undefined : activity.publicPhrases[language],
      private: activity.isPrivate,
      endsAs: activity.endsAs,
      endWord: activity.endWord,
    },
    end: endsAt,
    now,
    zone: organisation.zone,
    hours: user.hours,
    language,
    choices: choicesOf(organisation, user),
  };
}

/** Lowest key first. One that leads nowhere is not offered. */
export function choicesOf(organisation: Organisation, user: User): readonly SpokenChoice[] {
  return [...user.rules.choices]
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .flatMap(([digit, choice]) => spoken(digit as Key, choice, organisation, user));
}

function spoken(
  key: Key,
  choice: Choice,
  organisation: Organisation,
  { devices }: User,
): readonly SpokenChoice[] {
  switch (choice.kind) {
    case 'message':
      return [{ key, kind: 'message' }];
    case 'recall':
      return [{ key, kind: 'ring-back' }];
    case 'number':
      return [{ key, kind: 'elsewhere' }];
    case 'switchboard':
      return organisation.switchboard === undefined ? [] : [{ key, kind: 'switchboard' }];
    case 'mobile':
      return devices.some(({ kind }) => kind === 'mobile') ? [{ key, kind: 'mobile' }] : [];
    case 'extension': {
      const callee = calleeAt(organisation, choice.extension);
      if (callee === undefined) return [];
      const { user, team } = callee;
      return team === undefined
        ? [{ key, kind: 'colleague', name: user.name }]
        : [{ key, kind: 'team', name: team.spokenName }];
    }
  }
}
