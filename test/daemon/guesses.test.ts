import t from 'tap';
import type { Guesses } from '../../common/db/voicemail-locks.ts';
import { epochMs } from '../../common/time.ts';
import { afterPin, isShut } from '../../daemon/guesses.ts';

const wrong = (times: number, before?: Guesses, at = 0): Guesses | undefined => {
  let guesses = before;
  for (let n = 0; n < times; n += 1) guesses = afterPin(guesses, false, epochMs(at));
  return guesses;
};
const shut = { failures: 5, lockedUntil: epochMs(1_800_000) };

t.test('the fifth wrong PIN in a row shuts the mailbox for half an hour', async (t) => {
  t.same(wrong(4), { failures: 4, lockedUntil: undefined });
  t.same(wrong(5), shut);
  t.ok(isShut(shut, epochMs(1_799_999)));
  t.notOk(isShut(shut, epochMs(1_800_000)));
});

t.test('a right PIN forgets the wrong ones before it', async (t) => {
  t.equal(afterPin(wrong(4), true, epochMs(0)), undefined);
});

t.test('while it is shut, nothing counts and nothing opens', async (t) => {
  t.equal(afterPin(shut, false, epochMs(1_799_999)), shut, 'a sixth keeps it shut no longer');
  t.equal(afterPin(shut, true, epochMs(1_799_999)), shut, 'a right one does not open it');
});

t.test('once it is over, counting begins anew', async (t) => {
  t.same(wrong(1, shut, 1_800_000), { failures: 1, lockedUntil: undefined });
  t.equal(afterPin(shut, true, epochMs(1_800_000)), undefined);
});
