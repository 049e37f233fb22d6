import { fromALaw, fromMuLaw } from './g711.ts';
import { resample } from './resample.ts';
import type { Pcm } from './wav.ts';

/** Why a file cannot be a greeting. */
export type GreetingFault = 'not-a-wav' | 'too-long' | 'too-short';

/**
 * A recording that somebody made anywhere, as FreeSWITCH plays it to any caller:
 * one channel, 16 bits, 8 or 16 kHz. It takes PCM of 8 to 32 bits, floating point
 * of 32, A-law and µ-law, one or two channels and any usual rate (RIFF/WAVE formats
 * 1, 3, 6, 7 and 0xFFFE).
 */
export function greetingSound(
  bytes: Buffer,
  longestSeconds = LONGEST_SECONDS,
): Pcm | GreetingFault {
  const sound = readParts(bytes);
  if (sound === undefined) return 'not-a-wav';
  const { rate, channels, bits, data, coding } = sound;
  const levelAt = LEVELS[coding];
  const frame = (channels * bits) / 8;
  const frames = Math.floor(data.length / frame);
  if (frames > longestSeconds * rate) return 'too-long';
  if (frames < SHORTEST_SECONDS * rate) return 'too-short';
  const samples = new Int16Array(frames);
  for (let at = 0; at < frames; at += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      sum += levelAt(data, at * frame + (channel * bits) / 8, bits);
    }
    samples[at] = Math.round(sum / channels);
  }
  return resample({ rate, samples }, rate >= WIDE ? WIDE : NARROW);
}

interface Sound {
  readonly rate: number;
  readonly channels: number;
  readonly bits: number;
  readonly coding: Coding;
  readonly data: Buffer;
}

type Coding = 'pcm' | 'float' | 'a-law' | 'mu-law';

/** The chunks may come in any order and with others between them. */
function readParts(bytes: Buffer): Sound | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    return undefined;
  }
  let format: Omit<Sound, 'data'> | undefined;
  let data: Buffer | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = Math.min(bytes.readUInt32LE(at + 4), bytes.length - at - 8);
    const chunk = bytes.subarray(at + 8, at + 8 + length);
    const name = bytes.toString('latin1', at, at + 4);
    if (name === 'fmt ') format = readFormat(chunk);
    if (name === 'data') data ??= chunk;
    at += 8 + length + (length % 2);
  }
  return format === undefined || data === undefined ? undefined : { ...format, data };
}

function readFormat(chunk: Buffer): Omit<Sound, 'data'> | undefined {
  if (chunk.length < 16) return undefined;
  const tag = chunk.readUInt16LE(0);
  // The extensible form says the real format in the first bytes of a GUID.
  const format = tag === 0xfffe && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag;
  const channels = chunk.readUInt16LE(2);
  const rate = chunk.readUInt32LE(4);
  const bits = chunk.readUInt16LE(14);
  const [coding, widths] = CODINGS.get(format) ?? [];
  const isFit =
    widths?.includes(bits) === true &&
    (channels === 1 || channels === 2) &&
    rate >= NARROW &&
    rate <= HIGHEST;
  return isFit && coding !== undefined ? { rate, channels, bits, coding } : undefined;
}

/** By the format's number, with the bits a sample may have (RFC 2361 appendix A). */
const CODINGS: ReadonlyMap<number, readonly [Coding, readonly number[]]> = new Map([
  [1, ['pcm', [8, 16, 24, 32]]],
  [3, ['float', [32]]],
  [6, ['a-law', [8]]],
  [7, ['mu-law', [8]]],
]);

const LEVELS: Readonly<Record<Coding, (data: Buffer, at: number, bits: number) => number>> = {
  pcm: sampleAt,
  float: (data, at) => Math.min(1, Math.max(-1, data.readFloatLE(at) || 0)) * 32_767,
  'a-law': (data, at) => fromALaw(data[at] ?? 0),
  'mu-law': (data, at) => fromMuLaw(data[at] ?? 0),
};

/** As 16 bits. Eight are without a sign (RIFF/WAVE), all others with one. */
function sampleAt(data: Buffer, at: number, bits: number): number {
  switch (bits) {
    case 8:
      return ((data[at] ?? 128) - 128) * 256;
    case 16:
      return data.readInt16LE(at);
    case 24:
      return data.readIntLE(at, 3) / 256;
    default:
      return data.readInt32LE(at) / 65_536;
  }
}

const LONGEST_SECONDS = 120;
const SHORTEST_SECONDS = 0.2;
const NARROW = 8_000;
const WIDE = 16_000;
const HIGHEST = 48_000;
