import { Registry } from 'prom-client';
import t from 'tap';
import { tally } from '../../common/tally.ts';

t.test('what is tallied is a counter, in all its labels, from the start', async (t) => {
  const registry = new Registry();
  const count = tally(registry, {
    ...{ name: 'vaxel_knocks_total', help: 'Knocks.', labels: ['door', 'status'] },
    born: [['front', '500']],
  });
  const samples = async () =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith('vaxel_'));

  t.strictSame(await samples(), ['vaxel_knocks_total{door="front",status="500"} 0']);
  count('front', '200');
  count('front', '200');
  count('back', '500');
  const counted = [
    'vaxel_knocks_total{door="front",status="500"} 0',
    'vaxel_knocks_total{door="front",status="200"} 2',
    'vaxel_knocks_total{door="back",status="500"} 1',
  ];
  t.strictSame(await samples(), counted);
  t.strictSame(await samples(), counted, 'to be looked at does not count');
});
