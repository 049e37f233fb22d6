import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { VaxelError } from '../../common/errors.ts';
import type { Language } from '../routing/directory.ts';
import { type Speaker, speechError, type Utterance } from './speaker.ts';

/**
 * Speaks with the eSpeak NG that `npm ci` brings, so that a fresh machine
 * speaks. It runs in a process of its own for as long as there is something to
 * say, one text at a time, and ends when this process does.
 */
export function embeddedSpeaker(): Speaker {
  return {
    voice: (language) => `espeak-ng ${VOICES[language]} ${WORDS_A_MINUTE}`,
    async *speak(utterances) {
      if (utterances.length === 0) return;
      // The arguments of this process make it read TypeScript where that is what it runs.
      const child = spawn(process.execPath, [...process.execArgv, PROGRAM], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      // A process that cannot be started or dies closes its output, and is told by that.
      child.on('error', () => undefined);
      // Without file handles there is none, and to end none is to end our own process group (uv_kill of pid 0).
      if (child.pid === undefined) {
        throw new VaxelError('SPEECH_FAILED', 'the speech process could not be started');
      }
      try {
        yield* speakThrough(child.stdin, child.stdout, utterances);
      } finally {
        child.kill('SIGKILL');
      }
    },
  };
}

async function* speakThrough(
  orders: NodeJS.WritableStream,
  answers: NodeJS.ReadableStream,
  utterances: readonly Utterance[],
): AsyncGenerator<Utterance> {
  orders.on('error', () => undefined);
  const lines = createInterface({ input: answers })[Symbol.asyncIterator]();
  for (const utterance of utterances) {
    const { language, text, file } = utterance;
    orders.write(
      `${JSON.stringify({ voice: VOICES[language], rate: WORDS_A_MINUTE, text, file })}\n`,
    );
    const line = await withinTime(lines.next());
    if (line.done === true) {
      throw new VaxelError('SPEECH_FAILED', 'the speech process ended by itself', { file });
    }
    const { code, message } = JSON.parse(line.value) as { code?: string; message?: string };
    if (message !== undefined) throw refusal(code, message, file);
    yield utterance;
  }
}

function refusal(code: string | undefined, message: string, file: string): VaxelError {
  if (code === 'ERR_MODULE_NOT_FOUND') {
    return new VaxelError(
      'SPEECH_FAILED',
      'the package @echogarden/espeak-ng-emscripten is not installed: run npm ci without --omit=optional',
      { file },
    );
  }
  return speechError(Object.assign(new Error(message), { code }), { file });
}

async function withinTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new VaxelError('SPEECH_FAILED', 'the speech process does not answer'));
    }, ANSWER_WITHIN_MS);
  });
  return Promise.race([answer, late]).finally(() => {
    clearTimeout(timer);
  });
}

/** Beside this file, with the same ending: `.ts` in a checkout, `.js` when built. */
const PROGRAM = fileURLToPath(
  new URL(`./espeak-main${extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

const VOICES: Readonly<Record<Language, string>> = { sv: 'sv', en: 'en-gb' };

/** eSpeak's own 175 is fast for somebody who is to remember a menu. */
const WORDS_A_MINUTE = 160;

/** Starting takes two seconds, a long sentence one, on a slow machine much more. */
const ANSWER_WITHIN_MS = 60_000;
