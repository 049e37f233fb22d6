import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { keepLookout } from '../../daemon/lookout.ts';
import { keepPrompts } from '../../daemon/prompts.ts';
import type { TrunkState } from '../../daemon/status.ts';
import { LANGUAGES, prompts } from '../../daemon/voice/catalogue.ts';
import { eventually } from '../support/eventually.ts';

t.test('a trunk that goes and comes back is one line of the log each', async (t) => {
  const said: string[] = [];
  const line =
    (level: string) =>
    ({ trunk = '', cause = '' }, message: string) =>
      void said.push([level, trunk, message, cause].join(': '));
  let trunks: readonly TrunkState[] | undefined;
  const lookout = keepLookout({
    trunks: async () => trunks,
    state: t.testdir({}),
    log: { error: line('error'), info: line('info'), warn: line('warn') },
  });
  t.teardown(() => {
    lookout.stop();
  });
  const sees = async (...ups: readonly boolean[]) => {
    trunks = ups.map((up, at) => ({ name: `t${at}`, up, why: up ? '' : 'it does not answer' }));
    await lookout.look();
    return said.splice(0).filter((each) => each.includes('trunk'));
  };
  t.strictSame(await sees(true, true), []);
  t.strictSame(await sees(false, true), ['warn: t0: a trunk is down: it does not answer']);
  t.strictSame(await sees(false, false), ['warn: t1: a trunk is down: it does not answer']);
  trunks = undefined;
  await lookout.look();
  t.strictSame(said, [], 'FreeSWITCH is away: nothing is known');
  t.strictSame(await sees(true, false), ['info: t0: a trunk is up again: ']);

  const { bavail, bsize } = statfsSync(t.testdirName);
  t.ok(bavail * bsize > 1e8, 'and nothing was said of a disk that has room');
});

t.test('prompts that are gone are made again, and what cannot be is said once', async (t) => {
  const folder = t.testdir({});
  const said: string[] = [];
  const note = (_: unknown, message: string) => void said.push(message);
  let broken = false;
  const make = async () => {
    if (broken) throw new Error('nobody may write there');
    for (const language of LANGUAGES) {
      mkdirSync(join(folder, language), { recursive: true });
      for (const name of prompts(language).keys()) {
        writeFileSync(join(folder, language, `${name}.wav`), 'x');
      }
    }
  };
  const log = { error: note, warn: note, info: note, debug: note };
  const keeper = keepPrompts({ folder, log, make });
  t.teardown(() => {
    keeper.stop();
  });
  await eventually('prompts', () => keeper.state() === 'ready');
  await keeper.look();
  t.strictSame(said, [], 'all are there');

  rmSync(join(folder, 'sv'), { recursive: true });
  await keeper.look();
  t.strictSame(said.splice(0), ['prompts are gone: they are made again']);
  t.equal(keeper.state(), 'ready');

  broken = true;
  rmSync(join(folder, 'en', 'greeting.wav'));
  await keeper.look();
  t.equal(keeper.state(), 'failed');
  await keeper.look();
  t.strictSame(said.splice(0), [
    'prompts are gone: they are made again',
    'prompts are missing: callers hear less than they should',
  ]);
  broken = false;
  await keeper.look();
  t.equal(keeper.state(), 'ready', 'it is tried again');
});
