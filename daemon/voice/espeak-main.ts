import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { placeFile } from './place-file.ts';
import { encodeWav, trimSilence } from './wav.ts';

/**
 * A process of its own that speaks with eSpeak NG: it is under GPL-3, and one
 * sentence can hold a thread for a second. Started by embedded-speaker.ts.
 *
 * In, on standard input, one JSON object a line: `{ voice, rate, text, file }`.
 * Out, one for each: `{}` when the file is in place, else `{ code, message }`.
 */
// Calls come first.
setPriority(5);
process.title = 'vaxel-speech';

const engine = load();
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}

async function answer(line: string): Promise<{ code?: unknown; message?: string }> {
  try {
    const order = JSON.parse(line) as { voice: string; rate: number; text: string; file: string };
    const espeak = await engine;
    espeak.set_voice(order.voice);
    espeak.set_rate(order.rate);
    const pieces: Int16Array[] = [];
    espeak.synthesize(order.text, (samples) => {
      if (samples !== undefined) pieces.push(samples);
      return false;
    });
    const samples = joined(pieces);
    if (samples.length === 0) return { message: 'eSpeak NG said nothing' };
    await placeFile(order.file, encodeWav(trimSilence({ rate: espeak.get_samplerate(), samples })));
    return {};
  } catch (error) {
    if (!(error instanceof Error)) return { message: String(error) };
    return { code: 'code' in error ? error.code : undefined, message: error.message };
  }
}

async function load() {
  const { default: loadModule } = await import('@echogarden/espeak-ng-emscripten');
  return new (await loadModule()).eSpeakNGWorker();
}

function joined(pieces: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
