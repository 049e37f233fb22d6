import type { Pcm } from './wav.ts';

/**
 * The same sound with fewer samples a second. What the lower rate cannot hold is
 * taken out first (a windowed sinc), or it would come back as a whistle.
 *
 * @param to - not above the rate there is.
 */
export function resample({ rate, samples }: Pcm, to: number): Pcm {
  if (rate === to) return { rate, samples };
  const divisor = greatestCommonDivisor(rate, to);
  const [up, down] = [to / divisor, rate / divisor];
  const cutoff = (to / rate) * PASSED;
  const reach = Math.ceil(CROSSINGS / cutoff);
  const kernels = Array.from({ length: up }, (_, phase) => kernel(phase / up, cutoff, reach));
  const resampled = new Int16Array(Math.floor((samples.length * up) / down));
  for (let n = 0; n < resampled.length; n += 1) {
    const position = n * down;
    const first = Math.floor(position / up) - reach + 1;
    const weights = kernels[position % up] ?? NO_WEIGHTS;
    let sum = 0;
    for (let tap = 0; tap < weights.length; tap += 1) {
      sum += (samples[first + tap] ?? 0) * (weights[tap] ?? 0);
    }
    resampled[n] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return { rate: to, samples: resampled };
}

/** Weights of the samples around a place between two of them; together they are 1. */
function kernel(fraction: number, cutoff: number, reach: number): Float64Array {
  const weights = new Float64Array(reach * 2).map((_, tap) => {
    const distance = tap - reach + 1 - fraction;
    const window =
      Math.abs(distance) >= reach ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach);
    return sinc(distance * cutoff) * window;
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/** Of the lower rate's band; the rest is where the filter falls off. */
const PASSED = 0.92;

/** Of the sinc, on each side: more is steeper and slower. */
const CROSSINGS = 12;

const NO_WEIGHTS = new Float64Array();
