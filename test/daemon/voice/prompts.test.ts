import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { embeddedSpeaker } from '../../../daemon/voice/embedded-speaker.ts';
import { madeFile, makePrompts } from '../../../daemon/voice/made-prompt.ts';
import { ensurePrompts, type Prompt } from '../../../daemon/voice/prompts.ts';
import { speechError } from '../../../daemon/voice/speaker.ts';
import { encodeWav, readWav, trimSilence } from '../../../daemon/voice/wav.ts';
import { scriptSpeaker } from '../../support/script-speaker.ts';

const silentLog = { info: () => undefined };

const WANTED: readonly Prompt[] = [
  { language: 'sv', name: 'greeting', text: 'Personen du söker kan inte svara.' },
  { language: 'sv', name: 'number-2', text: 'två' },
  { language: 'en', name: 'number-2', text: 'two' },
];

/** A tone as long as the text, with silence around it. */
function tone(text: string): Buffer {
  const samples = Int16Array.from({ length: 8000 + text.length * 100 }, (_, index) =>
    index < 2000 || index > 6000 + text.length * 100 ? 0 : 8000 * Math.sin(index / 5),
  );
  return encodeWav({ rate: 16_000, samples });
}

/** A folder for prompts, and beside it a program that speaks: it prints a tone, and notes what it was asked. */
function rig(t: Test) {
  const home = t.testdir({
    'tone.wav': tone('abc'),
    prompts: {},
    speak: `#!/bin/sh
text=$(cat)
if [ "$text" = 'stumma mig' ]; then echo 'no such voice' >&2; exit 3; fi
printf '%s\\n' "$text" >> "$(dirname "$0")/journal"
exec cat "$(dirname "$0")/tone.wav"
`,
  });
  const journal = join(home, 'journal');
  return {
    program: join(home, 'speak'),
    folder: join(home, 'prompts'),
    spokenTexts: () =>
      existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n') : [],
  };
}

t.test('what is missing is made, and what is there is left alone', async (t) => {
  const { program, folder, spokenTexts } = rig(t);
  const options = {
    folder,
    speaker: scriptSpeaker(program),
    log: silentLog,
    wanted: WANTED,
  };

  t.same(await ensurePrompts(options), { spoken: 3, recorded: 0, kept: 0 });
  t.same(await ensurePrompts(options), { spoken: 0, recorded: 0, kept: 3 });
  t.same(spokenTexts(), ['Personen du söker kan inte svara.', 'två', 'two']);
  t.same(readdirSync(join(folder, 'sv')).sort(), ['greeting.wav', 'number-2.wav']);
});

t.test('a changed text, another voice and a file gone remake what they touch', async (t) => {
  const { program, folder, spokenTexts } = rig(t);
  const speaker = scriptSpeaker(program);
  await ensurePrompts({ folder, speaker, log: silentLog, wanted: WANTED });

  const changed = WANTED.map((prompt) => ({
    ...prompt,
    text: prompt.text.replace('två', 'tvenne'),
  }));
  t.match(await ensurePrompts({ folder, speaker, log: silentLog, wanted: changed }), { spoken: 1 });
  t.equal(spokenTexts().at(-1), 'tvenne');

  writeFileSync(join(folder, 'en', 'number-2.wav'), '');
  t.match(await ensurePrompts({ folder, speaker, log: silentLog, wanted: changed }), { spoken: 1 });
  t.equal(spokenTexts().at(-1), 'two');

  const slower = scriptSpeaker(program, '-s', '120');
  t.match(await ensurePrompts({ folder, speaker: slower, log: silentLog, wanted: changed }), {
    spoken: 3,
  });
});

