import { join } from 'node:path';
import type { Log } from '../common/log.ts';
import { takeFile } from './greeting-files.ts';
import type { Layout } from './freeswitch/layout.ts';
import { openRecordedNames } from './recorded-names.ts';
import { openRecordedPrompts } from './recorded-prompts.ts';
import { createSounds } from './sounds.ts';
import { embeddedSpeaker } from './voice/embedded-speaker.ts';

/** All that plans can say: what is made of texts, what people have uploaded, the names they have recorded, what the sysadmin has. */
export async function openSounds(layout: Layout, log: Log) {
  const names = await openRecordedNames(layout.voicemail, log);
  const recorded = await openRecordedPrompts(layout.prompts);
  const sounds = createSounds({
    folder: layout.prompts,
    speaker: embeddedSpeaker(),
    log,
    recording: (greeting) => join(layout.greetings, `${greeting}.wav`),
    take: (leg) => takeFile(layout.takes, leg),
    recordedName: (domain, extension) => names.of(domain, extension),
    recordedText: (language, text) => recorded.of(language, text),
  });
  return { sounds, names, recorded };
}
