import { readFileSync, statSync } from 'node:fs';
import { greetingSound } from '../daemon/voice/greeting-sound.ts';
import type { Pcm } from '../daemon/voice/wav.ts';
import type { Refused } from './command.ts';
import { refusedBecause } from './refusals.ts';

/** A recording somebody brings, as FreeSWITCH plays it; or why it cannot be. */
export function readSoundFile(file: string): Pcm | Refused {
  const bytes = readSmallFile(file);
  if (bytes === undefined) return refusedBecause('greeting-file');
  const sound = greetingSound(bytes);
  return typeof sound === 'string' ? refusedBecause(sound) : sound;
}

export const soundSeconds = ({ samples, rate }: Pcm): string => (samples.length / rate).toFixed(1);

/** Undefined where it cannot be read, or is larger than two minutes of any sound. */
function readSmallFile(file: string): Buffer | undefined {
  try {
    return statSync(file).size > LARGEST ? undefined : readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Bytes: two minutes and some of 48 kHz, two channels, 32 bits. */
const LARGEST = 64 * 1024 * 1024;
