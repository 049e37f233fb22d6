import { writeFile } from 'node:fs/promises';
import { SAMPLE_RATE } from './tone.ts';

/** Writes a mono 16-bit WAV file, for a person to listen to what a test heard. */
export async function writeWav(file: string, samples: Int16Array): Promise<void> {
  await writeFile(file, wavBytes(samples));
}

/** RIFF with the canonical 44-byte head: PCM, one channel, 8000 samples a second. */
export function wavBytes(samples: Int16Array): Buffer {
  const head = Buffer.alloc(44);
  const size = samples.length * 2;
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + size, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(SAMPLE_RATE, 24);
  head.writeUInt32LE(SAMPLE_RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(size, 40);
  const data = Buffer.alloc(size);
  samples.forEach((sample, index) => data.writeInt16LE(sample, index * 2));
  return Buffer.concat([head, data]);
}
