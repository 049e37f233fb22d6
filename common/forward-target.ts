import {
  type E164,
  type Extension,
  isPremium,
  type NumberPlan,
  readDialled,
} from './phone-number.ts';

/** Where a call can be sent on to. */
export type ForwardTarget =
  | {
      readonly kind: 'extension';
      readonly extension: Extension;
      /** What the same digits are where nobody has that extension. */
      readonly otherwise: E164 | undefined;
    }
  | { readonly kind: 'number'; readonly number: E164 }
  | { readonly kind: 'voicemail' };

/** `not-forwardable`: emergency, short and premium numbers, which nobody is sent to unasked. */
export type BadTarget = 'bad-target' | 'not-forwardable';

/** Reads what was typed or dialled as the target of a forward: `101`, `070-123 45 67`, `voicemail`. */
export function readForwardTarget(text: string, plan: NumberPlan): ForwardTarget | BadTarget {
  if (text === 'voicemail') return { kind: 'voicemail' };
  const dialled = readDialled(text, plan);
  switch (dialled.kind) {
    case 'extension':
      return dialled;
    case 'e164':
      return isPremium(dialled.e164) ? 'not-forwardable' : { kind: 'number', number: dialled.e164 };
    case 'emergency':
    case 'short':
      return 'not-forwardable';
    case 'code':
    case 'invalid':
      return 'bad-target';
  }
}

/** In one word, and voicemail as the one who asks calls it: by name, or by its code. */
export function forwardTargetText(
  to:
    | { readonly kind: 'extension'; readonly extension: string }
    | { readonly kind: 'number'; readonly number: string }
    | { readonly kind: 'voicemail' },
  voicemail = 'voicemail',
): string {
  switch (to.kind) {
    case 'extension':
      return to.extension;
    case 'number':
      return to.number;
    case 'voicemail':
      return voicemail;
  }
}
