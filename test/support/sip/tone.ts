/** Samples in a second, everywhere in this agent. */
export const SAMPLE_RATE = 8_000;

/** Samples in one packet of 20 ms. */
export const PACKET_SAMPLES = 160;

/** One packet of a sine at -10 dB of full scale, continuing a wave that began at sample 0. */
export function tonePacket(hz: number, firstSample: number): Int16Array {
  return Int16Array.from({ length: PACKET_SAMPLES }, (_, index) =>
    Math.round(AMPLITUDE * Math.sin((2 * Math.PI * hz * (firstSample + index)) / SAMPLE_RATE)),
  );
}

/** How strong one frequency is in some samples. */
export interface Strength {
  /** Its part of all the energy there, 0 to 1. */
  readonly share: number;
  /** Its root mean square, of 32768. */
  readonly level: number;
}

/** Goertzel's algorithm; 100 ms of samples tell tones apart that are 20 Hz from each other. */
export function strengthOf(samples: Int16Array, hz: number): Strength {
  const factor = 2 * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE);
  let last = 0;
  let before = 0;
  let energy = 0;
  for (const sample of samples) {
    const next = sample + factor * last - before;
    before = last;
    last = next;
    energy += sample * sample;
  }
  if (energy === 0) return { share: 0, level: 0 };
  const power = last * last + before * before - factor * last * before;
  const meanSquare = (2 * power) / samples.length ** 2;
  return { share: (meanSquare * samples.length) / energy, level: Math.sqrt(meanSquare) };
}

/** Root mean square of samples, of 32768. */
export function levelOf(samples: Int16Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(energy / samples.length);
}

const AMPLITUDE = 10_000;
