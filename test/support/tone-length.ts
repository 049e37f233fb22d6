import { PATIENCE_MS } from './patience.ts';
import type { Audible } from './sip/hearing.ts';
import { levelOf, SAMPLE_RATE, strengthOf } from './sip/tone.ts';

/** The longest stretch that is nothing but one frequency, in milliseconds; to 20 ms. */
export function toneLengthMs(samples: Int16Array, hz: number): number {
  let longest = 0;
  let current = 0;
  for (let at = 0; at + WINDOW <= samples.length; at += STEP) {
    const { share, level } = strengthOf(samples.subarray(at, at + WINDOW), hz);
    current = share > 0.9 && level > 100 ? (current === 0 ? WINDOW : current + STEP) : 0;
    longest = Math.max(longest, current);
  }
  return (longest * 1000) / SAMPLE_RATE;
}

/** Waits until a pure tone has been heard for so long, in sound that arrives from now on. */
export async function heardFor(
  { media }: Audible,
  hz: number,
  ms: number,
  withinMs = PATIENCE_MS,
): Promise<void> {
  const first = media.heard.packets.length;
  await media.watch.until(
    () => (toneLengthMs(media.heard.samples(first), hz) >= ms ? true : undefined),
    { withinMs, what: `${ms} ms of ${hz} Hz` },
  );
}

/** The samples of a mono 16-bit WAV file, whatever other chunks it has. */
export function wavSamples(file: Buffer): Int16Array {
  for (let at = 12; at + 8 <= file.length;) {
    const size = file.readUInt32LE(at + 4);
    if (file.toString('latin1', at, at + 4) === 'data') {
      const count = Math.floor(Math.min(size, file.length - at - 8) / 2);
      return Int16Array.from({ length: count }, (_, i) => file.readInt16LE(at + 8 + 2 * i));
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('a WAV file without a data chunk');
}

export const isSilent = (samples: Int16Array): boolean => levelOf(samples) < 50;

/** 50 ms, moved on by 20 ms. */
const WINDOW = SAMPLE_RATE / 20;
const STEP = SAMPLE_RATE / 50;
