import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../common/log.ts';
import { systemClock } from '../../common/time.ts';
import type { Language } from '../routing/directory.ts';
import { LANGUAGES, prompts } from './catalogue.ts';
import { findSound, readRecordedTexts, recordedFolder, textKey } from './recorded-texts.ts';
import { openManifest, type Manifest } from './manifest.ts';
import { placeFile, UNFINISHED } from './place-file.ts';
import type { PromptName } from './prompt-name.ts';
import { type Speaker, speechError, type Utterance } from './speaker.ts';

export interface PromptOptions {
  /** Holds `<language>/<name>.wav`: what FreeSWITCH knows as `$${vaxel_prompts}`. */
  readonly folder: string;
  readonly speaker: Speaker;
  readonly log: Pick<Log, 'info'>;
  /** Shorter than all in tests. */
  readonly wanted?: readonly Prompt[];
}

export interface Prompt {
  readonly language: Language;
  readonly name: PromptName;
  readonly text: string;
}

/** How many files were spoken, taken from the recorded ones, and already right. */
export interface PromptsMade {
  readonly spoken: number;
  readonly recorded: number;
  readonly kept: number;
}

/**
 * Makes every prompt that is missing or no longer says what it should.
 *
 * A recording of the same name, or of the same text, under `recorded/<language>/`
 * replaces the spoken one. What has been
 * made is written down as it goes, so that a process that is killed goes on
 * where it was.
 *
 * @throws {VaxelError} `SPEECH_FAILED` or `DISK_FULL`; the prompts there stay.
 */
export async function ensurePrompts(options: PromptOptions): Promise<PromptsMade> {
  const { folder, speaker, log, wanted = allPrompts() } = options;
  try {
    for (const language of LANGUAGES) await sweep(join(folder, language));
    const manifest = await openManifest(join(folder, 'manifest.json'));
    const texts = new Map(
      (await readRecordedTexts(folder)).map((one) => [idOf(one.language, textKey(one.text)), one]),
    );
    const missing: Job[] = [];
    let recorded = 0;
    for (const prompt of wanted) {
      const byText = texts.get(idOf(prompt.language, textKey(prompt.text)))?.file;
      const job = await jobFor(prompt, folder, speaker, byText);
      if (await isInPlace(job, manifest)) continue;
      if (job.recording === undefined) {
        missing.push(job);
      } else {
        await placeFile(job.file, await readFile(job.recording));
        manifest.set(job.id, job.key);
        recorded += 1;
      }
    }
    const started = performance.now();
    await speakAll(missing, speaker, manifest);
    const made: PromptsMade = {
      spoken: missing.length,
      recorded,
      kept: wanted.length - missing.length - recorded,
    };
    log.info({ count: made.spoken, ms: Math.round(performance.now() - started) }, 'prompts ready');
    return made;
  } catch (error) {
    throw speechError(error, { folder });
  }
}

/** One prompt, and what must be written down once its file is right. */
interface Job extends Utterance {
  readonly id: string;
  readonly key: string;
  /** The file that replaces the spoken one. */
  readonly recording: string | undefined;
}

/** @param byText - the recording found by what the prompt says; one that has its name goes before it. */
async function jobFor(
  prompt: Prompt,
  folder: string,
  speaker: Speaker,
  byText: string | undefined,
): Promise<Job> {
  const { language, name, text } = prompt;
  const byName = join(recordedFolder(folder, language), `${name}.wav`);
  const named = await findSound(byName);
  const recording = named === undefined ? byText : byName;
  const found = named ?? (byText === undefined ? undefined : await findSound(byText));
  const source =
    found === undefined
      ? `${speaker.voice(language)}\n${text}`
      : `recorded ${found.size} ${found.mtimeMs}`;
  return {
    language,
    text,
    file: join(folder, language, `${name}.wav`),
    id: idOf(language, name),
    key: createHash('sha256').update(source).digest('hex').slice(0, 32),
    recording: found === undefined ? undefined : recording,
  };
}

const idOf = (language: Language, name: string): string => `${language}/${name}`;

async function isInPlace(job: Job, manifest: Manifest): Promise<boolean> {
  return manifest.get(job.id) === job.key && ((await statIfThere(job.file))?.size ?? 0) > 0;
}

async function speakAll(jobs: readonly Job[], speaker: Speaker, manifest: Manifest) {
  const byFile = new Map(jobs.map((job) => [job.file, job]));
  try {
    for await (const { file } of speaker.speak(jobs)) {
      const job = byFile.get(file);
      if (job === undefined) throw new Error(`nobody asked for ${file}`);
      manifest.set(job.id, job.key);
      if (manifest.unsaved >= SAVE_EVERY) await manifest.save();
    }
  } finally {
    await manifest.save();
  }
}

/** Phrases of every language before the numbers, hours and days of any. */
function allPrompts(): readonly Prompt[] {
  const all = LANGUAGES.flatMap((language) =>
    [...prompts(language)].map(([name, text]) => ({ language, name, text })),
  );
  const isSeries = ({ name }: Prompt) => /-\d+$/.test(name);
  return [...all.filter((prompt) => !isSeries(prompt)), ...all.filter(isSeries)];
}

/** Makes the folder, and takes away what a killed process left half written an hour ago or more. */
async function sweep(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    if (name.endsWith(UNFINISHED) && ((await statIfThere(file))?.mtimeMs ?? 0) < hourAgo()) {
      await rm(file, { force: true });
    }
  }
}

async function statIfThere(file: string) {
  return stat(file).catch(() => undefined);
}

function hourAgo(): number {
  return systemClock() - 3_600_000;
}

const SAVE_EVERY = 20;
