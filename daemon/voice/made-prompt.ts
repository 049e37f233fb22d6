import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Language } from '../routing/directory.ts';
import { type Speaker, speechError } from './speaker.ts';

/**
 * The file that says a text no catalogue can hold (a company's name, a person's
 * absence), made if it is not there yet.
 *
 * Its name is a hash, so a text can do nothing to a path or a dial string, and
 * the same text is spoken once.
 *
 * @throws {VaxelError} `SPEECH_FAILED` or `DISK_FULL`.
 */
export async function madePrompt(
  folder: string,
  speaker: Speaker,
  language: Language,
  text: string,
): Promise<string> {
  const source = `${speaker.voice(language)}\n${text}`;
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 32);
  const file = join(folder, 'made', language, `${hash}.wav`);
  try {
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > 0) return file;
    await mkdir(dirname(file), { recursive: true });
    for await (const made of speaker.speak([{ language, text, file }])) return made.file;
  } catch (error) {
    throw speechError(error, { file });
  }
  throw new Error('a speaker ended without speaking');
}
