import type { LegId } from '../call/event.ts';

/** What became of a wish about a call. */
export type ControlResult =
  | { readonly kind: 'done' }
  /** Telephones ring now: one leg each. */
  | { readonly kind: 'ringing'; readonly legs: readonly LegId[] }
  | { readonly kind: 'parked'; readonly slot: number }
  /** So many calls were ended. */
  | { readonly kind: 'ended'; readonly calls: number }
  | { readonly kind: 'refused'; readonly why: ControlRefusal };

export type ControlRefusal =
  | 'bad-number'
  | 'emergency'
  | 'freeswitch-away'
  | 'lot-full'
  | 'no-device'
  | 'no-trunk'
  | 'not-allowed'
  | 'nobody-there'
  | 'not-registered'
  | 'nothing-rings'
  | 'slot-empty'
  | 'slot-taken'
  | 'unknown-call'
  | 'unknown-number'
  | 'wrong-state';

export const DONE: ControlResult = { kind: 'done' };

export const refuse = (why: ControlRefusal): ControlResult => ({ kind: 'refused', why });