t.test(
  'a recorded prompt replaces the spoken one, and gives way when it is taken away',
  async (t) => {
    const { program, folder } = rig(t);
    const recording = tone('a person speaks here, at length');
    mkdirSync(join(folder, 'recorded', 'sv'), { recursive: true });
    writeFileSync(join(folder, 'recorded', 'sv', 'greeting.wav'), recording);
    const options = { folder, speaker: scriptSpeaker(program), log: silentLog, wanted: WANTED };

    t.same(await ensurePrompts(options), { spoken: 2, recorded: 1, kept: 0 });
    t.same(readFileSync(join(folder, 'sv', 'greeting.wav')), recording);
    t.same(await ensurePrompts(options), { spoken: 0, recorded: 0, kept: 3 });

    writeFileSync(join(folder, 'recorded', 'sv', 'greeting.wav'), '');
    t.same(await ensurePrompts(options), { spoken: 1, recorded: 0, kept: 2 }, 'nor is it silence');
    rmSync(join(folder, 'recorded'), { recursive: true });
    t.same(await ensurePrompts(options), { spoken: 0, recorded: 0, kept: 3 });
  },
);

t.test(
  'a recording of the text itself replaces the spoken one, and its own name wins',
  async (t) => {
    const { program, folder } = rig(t);
    const within = join(folder, 'recorded', 'sv');
    mkdirSync(within, { recursive: true });
    const [byText, byName] = [tone('a person says two'), tone('another person says two, slowly')];
    writeFileSync(join(within, 'tvaan.wav'), byText);
    writeFileSync(join(within, 'tvaan.txt'), ' Två.\n');
    const options = { folder, speaker: scriptSpeaker(program), log: silentLog, wanted: WANTED };

    t.same(await ensurePrompts(options), { spoken: 2, recorded: 1, kept: 0 });
    t.same(readFileSync(join(folder, 'sv', 'number-2.wav')), byText);
    t.notSame(readFileSync(join(folder, 'en', 'number-2.wav')), byText, 'another language');
    writeFileSync(join(within, 'number-2.wav'), byName);
    t.same(await ensurePrompts(options), { spoken: 0, recorded: 1, kept: 2 });
    t.same(readFileSync(join(folder, 'sv', 'number-2.wav')), byName);
  },
);

t.test('a speaker that fails says why, and leaves nothing half made', async (t) => {
  const { program, folder } = rig(t);
  const wanted: Prompt[] = [
    ...WANTED.slice(0, 1),
    { language: 'sv', name: 'goodbye', text: 'stumma mig' },
    ...WANTED.slice(1),
  ];
  const options = { folder, speaker: scriptSpeaker(program), log: silentLog };

  await t.rejects(ensurePrompts({ ...options, wanted }), {
    code: 'SPEECH_FAILED',
    message: /ended with 3: no such voice/,
  });
  t.same(readdirSync(join(folder, 'sv')), ['greeting.wav']);
  t.same(await ensurePrompts({ ...options, wanted: WANTED }), { spoken: 2, recorded: 0, kept: 1 });
});

t.test('what a killed process left half written is swept away after an hour', async (t) => {
  const { program, folder } = rig(t);
  mkdirSync(join(folder, 'sv'));
  writeFileSync(join(folder, 'sv', 'a.wav.1.unfinished'), 'RI');
  writeFileSync(join(folder, 'sv', 'b.wav.2.unfinished'), 'RI');
  utimesSync(join(folder, 'sv', 'a.wav.1.unfinished'), 1, 1);
  await ensurePrompts({ folder, speaker: scriptSpeaker(program), log: silentLog, wanted: [] });
  t.same(readdirSync(join(folder, 'sv')), ['b.wav.2.unfinished']);
});

t.test('a full disk is told apart from a speaker that fails', async (t) => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  t.match(speechError(full), { code: 'DISK_FULL', cause: full });
  t.match(speechError(new Error('no voice')), { code: 'SPEECH_FAILED' });
});

t.test('a text of somebody else is spoken once, under a name it has no part in', async (t) => {
  const { program, folder, spokenTexts } = rig(t);
  const speaker = scriptSpeaker(program);
  const text = '../../etc/passwd ${system(id)}';
  const file = madeFile(folder, speaker, { language: 'sv', text });
  for (const round of ['made', 'found']) {
    const files = [];
    for await (const each of makePrompts(folder, speaker, [{ language: 'sv', text }]))
      files.push(each);
    t.same(files, [file], round);
  }
  t.match(file.slice(folder.length), /^\/made\/sv\/[0-9a-f]{32}\.wav$/);
  t.same(spokenTexts(), [text]);
});

