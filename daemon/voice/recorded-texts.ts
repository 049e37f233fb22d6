import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language } from '../routing/directory.ts';
import { LANGUAGES } from './catalogue.ts';

/** A text of ours as a person has recorded it. */
export interface RecordedText {
  readonly language: Language;
  /** As it was written down beside the sound. */
  readonly text: string;
  /** An absolute path. */
  readonly file: string;
}

/**
 * Every recording of a text there is: a WAV below `recorded/<language>/` with the
 * text beside it, in a file of the same name that ends with `.txt`. One whose name
 * holds what parts one file from another (mod_dptools.c, `file_string`) or one
 * argument from another is none.
 *
 * @param folder - of the prompts.
 */
export async function readRecordedTexts(folder: string): Promise<readonly RecordedText[]> {
  const found: RecordedText[] = [];
  for (const language of LANGUAGES) {
    const within = recordedFolder(folder, language);
    for (const name of (await readdir(within).catch(() => [])).sort()) {
      if (!PLAIN.test(name)) continue;
      const file = join(within, `${name.slice(0, -TEXT.length)}.wav`);
      const text = spaced(await readFile(join(within, name), 'utf8').catch(() => ''));
      if (text !== '' && (await findSound(file)) !== undefined)
        found.push({ language, text, file });
    }
  }
  return found;
}

/** Where `vaxel prompt set` puts the recording of a text, and the text. */
export function recordedFiles(folder: string, language: Language, text: string) {
  const hash = createHash('sha256').update(textKey(text)).digest('hex').slice(0, 32);
  const path = join(recordedFolder(folder, language), hash);
  return { sound: `${path}.wav`, text: `${path}${TEXT}` };
}

export const recordedFolder = (folder: string, language: Language): string =>
  join(folder, 'recorded', language);

/**
 * What two texts have in common that sound alike: "är på lunch," at the end of
 * a sentence is "är på lunch.", and the first of the choices begins with a capital.
 */
export const textKey = (text: string): string =>
  spaced(text)
    .replace(/[.,:;!?\s]+$/, '')
    .toLowerCase();

const spaced = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** Undefined where there is none, or the 44 bytes of the head of a WAV alone. */
export async function findSound(file: string): Promise<Stats | undefined> {
  return stat(file).then(
    (found) => (found.isFile() && found.size > 44 ? found : undefined),
    () => undefined,
  );
}

const TEXT = '.txt';

const PLAIN = /^[\w-][\w.-]*\.txt$/;
