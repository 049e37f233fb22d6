import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

export interface Recording {
  /** A WAV file, of any of the forms that `greetingSound` takes. */
  readonly bytes: Uint8Array;
  readonly longestSeconds: number;
}

/**
 * The WAV file that calls play, made in a thread of its own: two minutes of 48 kHz are most of a
 * second's work, and calls are waiting.
 *
 * @returns undefined for what cannot be a greeting.
 */
export async function greetingApart(recording: Recording): Promise<Buffer | undefined> {
  const worker = new Worker(PROGRAM, { workerData: recording });
  const [made] = (await once(worker, 'message')) as [Uint8Array | undefined];
  return made && Buffer.from(made.buffer, made.byteOffset, made.byteLength);
}

const PROGRAM = new URL(
  `./greeting-worker${extname(fileURLToPath(import.meta.url))}`,
  import.meta.url,
);
