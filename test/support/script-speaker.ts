import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text as readText } from 'node:stream/consumers';
import { placeFile } from '../../daemon/voice/place-file.ts';
import { type Speaker, speechError } from '../../daemon/voice/speaker.ts';

/** Speaks with a shell script that reads a text and prints a WAV; its arguments are its voice. */
export function scriptSpeaker(script: string, ...args: string[]): Speaker {
  return {
    voice: (language) => [script, ...args, language].join(' '),
    async *speak(utterances) {
      for (const utterance of utterances) {
        try {
          await placeFile(utterance.file, await printed(script, args, utterance.text));
        } catch (error) {
          throw speechError(error);
        }
        yield utterance;
      }
    },
  };
}

async function printed(script: string, args: readonly string[], text: string): Promise<Buffer> {
  const child = spawn('sh', [script, ...args]);
  child.stdin.end(`${text}\n`);
  const [wav, complaint, [code]] = await Promise.all([
    buffer(child.stdout),
    readText(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`ended with ${code ?? 'a signal'}: ${complaint.trim()}`);
  return wav;
}
