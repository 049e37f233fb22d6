import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openLog } from '../../common/log.ts';
import type { Extension } from '../../common/phone-number.ts';
import { openRecordedPrompts } from '../../daemon/recorded-prompts.ts';
import type { SaidPart } from '../../daemon/routing/plan.ts';
import { createSounds } from '../../daemon/sounds.ts';
import { keepPrompts } from '../../daemon/prompts.ts';
import { recordedFiles } from '../../daemon/voice/recorded-texts.ts';
import type { Speaker } from '../../daemon/voice/speaker.ts';
import { eventually } from '../support/eventually.ts';

const quiet = openLog('test', 'silent');
/** A voice whose files are there as soon as they are wanted. */
const TONE: Speaker = {
  voice: () => 'tone',
  async *speak(utterances) {
    yield* utterances;
  },
};
const SOUND = Buffer.alloc(1_000);
const text = (words: string) => ({ kind: 'text', text: words }) as const;
const NAME: SaidPart = {
  ...{ kind: 'name', text: 'Anna Berg', domain: 'anka.example' },
  mailbox: '100' as Extension,
};

t.test('a recorded text is heard in place of the spoken one, from the next look on', async (t) => {
  const folder = join(t.testdir({}), 'prompts');
  const recorded = await openRecordedPrompts(folder);
  const own: { name?: string } = {};
  const sounds = createSounds({
    ...{ folder, speaker: TONE, log: quiet },
    recording: () => '/greetings/g-1.wav',
    recordedName: () => own.name,
    take: (leg) => `/takes/${leg}.wav`,
    recordedText: (language, words) => recorded.of(language, words),
  });
  const said: readonly SaidPart[] = [
    NAME,
    text('är på lunch,'),
    { kind: 'prompt', name: 'goodbye' },
    { kind: 'recording', greeting: 'g-1' },
  ];
  t.equal(await recorded.renew(), false, 'nothing came');
  t.strictSame(sounds.recordedOf(said, 'sv'), []);

  const record = (words: string, language: 'sv' | 'en' = 'sv') => {
    const files = recordedFiles(folder, language, words);
    mkdirSync(join(folder, 'recorded', language), { recursive: true });
    writeFileSync(files.sound, SOUND);
    writeFileSync(files.text, `${words}\n`);
    return files;
  };
  const lunch = record('Är på  lunch');
  record('är på lunch', 'en');
  const anna = record('Anna Berg');
  record('Tack och hej');
  t.equal(await recorded.renew(), true);
  const spoken = join(folder, 'sv', 'goodbye.wav');
  t.strictSame(
    sounds.filesOf(said, 'sv'),
    [anna.sound, lunch.sound, spoken, '/greetings/g-1.wav'],
    'whatever ends the sentence, and however it is capitalised; a prompt has its own file',
  );
  t.strictSame(sounds.recordedOf(said, 'sv'), ['Anna Berg', 'är på lunch,', 'Tack och hej.']);
  own.name = '/names/100.wav';
  t.equal(sounds.filesOf([NAME], 'sv')[0], own.name, 'her own voice goes before it');
  t.strictSame(sounds.recordedOf([NAME], 'sv'), []);

  writeFileSync(anna.sound, Buffer.alloc(44));
  rmSync(lunch.text);
  t.equal(await recorded.renew(), true);
  t.equal(recorded.of('sv', 'är på lunch'), undefined, 'a sound without its text is nothing');
  t.equal(recorded.of('sv', 'Anna Berg'), undefined, 'nor is a head without sound');
  t.match(recorded.of('en', 'är på lunch'), /recorded\/en\//);

  for (const name of ['två ord', 'a!b', "o'clock", 'it-is_1']) {
    writeFileSync(join(folder, 'recorded', 'sv', `${name}.wav`), SOUND);
    writeFileSync(join(folder, 'recorded', 'sv', `${name}.txt`), `text of ${name}`);
  }
  await recorded.renew();
  t.match(recorded.of('sv', 'text of it-is_1'), /it-is_1\.wav$/, 'put there by hand');
  for (const name of ['två ord', 'a!b', "o'clock"]) {
    t.equal(recorded.of('sv', `text of ${name}`), undefined, 'FreeSWITCH would take it for two');
  }
});

t.test('what changes while prompts are made is made after them', async (t) => {
  const begun: (() => void)[] = [];
  const keeper = keepPrompts({
    ...{ folder: t.testdir({}), log: quiet },
    make: () =>
      new Promise<void>((resolve) => {
        begun.push(resolve);
      }),
  });
  t.teardown(() => {
    keeper.stop();
  });
  await keeper.again();
  t.equal(keeper.state(), 'making');
  begun[0]?.();
  await eventually('another round', () => begun.length === 2);
  begun[1]?.();
  await eventually('its end', () => keeper.state() === 'ready');
  const done = keeper.again();
  await eventually('a third', () => begun.length === 3);
  begun[2]?.();
  await done;
  t.equal(keeper.state(), 'ready', 'who asked is told when it is in place');
});