t.test('silence is cut at both ends, and a file survives being read and written', async (t) => {
  const pcm = readWav(tone(''));
  if (pcm === undefined) throw new Error('not a WAV');
  t.equal(pcm.rate, 16_000);
  t.equal(pcm.samples.length, 8000);
  t.ok(Math.abs(trimSilence(pcm).samples.length - (4000 + 2 * 320)) < 20);
  t.same(readWav(encodeWav(pcm)), pcm);

  const piped = tone('');
  piped.writeUInt32LE(0x7ffff000, 40);
  t.same(readWav(piped), pcm, 'a length nobody could know is not believed');
  t.equal(readWav(Buffer.from('RIFFxxxxWAVE')), undefined);
  t.equal(readWav(Buffer.from('ID3')), undefined);
});

t.test('eSpeak NG speaks both languages, audibly and for as long as it takes', async (t) => {
  const { folder } = rig(t);
  await ensurePrompts({ folder, speaker: embeddedSpeaker(), log: silentLog, wanted: WANTED });
  for (const [file, shortest, longest] of [
    ['sv/greeting.wav', 1.2, 4],
    ['sv/number-2.wav', 0.15, 0.8],
    ['en/number-2.wav', 0.15, 0.8],
  ] as const) {
    const pcm = readWav(readFileSync(join(folder, file)));
    if (pcm === undefined) throw new Error(`${file} is not a WAV`);
    const length = pcm.samples.length / pcm.rate;
    t.ok(length > shortest && length < longest, `${file} lasts ${length.toFixed(2)} s`);
    const power = pcm.samples.reduce((sum, sample) => sum + sample ** 2, 0) / pcm.samples.length;
    t.ok(Math.sqrt(power) > 800, `${file} is heard: ${Math.sqrt(power).toFixed(0)}`);
  }
});

t.test('killed in the middle, it leaves whole files, and goes on where it was', async (t) => {
  const { program, folder } = rig(t);
  const wanted = Array.from({ length: 40 }, (_, value): Prompt => {
    return { language: 'sv', name: `number-${value}`, text: `${value}` };
  });
  const { pathname } = new URL(import.meta.url);
  const [here, ending] = [dirname(pathname), extname(pathname)];
  const source = `
    import { scriptSpeaker } from '${here}/../../support/script-speaker${ending}';
    import { ensurePrompts } from '${here}/../../../daemon/voice/prompts${ending}';
    const speaker = scriptSpeaker(${JSON.stringify(program)});
    const told = { voice: speaker.voice, async *speak(utterances) {
      for await (const made of speaker.speak(utterances)) { yield made; console.log(made.file); }
    } };
    await ensurePrompts({ folder: '${folder}', speaker: told, log: { info() {} }, wanted: ${JSON.stringify(wanted)} });`;
  const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', source]);
  const lines = createInterface({ input: child.stdout });
  let made = 0;
  lines.on('line', () => {
    made += 1;
    if (made === 23) child.kill('SIGKILL');
  });
  await once(child, 'exit');
  t.ok(made >= 23, `${made} were made`);

  for (const name of readdirSync(join(folder, 'sv')).filter((name) => name.endsWith('.wav'))) {
    t.ok(readWav(readFileSync(join(folder, 'sv', name))), `${name} is whole`);
  }
  const before = statSync(join(folder, 'sv', 'number-0.wav')).mtimeMs;
  const again = await ensurePrompts({
    folder,
    speaker: scriptSpeaker(program),
    log: silentLog,
    wanted,
  });
  t.ok(again.kept >= 20 && again.spoken > 0, `${again.kept} kept, ${again.spoken} spoken`);
  t.equal(statSync(join(folder, 'sv', 'number-0.wav')).mtimeMs, before);
});
