import { VaxelError } from '../../common/errors.ts';
import type { Language } from '../routing/directory.ts';

/** A text to be spoken, and the WAV file to hold it. */
export interface Utterance {
  readonly language: Language;
  readonly text: string;
  readonly file: string;
}

/** Whoever turns text into sound. */
export interface Speaker {
  /** What would make the same text sound otherwise: program, voice, speed. Part of a prompt's key. */
  readonly voice: (language: Language) => string;
  /**
   * Makes the files one after another, each whole or not at all, and yields
   * each when it is in place. To stop early, leave the loop.
   *
   * @throws {VaxelError} `SPEECH_FAILED` or `DISK_FULL`; the files already yielded stay.
   */
  speak(utterances: readonly Utterance[]): AsyncIterable<Utterance>;
}

/** The error for whatever went wrong while a prompt was made or put in its place. */
export function speechError(cause: unknown, context: VaxelError['context'] = {}): VaxelError {
  if (cause instanceof VaxelError) return cause;
  const code = errnoOf(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new VaxelError('DISK_FULL', 'no room for the prompts', context, { cause });
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VaxelError('SPEECH_FAILED', `a prompt could not be made: ${why}`, context, { cause });
}

function errnoOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
