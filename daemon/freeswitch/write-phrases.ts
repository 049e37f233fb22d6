import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LANGUAGES } from '../voice/catalogue.ts';
import { phrasesXml } from '../voice/phrases.ts';
import { writeWhole } from './write-file.ts';

/** Writes what mod_voicemail says, in each language, where freeswitch.xml includes it. */
export async function writePhrases(conf: string): Promise<void> {
  for (const language of LANGUAGES) {
    const folder = join(conf, 'lang', language);
    await mkdir(folder, { recursive: true, mode: 0o750 });
    await writeWhole(join(folder, 'phrases.xml'), [phrasesXml(language)]);
  }
}
