import { randomText } from './id.ts';
import type { E164, Extension } from './phone-number.ts';

/** What a PIN is judged against. */
export interface PinOwner {
  readonly extension: Extension;
  readonly numbers: readonly E164[];
  /** The PIN there is now, if any: the new one must be another. */
  readonly current: string | undefined;
}

export type PinWeakness =
  'not-4-to-8-digits' | 'digit-repeated' | 'sequence' | 'pattern' | 'own-number' | 'same-as-before';

/** Why this PIN would be guessed, or `undefined` where it will do. */
export function weaknessOf(pin: string, owner: PinOwner): PinWeakness | undefined {
  if (!/^\d{4,8}$/.test(pin)) return 'not-4-to-8-digits';
  if (/(\d)\1\1/.test(pin)) return 'digit-repeated';
  if (hasSequence(pin)) return 'sequence';
  if (/^(\d+?)\1+$/.test(pin)) return 'pattern';
  if (pin === owner.current) return 'same-as-before';
  const backwards = pin.split('').reverse().join('');
  const own = [owner.extension, ...owner.numbers];
  if (own.some((number) => number.endsWith(pin) || number.endsWith(backwards))) return 'own-number';
  return undefined;
}

/** Six digits that are not weak. */
export function randomPin(owner: PinOwner): string {
  for (;;) {
    const pin = randomText('0123456789', 6);
    if (weaknessOf(pin, owner) === undefined) return pin;
  }
}

/** Four or more digits counting up or down: `3456`, `9876`. */
function hasSequence(pin: string): boolean {
  return Array.from({ length: pin.length - 3 }, (_, at) => pin.slice(at, at + 4)).some(
    (four) => '0123456789'.includes(four) || '9876543210'.includes(four),
  );
}
