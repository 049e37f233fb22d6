/** What a person may be doing, as every new organisation gets it; each may change and add to it. */
export interface ActivityTemplate {
  /** Stands for the activity where a name would not hold: `lunch`. */
  readonly key: string;
  /** 0 … 11: its place in lists, and the `n` of `*23*<n>#`. */
  readonly position: number;
  /** The label among colleagues. */
  readonly names: Bilingual;
  /** A Material Symbol. */
  readonly icon: string;
  /** `#rrggbb`, with 4.5:1 against white and 3:1 against a dark page. */
  readonly colour: string;
  readonly shape: ActivityShape;
  /** Open: calls ring as if nothing were set. */
  readonly rings: boolean;
  readonly length: DefaultLength;
  /** Whether one comes back at a time of day, or on a day. */
  readonly endsAs: EndsAs;
  /** How its end is told; left out it is `back`. */
  readonly endWord?: EndWord;
  /** Follows the person's name: "är på lunch". Empty where nobody is told. */
  readonly phrase: Bilingual;
  /** What callers from outside hear instead. */
  readonly publicPhrase?: Bilingual;
  /** The label and the phrase are for those who may know: health, family. */
  readonly private: boolean;
  /** Calls to the person's teams still ring here. */
  readonly teamsRing: boolean;
  /** How long devices ring under it; left out: as the person has it. */
  readonly ringSeconds?: number;
}

/** How long an activity lasts when nobody says until when. */
export type DefaultLength =
  | { readonly kind: 'minutes'; readonly minutes: number }
  | { readonly kind: 'time'; readonly minuteOfDay: number }
  | { readonly kind: 'rest-of-day' }
  | { readonly kind: 'next-working-day' }
  | { readonly kind: 'open-ended' };

export type EndsAs = 'clock' | 'date';

/**
 * - `back`: "åter klockan tretton"
 * - `until`: "till klockan tretton"
 * - `soon`: the phrase itself promises a near return: "strax tillbaka, senast klockan tretton"
 */
export type EndWord = 'back' | 'until' | 'soon';

/** So that colour is never all that tells two activities apart. */
export type ActivityShape = 'circle' | 'square' | 'diamond' | 'triangle' | 'hexagon';

export interface Bilingual {
  readonly sv: string;
  readonly en: string;
}
