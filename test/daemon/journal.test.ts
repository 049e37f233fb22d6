import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import type { Extension } from '../../common/phone-number.ts';
import { redact } from '../../daemon/journal/redact.ts';
import { replay } from '../../daemon/journal/replay.ts';
import { readWorldJson, worldJson } from '../../daemon/journal/world-json.ts';
import type { World } from '../../daemon/routing/world.ts';
import { lunchWorld, recordCalls } from '../support/journal-calls.ts';

const linesOf = (file: string) => createInterface({ input: createReadStream(file) });

for (const name of readdirSync('test/journals')) {
  t.test(`the recorded journal ${name} replays to the same bytes`, async (t) => {
    const replayed = await replay(linesOf(join('test/journals', name)));
    t.ok(replayed.decisions > 10);
    t.ok(replayed.inputs > 10);
    t.match(replayed, { missed: 0, differences: [], drift: undefined });
  });
}

t.test('what is journalled replays, and a changed decision is seen', async (t) => {
  const folder = t.testdir();
  await recordCalls(folder);
  const [name = ''] = readdirSync(folder);
  const whole = await replay(linesOf(join(folder, name)));
  t.match(whole, { decisions: 36, missed: 0, differences: [], drift: undefined });
  t.ok(whole.inputs > 10);

  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  const asked = lines.findIndex((line) => line.includes('"kind":"question"'));
  const changed = lines.with(asked, (lines[asked] ?? '').replaceAll('Anna Berg', 'Anna Borg'));
  const { differences } = await replay(given(changed));
  t.equal(differences.length, 1, 'one name that was another then');
  await t.rejects(replay(given(lines.slice(asked))), /first line/);
  await t.rejects(replay(given([])), /empty/);
  const older = (lines[0] ?? '').replace('"format":3', '"format":2');
  await t.rejects(replay(given(lines.with(0, older))), /of format 2, not 3: .* vaxel 0\.0\.0-test/);
  const half = (lines.at(-1) ?? '').slice(0, -10);
  t.match(
    await replay(given([...lines, half])),
    whole,
    'half a line at the end is what one that was killed leaves',
  );
  await t.rejects(replay(given(lines.toSpliced(asked, 0, half))), SyntaxError, 'and nowhere else');
  t.notMatch(lines.join('\n'), /told-nobody/, 'what else is written on a leg stays there');
});

t.test('the state is made of the inputs alone: one that is missing is found', async (t) => {
  const folder = t.testdir();
  await recordCalls(folder);
  const [name = ''] = readdirSync(folder);
  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  for (const [kind, fits, what] of [
    ['leg', '"kind":"leg-answered"', 'calls'],
    ['restart', '"bridges"', 'calls'],
    ['left', '"payer"', 'spent'],
    ['drawn', '"at"', 'spent'],
  ] as const) {
    // What is drawn before anything was spent is nothing.
    const from = kind === 'drawn' ? lines.findIndex((line) => line.includes('"payer"')) : 0;
    const missing = lines.findIndex(
      (line, at) => at > from && line.startsWith(`{"kind":"${kind}"`) && line.includes(fits),
    );
    t.ok(missing > 0, kind);
    const { drift } = await replay(given(lines.toSpliced(missing, 1)));
    t.match(drift, { what, leg: '7c0e1d52-0000-4000-8000-000000000001' }, kind);
    const seen = lines.findIndex((line, at) => at > missing && line.includes('"kind":"question"'));
    t.ok((drift?.line ?? 0) >= seen, 'at a question that came after it');
  }
  const state = lines.findIndex((line) => line.startsWith('{"kind":"state"'));
  await t.rejects(replay(given(lines.toSpliced(state, 1))), /before the state/);
});

t.test('a call that asks again asks in the world that it first asked in', async (t) => {
  const folder = t.testdir();
  await recordCalls(folder);
  const [name = ''] = readdirSync(folder);
  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  const first = lines.findIndex((line) => line.includes('"kind":"question"'));
  // The first question once more, after everything that happened since.
  const { drift, differences } = await replay(given([...lines, lines[first] ?? '']));
  t.strictSame([drift, differences], [undefined, []]);
});

t.test('files are of a bounded size and number, and each replays alone', async (t) => {
  const folder = t.testdir();
  await recordCalls(folder, { fileBytes: 15_000, files: 2 });
  const names = readdirSync(folder).sort();
  t.equal(names.length, 2);
  for (const name of names) t.same((await replay(linesOf(join(folder, name)))).differences, []);
});

t.test('a world comes back whole: maps in order, one thing as one thing', async (t) => {
  const world = lunchWorld();
  const back = readWorldJson(worldJson(world));
  t.strictSame(back, world);
  const again = back as World;
  const [[, first] = []] = again.directory.numbers;
  const users = again.directory.organisations.get('anka.example')?.users;
  t.equal(first?.user, users?.get('100' as Extension), 'the owner of a number is the user himself');
});

t.test('a bundle tells nobody’s name or number, and the same one by the same word', async (t) => {
  const redacted = redact(
    {
      a: '+46701111111',
      b: 'Eva Lund called 0701111111 from 192.0.2.1',
      at: 1_774_774_800_000,
      leg: '7c0e1d52-0000-4000-8000-000000000001',
      d: 'sofia/vaxel/100-desk@anka.example',
    },
    ['Eva Lund', 'Eva', 'anka.example', '100-desk'],
  );
  t.notMatch(JSON.stringify(redacted), /Eva|Lund|701111111|192\.0|anka|100-desk/);
  t.match(redacted, {
    a: 'NUMBER1',
    b: /^NAME\d called NUMBER1 from ADDRESS1$/,
    at: 1_774_774_800_000,
    leg: '7c0e1d52-0000-4000-8000-000000000001',
  });
});

async function* given(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
