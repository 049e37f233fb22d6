/** What a caller may press after the referral; names are as they are to be spoken. */
export type Choice =
  | {
      readonly key: Key;
      readonly kind: 'message' | 'switchboard' | 'mobile' | 'elsewhere' | 'ring-back';
    }
  | { readonly key: Key; readonly kind: 'colleague' | 'team'; readonly name: string };

export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';
