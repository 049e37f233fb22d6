import { readFileSync } from 'node:fs';
import { PATIENCE_MS } from '../patience.ts';
import { readWav } from '../../../daemon/voice/wav.ts';
import type { Audible } from './hearing.ts';
import { SAMPLE_RATE } from './tone.ts';

/**
 * Waits until this end has heard the sound of a file, by its waveform: what came
 * is slid along it, and two of the same shape are the same sound whatever a
 * codec, a resampler and the volume did to them.
 */
export async function heardFile(
  { media }: Audible,
  file: string,
  withinMs = PATIENCE_MS,
): Promise<void> {
  const wanted = telephoneSound(file);
  // Every 20 ms a packet comes, and a look takes longer than that.
  let lookedAt = -Infinity;
  let from = 0;
  const look = () => {
    if (performance.now() - lookedAt < LOOK_MS) return undefined;
    const isHeard = likeness(media.heard.samples(from), wanted) > ALIKE;
    // What the sound may still begin in is looked at again.
    from = Math.max(from, media.heard.packets.length - Math.ceil(wanted.length / PACKET) - 2);
    lookedAt = performance.now();
    return isHeard ? true : undefined;
  };
  await media.watch.until(look, { withinMs, what: `sound of ${file}`, relookMs: LOOK_MS + 10 });
}

/** How alike the sound of a file is to the best fitting piece of what was heard: 0 … 1. */
export const likenessTo = ({ media }: Audible, file: string): number =>
  likeness(media.heard.samples(), telephoneSound(file));

/** At most the first second of it, at the rate of a telephone. */
function telephoneSound(file: string): Int16Array {
  const pcm = readWav(readFileSync(file));
  if (pcm === undefined) throw new Error(`not a WAV: ${file}`);
  const step = pcm.rate / SAMPLE_RATE;
  const length = Math.min(SAMPLE_RATE, Math.floor(pcm.samples.length / step));
  return Int16Array.from({ length }, (_, i) => {
    let sum = 0;
    for (let n = 0; n < step; n += 1) sum += pcm.samples[Math.floor(i * step) + n] ?? 0;
    return sum / step;
  });
}

/** Slid coarsely by loudness first: a second of sound at every sample would take minutes. */
function likeness(heard: Int16Array, wanted: Int16Array): number {
  const loud = loudness(heard);
  const shape = loudness(wanted);
  const places = Array.from({ length: Math.max(0, loud.length - shape.length) }, (_, at) => ({
    at: at * FRAME,
    fit: correlation(loud, shape, at),
  }));
  const best = places
    .filter(({ fit }) => fit > SOMEWHAT)
    .toSorted((a, b) => b.fit - a.fit)
    .slice(0, 15);
  let most = 0;
  for (const { at } of best) {
    for (let shift = -FRAME; shift <= FRAME; shift += 1) {
      if (at + shift < 0) continue;
      most = Math.max(most, correlation(heard, wanted, at + shift));
    }
  }
  return most;
}

function loudness(samples: Int16Array): Float64Array {
  const frames = new Float64Array(Math.floor(samples.length / FRAME));
  for (let i = 0; i < frames.length; i += 1) {
    let sum = 0;
    for (let n = 0; n < FRAME; n += 1) sum += (samples[i * FRAME + n] ?? 0) ** 2;
    frames[i] = Math.sqrt(sum / FRAME);
  }
  return frames;
}

/** Pearson's: 1 for the same shape at any volume. */
function correlation(all: ArrayLike<number>, piece: ArrayLike<number>, at: number): number {
  const count = Math.min(piece.length, all.length - at);
  let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i += 1) {
    const a = all[at + i] ?? 0;
    const b = piece[i] ?? 0;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const spread = Math.sqrt((xx - (x * x) / count) * (yy - (y * y) / count));
  return spread === 0 ? 0 : (xy - (x * y) / count) / spread;
}

/** Ten milliseconds. */
const FRAME = SAMPLE_RATE / 100;

/** The samples of a packet, 20 ms. */
const PACKET = SAMPLE_RATE / 50;

const LOOK_MS = 200;

/** Of the loudness: below it no closer look is worth its time. */
const SOMEWHAT = 0.6;

/** Another sentence of the same voice comes to 0.3 at most. */
export const ALIKE = 0.7;
