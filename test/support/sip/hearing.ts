import { performance } from 'node:perf_hooks';
import { PATIENCE_MS } from '../patience.ts';
import type { Media } from './media.ts';
import { levelOf, SAMPLE_RATE, strengthOf } from './tone.ts';

/** Anything with sound: an outgoing or an incoming call. */
export interface Audible {
  readonly media: Media;
}

/**
 * Waits until this end hears the frequency, for 100 ms and in sound that arrives
 * from now on, so that nothing heard earlier can count.
 *
 * Several tones may be mixed; each has to be a fifth of what is heard.
 */
export async function heard(call: Audible, hz: number, withinMs = PATIENCE_MS): Promise<void> {
  const { media } = call;
  const first = media.heard.packets.length;
  await media.watch.until(() => (hears(media, hz, first) ? true : undefined), {
    withinMs,
    what: `tone of ${hz} Hz`,
  });
}

/** Waits until this end has heard sound of any kind for half a second in all, from now on: somebody speaks. */
export async function heardSpeech({ media }: Audible, withinMs = PATIENCE_MS): Promise<void> {
  const first = media.heard.packets.length;
  await media.watch.until(
    () => {
      const since = media.heard.packets.slice(first);
      const loud = since.filter(({ samples }) => levelOf(samples) > QUIET);
      return loud.length >= 25 ? true : undefined;
    },
    { withinMs, what: 'speech' },
  );
}

/** Waits until nothing has been heard for `forMs`: silence, or no packet at all. Starts from now. */
export async function silence(call: Audible, forMs: number, withinMs = PATIENCE_MS): Promise<void> {
  const { media } = call;
  const startedMs = performance.now();
  await media.watch.until(
    () => {
      const loud = media.heard.packets.findLast(({ samples }) => levelOf(samples) > QUIET);
      const quietMs = performance.now() - Math.max(startedMs, loud?.atMs ?? startedMs);
      return quietMs >= forMs ? true : undefined;
    },
    { withinMs, what: `silence of ${forMs} ms`, relookMs: 20 },
  );
}

/** Waits until the other end has pressed exactly these keys since the call began, or fails. */
export async function heardKeys(
  call: Audible,
  keys: string,
  withinMs = PATIENCE_MS,
): Promise<void> {
  const { media } = call;
  await media.watch.until(() => (media.heard.keys() === keys ? true : undefined), {
    withinMs,
    what: `keys ${keys}`,
  });
}

/** Whether the frequency is in the newest 100 ms, all of it in packet number `first` or later. */
export function hears(media: Media, hz: number, first = 0): boolean {
  const { packets } = media.heard;
  const newest = media.heard.samples(Math.max(first, packets.length - WINDOW / 160));
  if (newest.length < WINDOW) return false;
  const { share, level } = strengthOf(newest, hz);
  return share > 0.2 && level > QUIET;
}

/** 100 ms. */
const WINDOW = SAMPLE_RATE / 10;

/** About -50 dB of full scale: above the noise of a codec, below any tone. */
const QUIET = 100;
