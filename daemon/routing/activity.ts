import type { Bilingual, DefaultLength, EndsAs, EndWord } from '../../common/activity.ts';
import type { Brand } from '../../common/brand.ts';

export type ActivityId = Brand<string, 'ActivityId'>;

/** What a person may be doing, as the organisation (or the person) has defined it. */
export interface Activity {
  readonly id: ActivityId;
  /** Of a standard one: `lunch`; `available` is what holds where nothing else does. */
  readonly key: string | undefined;
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
  readonly teamsRing: boolean;
}
