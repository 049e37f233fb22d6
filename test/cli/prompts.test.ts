import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { encodeWav, readWav } from '../../daemon/voice/wav.ts';
import { ANKA, ANNA, vaxel } from '../support/command-line.ts';

t.test('a text is found by what it says, recorded, listed and spoken again', async (t) => {
  const state = t.testdir({});
  const { call, json } = vaxel(state);
  await call(ANKA);
  await call(ANNA);
  await call(['user', 'add', '101', '--name', 'Björn Ek']);
  await call(['choice', 'set', '100', '2', 'extension:101']);
  const file = join(state, 'lunch.wav');
  const samples = Int16Array.from({ length: 22_050 }, (_, n) => 8_000 * Math.sin(n / 20));
  writeFileSync(file, encodeWav({ rate: 22_050, samples }));
  const listed = async (...more: readonly string[]) => {
    const { data } = await json('prompt', 'list', '--language', 'sv', ...more);
    return data as unknown as readonly { text: string; file?: string; said: boolean }[];
  };

  const texts = (await listed()).map(({ text }) => text);
  for (const text of ['Anna Berg', 'är på lunch.', 'Tryck två för Björn Ek.', 'Lunch', 'tryck']) {
    t.ok(texts.includes(text), `${text} is said`);
  }
  t.strictSame(await listed('--recorded'), []);

  const set = await call(['prompt', 'set', 'sv', 'är på lunch', file]);
  t.match(set, { code: 0, out: /“är på lunch” is heard as recorded, 1\.0 s/ });
  t.notMatch(set.out, /nothing says that/);
  const [lunch, ...others] = await listed('--recorded');
  t.strictSame(others, []);
  t.match(lunch, { text: 'är på lunch.', said: true });
  const kept = readWav(readFileSync(String(lunch?.file)));
  t.match([kept?.rate, kept?.samples.length], [16_000, 16_000], 'as FreeSWITCH plays it');

  t.match(await call(['prompt', 'set', 'sv', 'är på lunsch', file]), {
    code: 0,
    out: /nothing says that as things are; the nearest is “är på lunch\.”/,
  });
  t.match((await listed('--recorded')).at(-1), { text: 'är på lunsch', said: false });

  t.equal((await call(['prompt', 'remove', 'sv', 'Är på lunch,'])).code, 0);
  t.notOk(existsSync(String(lunch?.file)));
  t.strictSame(
    (await listed('--recorded')).map(({ text }) => text),
    ['är på lunsch'],
  );
});

t.test('what cannot be a recording is refused, and leaves nothing', async (t) => {
  const state = t.testdir({ 'song.mp3': 'ID3 not sound that we know' });
  const { call, json } = vaxel(state);
  const refuses = async (code: string, ...line: readonly string[]) => {
    t.match(await json(...line), { code: 1, data: { error: { code } } }, line.join(' '));
  };
  const wav = (name: string, seconds: number) => {
    const samples = new Int16Array(seconds * 8_000);
    writeFileSync(join(state, name), encodeWav({ rate: 8_000, samples }));
    return join(state, name);
  };
  const good = wav('good.wav', 1);
  await refuses('not-a-wav', 'prompt', 'set', 'sv', 'tryck', join(state, 'song.mp3'));
  await refuses('too-long', 'prompt', 'set', 'sv', 'tryck', wav('long.wav', 121));
  await refuses('too-short', 'prompt', 'set', 'sv', 'tryck', wav('none.wav', 0));
  await refuses('greeting-file', 'prompt', 'set', 'sv', 'tryck', join(state, 'nothing.wav'));
  await refuses('unknown-language', 'prompt', 'set', 'fi', 'tryck', good);
  await refuses('unknown-language', 'prompt', 'list', '--language', 'fi');
  for (const text of [' . ', 'one\nline', 'å'.repeat(301)]) {
    await refuses('bad-prompt-text', 'prompt', 'set', 'sv', text, good);
  }
  await refuses('unknown-prompt', 'prompt', 'remove', 'sv', 'tryck');
  t.match((await call(['prompt', 'list', '--recorded'])).out, /^none/);
  t.notOk(readdirSync(state).includes('prompts'));
});
