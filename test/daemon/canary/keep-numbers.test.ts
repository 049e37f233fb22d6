import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openLog } from '../../../common/log.ts';
import { epochMs } from '../../../common/time.ts';
import { keepNumbers, readNumbers } from '../../../daemon/canary/keep-numbers.ts';
import { createNotifyNumbers } from '../../../daemon/canary/notify-numbers.ts';
import { eventually } from '../../support/eventually.ts';

/** Where a machine has been on for so long, and it is that late. */
function begin(t: Test) {
  const state = mkdtempSync(join(tmpdir(), 'vaxel-'));
  t.teardown(() => {
    chmodSync(state, 0o700);
    rmSync(state, { recursive: true, force: true });
  });
  const now = { steady: 5_000, wall: 1_795_466_646_970 };
  const deps = {
    state,
    clock: () => epochMs(now.steady),
    wallClock: () => epochMs(now.wall),
    log: openLog('test', 'silent'),
  };
  return { deps, now, file: join(state, 'notify-numbers.json') };
}

/** Numbers, and how often their keeper has looked at them. */
function countLooks() {
  const numbers = createNotifyNumbers();
  let looks = 0;
  const last = () => {
    looks += 1;
    return numbers.last();
  };
  return { ...numbers, last, looks: () => looks };
}

t.test('the next daemon knows what phones were told last, and how long ago', async (t) => {
  const { deps, now, file } = begin(t);
  t.equal(await readNumbers(deps), undefined, 'nothing is there');
  const numbers = countLooks();
  numbers.met(1_000, 'core-1', deps.clock());
  let isHeld = true;
  const kept = keepNumbers({ ...deps, numbers, isHeld: () => isHeld });
  t.teardown(() => kept.stop());
  numbers.fell(1_490_000, epochMs(4_000));
  await eventually('two looks', () => numbers.looks() > 1);
  t.notOk(existsSync(file), 'what stands there is still to be gone by');
  isHeld = false;
  await eventually('the file', () => existsSync(file));

  now.steady = 100;
  now.wall += 60_000;
  const before = { highest: 1_490_000, at: epochMs(100 - 61_000), core: 'core-1' };
  t.strictSame(await readNumbers(deps), before, 'the machine has been switched off and on since');

  const written = readFileSync(file, 'utf8');
  numbers.fell(1_490_500, epochMs(6_000));
  const looked = numbers.looks();
  await eventually('two more looks', () => numbers.looks() > looked + 1);
  t.equal(readFileSync(file, 'utf8'), written, 'a few more are not worth a write');
  numbers.fell(1_390_000, epochMs(7_000));
  await eventually('the fall', () => readFileSync(file, 'utf8').includes('"highest":1390000'));
});

t.test('a file that is not ours, or cannot be read, says nothing', async (t) => {
  const { deps, file } = begin(t);
  for (const text of ['', '{', '5', 'null', '{"highest":"1","at":1,"core":"a"}', '{"highest":5}']) {
    writeFileSync(file, text);
    t.equal(await readNumbers(deps), undefined, text);
  }
});

t.test('where nothing can be written the daemon lives on, and stops', async (t) => {
  const { deps, file } = begin(t);
  const numbers = countLooks();
  const kept = keepNumbers({
    ...deps,
    state: join(deps.state, 'none'),
    numbers,
    isHeld: () => false,
  });
  numbers.fell(1, deps.clock());
  await eventually('it is tried again', () => numbers.looks() > 1);
  await kept.stop();
  t.notOk(existsSync(file));
});
