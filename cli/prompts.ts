import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { nearest } from '../common/nearest.ts';
import { loadDirectory } from '../daemon/directory.ts';
import { layoutOf } from '../daemon/freeswitch/layout.ts';
import type { Directory, Language } from '../daemon/routing/directory.ts';
import { spokenActivities, spokenEver } from '../daemon/routing/spoken-ahead.ts';
import { LANGUAGES, prompts } from '../daemon/voice/catalogue.ts';
import { placeFile } from '../daemon/voice/place-file.ts';
import {
  readRecordedTexts,
  recordedFiles,
  type RecordedText,
  textKey,
} from '../daemon/voice/recorded-texts.ts';
import { encodeWav } from '../daemon/voice/wav.ts';
import { type Command, done } from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { readSoundFile, soundSeconds } from './sound-file.ts';
import { atWork, changed, type Workplace } from './workplace.ts';

const list: Command = {
  words: 'prompt list',
  summary: 'list what the voice says, and what of it is somebody’s own recording',
  takes: [],
  options: {
    language: { value: '<sv|en>', summary: 'only that one' },
    recorded: { summary: 'only recordings' },
  },
  run: async (invocation) =>
    atWork(invocation, async (place) => {
      const asked = invocation.values.get('language');
      const languages = asked === undefined ? LANGUAGES : LANGUAGES.filter((one) => one === asked);
      if (languages.length === 0) return refusedBecause('unknown-language');
      const recorded = await readRecordedTexts(folderOf(place));
      const directory = await loadDirectory(place.db);
      const all = languages.flatMap((language) =>
        listed(language, recorded, textsSaid(directory, language, place)),
      );
      const wanted = invocation.switches.has('recorded')
        ? all.filter(({ file }) => file !== undefined)
        : all;
      const rows = wanted.map(({ language, text, file, said }) => [
        language,
        file === undefined ? 'spoken' : said ? 'recorded' : 'recorded, and never said',
        text,
      ]);
      return done(wanted, table(['LANGUAGE', 'HOW', 'TEXT'], rows));
    }),
};

const set: Command = {
  words: 'prompt set',
  summary: 'let callers hear a recording where the voice would say this text',
  takes: ['<sv|en>', '<text>', '<wav>'],
  options: {},
  run: async (invocation) =>
    atWork(invocation, async (place) => {
      const [code = '', text = '', file = ''] = invocation.args;
      const language = LANGUAGES.find((one) => one === code);
      if (language === undefined) return refusedBecause('unknown-language');
      if (!isText(text)) return refusedBecause('bad-prompt-text');
      const sound = readSoundFile(file);
      if ('kind' in sound) return sound;
      const files = recordedFiles(folderOf(place), language, text);
      mkdirSync(dirname(files.sound), { recursive: true, mode: 0o755 });
      await placeFile(files.sound, encodeWav(sound));
      // The text comes last: a sound without it is nothing.
      await placeFile(files.text, `${text.trim()}\n`);
      const said = textsSaid(await loadDirectory(place.db), language, place);
      const data = { language, text: text.trim(), file: files.sound, said: isSaid(text, said) };
      const words = `“${data.text}” is heard as recorded, ${soundSeconds(sound)} s`;
      return changed(place, invocation, done(data, [words, ...hint(text, said)].join('\n')));
    }),
};

const remove: Command = {
  words: 'prompt remove',
  summary: 'let the voice say this text again',
  takes: ['<sv|en>', '<text>'],
  options: {},
  run: async (invocation) =>
    atWork(invocation, async (place) => {
      const [language = '', text = ''] = invocation.args;
      const found = (await readRecordedTexts(folderOf(place))).filter(
        (one) => one.language === language && textKey(one.text) === textKey(text),
      );
      const [first] = found;
      if (first === undefined) return refusedBecause('unknown-prompt');
      for (const { file } of found) {
        rmSync(file.replace(/\.wav$/, '.txt'), { force: true });
        rmSync(file, { force: true });
      }
      return changed(place, invocation, done(first, `the voice says “${first.text}” again`));
    }),
};

export const promptCommands: readonly Command[] = [list, set, remove];

const folderOf = ({ config }: Workplace): string => layoutOf(config.state).prompts;

const isText = (text: string): boolean =>
  textKey(text) !== '' && text.trim().length <= LONGEST_TEXT && !/\p{Cc}/u.test(text.trim());

/** Characters. Ours are shorter than 150, with a name of 100 in them. */
const LONGEST_TEXT = 300;

/** Every text there is now, each once; an end ("åter klockan tretton") is not among them, since any may come. */
function textsSaid(
  { organisations }: Directory,
  language: Language,
  { now }: Workplace,
): readonly string[] {
  const people = [...organisations.values()].flatMap((organisation) => [
    ...spokenActivities(organisation),
    ...[...organisation.users.values()].flatMap((user) => spokenEver(organisation, user, now)),
  ]);
  const texts = people.filter((one) => one.language === language).map(({ text }) => text);
  const all = [...prompts(language).values(), ...texts];
  return [...new Map(all.map((text) => [textKey(text), text])).values()];
}

interface Listed {
  readonly language: Language;
  readonly text: string;
  /** Of the recording. */
  readonly file: string | undefined;
  /** Something says it as things are. */
  readonly said: boolean;
}

function listed(
  language: Language,
  recorded: readonly RecordedText[],
  said: readonly string[],
): readonly Listed[] {
  const own = recorded.filter((one) => one.language === language);
  const files = new Map(own.map(({ text, file }) => [textKey(text), file]));
  return [
    ...said.map((text) => ({ language, text, file: files.get(textKey(text)), said: true })),
    ...own
      .filter(({ text }) => !isSaid(text, said))
      .map(({ text, file }) => ({ language, text, file, said: false })),
  ];
}

const isSaid = (text: string, said: readonly string[]): boolean =>
  said.some((one) => textKey(one) === textKey(text));

/** A word misspelt would never be heard. */
function hint(text: string, said: readonly string[]): readonly string[] {
  if (isSaid(text, said)) return [];
  const like = nearest(text, said);
  const most = like === undefined ? '' : `; the nearest is “${like}”`;
  return [`nothing says that as things are${most}: vaxel prompt list shows what is said`];
}
