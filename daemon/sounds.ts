import { join } from 'node:path';
import type { Log } from '../common/log.ts';
import type { LegId } from './call/event.ts';
import type { Language } from './routing/directory.ts';
import type { SaidPart } from './routing/plan.ts';
import { promptText } from './voice/prompt-text.ts';
import { madeFile, makePrompts, type Text } from './voice/made-prompt.ts';
import type { Speaker } from './voice/speaker.ts';

/** The sound of whatever plans say. */
export interface Sounds {
  /** Files that say these parts, in their order; what has none yet is left out, so that no call waits. */
  filesOf(parts: readonly SaidPart[], language: Language): readonly string[];
  /** The texts among them that are heard as somebody recorded them for the exchange. */
  recordedOf(parts: readonly SaidPart[], language: Language): readonly string[];
  /** Makes what of these has no file yet, beside the calls; fulfilled when it is there or has failed. */
  make(texts: readonly Text[]): Promise<void>;
  /** Texts without a sound, and how often speaking has failed. */
  figures(): { readonly waiting: number; readonly failed: number };
}

export interface SoundsDeps {
  /** Of the prompts: `<language>/<name>.wav`, and `made/` for the texts. */
  readonly folder: string;
  readonly speaker: Speaker;
  readonly log: Log;
  /** The file of a recording, by its greeting's id; undefined where it is gone. */
  readonly recording: (greeting: string) => string | undefined;
  /** The file of what was recorded on a call. */
  readonly take: (leg: LegId) => string;
  /** The file of the name somebody has recorded; undefined where there is none. */
  readonly recordedName: (domain: string, extension: string) => string | undefined;
  /** The file of a text that the sysadmin has a recording of; undefined where there is none. */
  readonly recordedText: (language: Language, text: string) => string | undefined;
}

/** One speaking process at a time; who asks meanwhile is served in the next round. */
export function createSounds({
  folder,
  speaker,
  log,
  recording,
  take,
  recordedName,
  recordedText,
}: SoundsDeps): Sounds {
  const ready = new Set<string>();
  const wanted = new Map<string, Text>();
  let working: Promise<void> | undefined;
  let speaking = 0;
  let failed = 0;

  async function work(): Promise<void> {
    while (wanted.size > 0) {
      const texts = new Map(wanted);
      wanted.clear();
      speaking = texts.size;
      try {
        for await (const file of makePrompts(folder, speaker, [...texts.values()])) {
          ready.add(file);
          speaking -= 1;
        }
      } catch (err) {
        failed += 1;
        log.error({ err }, 'a text could not be spoken: callers hear less than they should');
      }
    }
    speaking = 0;
    working = undefined;
  }

  function madeOf(text: string, language: Language): string | undefined {
    const file = madeFile(folder, speaker, { language, text });
    return ready.has(file) ? file : undefined;
  }

  function fileOf(part: SaidPart, language: Language): string | undefined {
    switch (part.kind) {
      case 'prompt':
        return join(folder, language, `${part.name}.wav`);
      case 'text':
        return recordedText(language, part.text) ?? madeOf(part.text, language);
      case 'name':
        return (
          recordedName(part.domain, part.mailbox) ??
          recordedText(language, part.text) ??
          madeOf(part.text, language)
        );
      case 'recording':
        return recording(part.greeting);
      case 'take':
        return take(part.leg);
    }
  }

  function isRecorded(part: Worded, language: Language): boolean {
    if (part.kind === 'name' && recordedName(part.domain, part.mailbox) !== undefined) return false;
    return recordedText(language, textOf(part, language)) !== undefined;
  }

  return {
    filesOf: (parts, language) => parts.flatMap((part) => fileOf(part, language) ?? []),
    recordedOf: (parts, language) =>
      parts.flatMap((part) =>
        isWorded(part) && isRecorded(part, language) ? [textOf(part, language)] : [],
      ),
    make: async (texts) => {
      for (const text of texts) {
        const file = madeFile(folder, speaker, text);
        if (text.text !== '' && !ready.has(file)) wanted.set(file, text);
      }
      if (wanted.size > 0) working ??= work();
      await working;
    },
    figures: () => ({ waiting: wanted.size + speaking, failed }),
  };
}

type Worded = Exclude<SaidPart, { kind: 'recording' | 'take' }>;

const isWorded = (part: SaidPart): part is Worded =>
  part.kind !== 'recording' && part.kind !== 'take';

const textOf = (part: Worded, language: Language): string =>
  part.kind === 'prompt' ? promptText(language, part.name) : part.text;
