import type { Brand } from '../../common/brand.ts';

export type ActivityId = Brand<string, 'ActivityId'>;

/** What a person may be doing, as the organisation (or the person) has defined it. */
export interface Activity {
  readonly id: ActivityId;
  /** Of a standard one: `lunch`; `available` is what holds where nothing else does. */
  readonly key: string | undefined;
  /** What is dialled for it: `*23*<position>#`. */
  readonly position: number;
  readonly names: Spoken;
  /** Open: the devices ring. Closed: the caller is told. */
  readonly rings: boolean;
  readonly length: ActivityLength;
  /** Whole days off come back on a date, the others at a time. */
  readonly endsAs: 'clock' | 'date';
  /** What colleagues hear after the name: `är på lunch`. */
  readonly phrases: Spoken;
  /** What everybody else hears: the same, or what keeps a private reason private. */
  readonly publicPhrases: Spoken;
  /** The reason is nobody's business outside the organisation. */
  readonly isPrivate: boolean;
  readonly teamsRing: boolean;
}

/** A text in every language that we speak. */
export type Spoken = Readonly<Record<'sv' | 'en', string>>;

/** How long an activity lasts where nobody says. */
export type ActivityLength =
  | { readonly kind: 'minutes'; readonly minutes: number }
  | { readonly kind: 'time'; readonly minuteOfDay: number }
  | { readonly kind: 'rest-of-day' }
  | { readonly kind: 'next-working-day' }
  | { readonly kind: 'open-ended' };
