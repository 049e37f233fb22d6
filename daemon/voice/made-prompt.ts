import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Language } from '../routing/directory.ts';
import { type Speaker, speechError } from './speaker.ts';

/** What no catalogue can hold: a person's name, an absence. */
export interface Text {
  readonly language: Language;
  readonly text: string;
}

/**
 * Where the sound of a text lies, once it is made. Its name is a hash, so a text
 * can do nothing to a path or a dial string, and the same text is spoken once.
 */
export function madeFile(folder: string, speaker: Speaker, { language, text }: Text): string {
  const source = `${speaker.voice(language)}\n${text}`;
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 32);
  return join(folder, 'made', language, `${hash}.wav`);
}

/**
 * Makes the files of these texts that are not there yet, and yields each one that is.
 * @throws {VaxelError} `SPEECH_FAILED` or `DISK_FULL`; what was yielded stays.
 */
export async function* makePrompts(
  folder: string,
  speaker: Speaker,
  texts: readonly Text[],
): AsyncGenerator<string> {
  const missing = [];
  for (const text of texts) {
    const file = madeFile(folder, speaker, text);
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > 0) yield file;
    else missing.push({ ...text, file });
  }
  try {
    for (const { file } of missing) await mkdir(dirname(file), { recursive: true });
    for await (const { file } of speaker.speak(missing)) yield file;
  } catch (error) {
    throw speechError(error, { folder });
  }
}
