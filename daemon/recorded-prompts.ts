import { stat } from 'node:fs/promises';
import type { Language } from './routing/directory.ts';
import { LANGUAGES } from './voice/catalogue.ts';
import { readRecordedTexts, recordedFolder, textKey } from './voice/recorded-texts.ts';

/** The texts that somebody has recorded, in place of the voice that speaks them. */
export interface RecordedPrompts {
  /** An absolute path; undefined where nobody has. Looks at nothing but memory. */
  of(language: Language, text: string): string | undefined;
  /** Looks whether one came or went. @returns whether it did. */
  renew(): Promise<boolean>;
}

/** @param folder - of the prompts. */
export async function openRecordedPrompts(folder: string): Promise<RecordedPrompts> {
  let seen = '';
  let files = new Map<string, string>();

  async function renew(): Promise<boolean> {
    const newest = await changedAt(folder);
    if (newest === seen) return false;
    const found = await readRecordedTexts(folder);
    files = new Map(found.map(({ language, text, file }) => [keyOf(language, text), file]));
    seen = newest;
    return true;
  }

  await renew();
  return { of: (language, text) => files.get(keyOf(language, text)), renew };
}

const keyOf = (language: Language, text: string): string => `${language} ${textKey(text)}`;

/** A file that comes or goes changes its folder's time. */
async function changedAt(folder: string): Promise<string> {
  const times = LANGUAGES.map((language) =>
    stat(recordedFolder(folder, language), { bigint: true }).then(
      ({ mtimeNs }) => String(mtimeNs),
      () => 'none',
    ),
  );
  return (await Promise.all(times)).join(' ');
}
