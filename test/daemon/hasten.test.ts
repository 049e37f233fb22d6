import t from 'tap';
import { hasten } from '../../daemon/hasten.ts';
import { eventually } from '../support/eventually.ts';

t.test('FreeSWITCH is hastened while it matters, and left alone while it does not', async (t) => {
  const seen = { matters: false, nudges: 0, looks: 0 };
  const haste = hasten(
    () => (seen.nudges += 1),
    () => {
      seen.looks += 1;
      return seen.matters;
    },
  );
  t.teardown(() => {
    haste.stop();
  });

  haste.look();
  t.equal(seen.looks, 1, 'nobody calls');
  seen.matters = true;
  haste.look();
  haste.look();
  await eventually('nudges', () => seen.nudges > 3);

  seen.matters = false;
  const { looks } = seen;
  await eventually('the last look', () => seen.looks > looks);
  const last = { ...seen, matters: true };
  seen.matters = true;
  await beats(5);
  t.same(seen, last, 'no timer runs on');

  haste.look();
  await eventually('nudges of the next call', () => seen.nudges > last.nudges);
});

/** As long as so many nudges take. */
async function beats(count: number): Promise<void> {
  let heard = 0;
  const other = hasten(
    () => (heard += 1),
    () => true,
  );
  other.look();
  await eventually('beats', () => heard >= count);
  other.stop();
}
