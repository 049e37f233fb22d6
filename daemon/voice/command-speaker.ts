import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { buffer, text as readText } from 'node:stream/consumers';
import { VaxelError } from '../../common/errors.ts';
import type { Language } from '../routing/directory.ts';
import { placeFile, unfinishedName } from './place-file.ts';
import { type Speaker, speechError, type Utterance } from './speaker.ts';
import { encodeWav, readWav, trimSilence } from './wav.ts';

export interface SpeechCommand {
  /**
   * The program and its arguments, with `{language}`, `{voice}` and `{file}`
   * filled in: `['espeak-ng', '--stdin', '--stdout', '-v', '{voice}']`. The text
   * comes on its standard input, and never as an argument; no shell is involved.
   * Without `{file}` the WAV is read from its standard output.
   */
  readonly command: readonly [program: string, ...args: string[]];
  readonly voices: Readonly<Record<Language, string>>;
  /** How long one text may take, in milliseconds. */
  readonly withinMs: number;
}

/** Speaks with any program that reads a text and writes a WAV: espeak-ng, piper. */
export function commandSpeaker(options: SpeechCommand): Speaker {
  return {
    voice: (language) => [...options.command, options.voices[language]].join(' '),
    async *speak(utterances) {
      for (const utterance of utterances) {
        try {
          await placeFile(utterance.file, await spokenWav(options, utterance));
        } catch (error) {
          throw speechError(error, { program: options.command[0], file: utterance.file });
        }
        yield utterance;
      }
    },
  };
}

async function spokenWav(options: SpeechCommand, utterance: Utterance): Promise<Buffer> {
  const { language, text, file } = utterance;
  const own = unfinishedName(file);
  const values: Record<string, string> = { language, voice: options.voices[language], file: own };
  const [program, ...args] = options.command;
  const filled = args.map((arg) =>
    arg.replace(/\{(language|voice|file)\}/g, (_, name: string) => values[name] ?? ''),
  );
  try {
    const printed = await run(program, filled, text, options.withinMs);
    const bytes = args.some((arg) => arg.includes('{file}')) ? await readFile(own) : printed;
    const pcm = readWav(bytes);
    if (pcm === undefined || pcm.samples.length === 0) {
      throw new VaxelError(
        'SPEECH_FAILED',
        `${program} gave no WAV of one channel and 16 bits: let its arguments ask for one`,
        { program, bytes: bytes.length },
      );
    }
    return encodeWav(trimSilence(pcm));
  } finally {
    await rm(own, { force: true });
  }
}

/** Runs a program to its end: the text in, what it printed out. */
async function run(program: string, args: string[], text: string, withinMs: number) {
  const child = spawn(program, args, { timeout: withinMs, killSignal: 'SIGKILL' });
  // Without file handles there is no process, and nothing to write to.
  if (child.pid === undefined) throw await notStarted(child);
  child.stdin.on('error', ignoreClosedPipe);
  child.stdin.end(`${text}\n`);
  const [printed, complaint, [code, signal]] = await Promise.all([
    buffer(child.stdout),
    readText(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  if (code === 0) return printed;
  const how = signal === null ? `ended with ${code ?? ''}` : `was ended by ${signal}`;
  throw new VaxelError('SPEECH_FAILED', `${program} ${how}: ${complaint.trim().slice(0, 200)}`, {
    program,
  });
}

async function notStarted(child: ChildProcess): Promise<Error> {
  const [error] = (await once(child, 'error')) as [Error];
  return error;
}

/** A program that ends without reading its text says why by its exit code. */
function ignoreClosedPipe(): void {
  return;
}
