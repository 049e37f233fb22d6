import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LANGUAGES, prompts } from './catalogue.ts';

/** Of the prompts that a caller may hear, how many have a file. */
export async function promptsThere(
  folder: string,
): Promise<{ readonly there: number; readonly all: number }> {
  let [there, all] = [0, 0];
  for (const language of LANGUAGES) {
    for (const name of prompts(language).keys()) {
      const found = await stat(join(folder, language, `${name}.wav`)).catch(() => undefined);
      all += 1;
      if (found !== undefined && found.size > 0) there += 1;
    }
  }
  return { there, all };
}
