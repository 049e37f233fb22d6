import { parentPort, workerData } from 'node:worker_threads';
import type { Recording } from './greeting-apart.ts';
import { greetingSound } from './greeting-sound.ts';
import { encodeWav } from './wav.ts';

// The thread of greeting-apart.ts.
const { bytes, longestSeconds } = workerData as Recording;
const sound = greetingSound(Buffer.from(bytes), longestSeconds);
parentPort?.postMessage(typeof sound === 'string' ? undefined : encodeWav(sound));
