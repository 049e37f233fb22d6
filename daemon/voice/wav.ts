/** Sound as we keep it: one channel, 16 bits. */
export interface Pcm {
  /** Samples a second. */
  readonly rate: number;
  readonly samples: Int16Array;
}

/** A WAV file: the 44-byte header of RIFF/WAVE with format 1 (PCM), then the samples. */
export function encodeWav({ rate, samples }: Pcm): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + samples.length * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, index) => bytes.writeInt16LE(sample, HEADER_BYTES + index * 2));
  return bytes;
}

/**
 * Reads a WAV of one channel and 16 bits; anything else is `undefined`.
 *
 * A program that writes to a pipe cannot know its length beforehand, and puts
 * an impossible one in the header: what is there counts.
 */
export function readWav(bytes: Buffer): Pcm | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    return undefined;
  }
  let rate: number | undefined;
  let at = 12;
  while (at + 8 <= bytes.length) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = Math.min(bytes.readUInt32LE(at + 4), bytes.length - at - 8);
    const start = at + 8;
    if (name === 'fmt ' && length >= 16) {
      const [format, channels] = [bytes.readUInt16LE(start), bytes.readUInt16LE(start + 2)];
      if (format !== 1 || channels !== 1 || bytes.readUInt16LE(start + 14) !== 16) return undefined;
      rate = bytes.readUInt32LE(start + 4);
    }
    if (name === 'data' && rate !== undefined) {
      const samples = new Int16Array(Math.floor(length / 2));
      samples.forEach((_, index) => (samples[index] = bytes.readInt16LE(start + index * 2)));
      return { rate, samples };
    }
    at = start + length + (length % 2);
  }
  return undefined;
}

/**
 * Without the silence at both ends, but for a breath: prompts are put together
 * to sentences, and FreeSWITCH makes the pause between them.
 */
export function trimSilence({ rate, samples }: Pcm): Pcm {
  const breath = Math.round(rate * BREATH_SECONDS);
  const loud = (sample: number) => Math.abs(sample) > QUIET;
  const first = samples.findIndex(loud);
  if (first === -1) return { rate, samples };
  const last = samples.findLastIndex(loud);
  return { rate, samples: samples.slice(Math.max(0, first - breath), last + 1 + breath) };
}

const HEADER_BYTES = 44;
const BREATH_SECONDS = 0.02;

/** Of 32,767: some 44 dB below full scale. */
const QUIET = 200;
