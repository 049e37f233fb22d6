import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prompts } from '../../daemon/voice/catalogue.ts';
import type { PromptName } from '../../daemon/voice/prompt-name.ts';
import { recordedFolder } from '../../daemon/voice/recorded-texts.ts';
import { encodeWav } from '../../daemon/voice/wav.ts';
import { promptFile } from './codes.ts';
import { eventually } from './eventually.ts';
import type { Exchange } from './exchange.ts';
import { SAMPLE_RATE } from './sip/tone.ts';

/**
 * Has a quarter of a second of sound played in place of every Swedish phrase, as a sysadmin's own recordings are: what is
 * played and when stays as it is, and a test that counts on no words does not wait for them.
 * @param spoken - the voice goes on saying these phrases.
 * @param texts - of no catalogue, to be as brief.
 */
export async function speakBriefly(
  exchange: Exchange,
  { spoken = [], texts = [] }: { spoken?: readonly PromptName[]; texts?: readonly string[] } = {},
): Promise<void> {
  const folder = recordedFolder(join(exchange.state, 'prompts'), 'sv');
  mkdirSync(folder, { recursive: true });
  const sound = join(exchange.state, 'brief.wav');
  writeFileSync(sound, encodeWav({ rate: SAMPLE_RATE, samples: brief }));
  const names = [...prompts('sv').keys()].filter(
    (name) => !/-\d+$/.test(name) && !spoken.includes(name),
  );
  for (const name of names) copyFileSync(sound, join(folder, `${name}.wav`));
  // The daemon looks when one is set, which may as well be one that nothing says.
  for (const text of ['nothing', ...texts]) {
    await exchange.vaxel('prompt', 'set', 'sv', text, sound);
  }
  const isBrief = (name: string) => readFileSync(promptFile(exchange, name)).equals(bytes);
  const bytes = readFileSync(sound);
  await eventually('brief prompts', () => names.every(isBrief), 60_000);
}

/** 350 Hz, which no telephone of a test sends. */
const brief = Int16Array.from(
  { length: SAMPLE_RATE / 4 },
  (_, at) => 8_000 * Math.sin((2 * Math.PI * 350 * at) / SAMPLE_RATE),
);
