import type { Bilingual, DefaultLength, EndsAs, EndWord } from '../../common/activity.ts';
import type { Brand } from '../../common/brand.ts';
import type { Seconds } from '../../common/time.ts';

export type ActivityId = Brand<string, 'ActivityId'>;

/** What a person may be doing, as the organisation (or the person) has defined it. */
export interface Activity {
  readonly id: ActivityId;
  /** Of a standard one: `lunch`; `available` is what holds where nothing else does. */
  readonly key: string | undefined;
  /** The id of the person whose own it is. */
  readonly ownedBy: string | undefined;
  /** Cannot be chosen any more; who has it keeps it. */
  readonly isRemoved: boolean;
  /** What is dialled for it: `*23*<position>#`. */
  readonly position: number;
  readonly names: Bilingual;
  /** Open: the devices ring. Closed: the caller is told. */
  readonly rings: boolean;
  readonly length: DefaultLength;
  readonly endsAs: EndsAs;
  readonly endWord: EndWord;
  /** What colleagues hear after the name: `är på lunch`. Empty: nothing is said. */
  readonly phrases: Bilingual;
  /** What everybody else hears: the same, or what keeps a private reason private. */
  readonly publicPhrases: Bilingual;
  /** The reason is nobody's business outside the organisation. */
  readonly isPrivate: boolean;
  /** Calls to teams ring at who has it. */
  readonly teamsRing: boolean;
  /** How long devices ring under it; left out: as the person has it. */
  readonly ringFor?: Seconds;
}

export type Activities = ReadonlyMap<ActivityId, Activity>;

/** What this person means by a number: one of his own before the organisation's. */
export function activityAt(
  activities: Activities,
  userId: string,
  position: number,
): Activity | undefined {
  const those = [...activities.values()].filter(
    (activity) => activity.position === position && !activity.isRemoved,
  );
  return (
    those.find(({ ownedBy }) => ownedBy === userId) ??
    those.find(({ ownedBy }) => ownedBy === undefined)
  );
}

/** @throws {Error} where there is none: the database holds one for every organisation. */
export function availableOf(activities: Activities): Activity {
  for (const activity of activities.values()) if (activity.key === 'available') return activity;
  throw new Error('an organisation without an activity for the available');
}
